// The system's own functions, whatever is redirected.
#pragma once

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// Named as in the SDK; null where the system has none (Wine 8 has no LogonUserExW), so that nobody can call it either.
// Code of this directory that would meet its own replacement calls these.
struct RealFunctions {
  decltype(&::CoCreateInstance) CoCreateInstance;
  decltype(&::CoCreateInstanceEx) CoCreateInstanceEx;
  decltype(&::CoGetClassObject) CoGetClassObject;
  decltype(&::CoInitialize) CoInitialize;
  decltype(&::CoInitializeEx) CoInitializeEx;
  decltype(&::CoUninitialize) CoUninitialize;
  decltype(&::CoInitializeSecurity) CoInitializeSecurity;
  decltype(&::CoSetProxyBlanket) CoSetProxyBlanket;
  decltype(&::CoQueryProxyBlanket) CoQueryProxyBlanket;
  decltype(&::CoCopyProxy) CoCopyProxy;
  decltype(&::CoWaitForMultipleHandles) CoWaitForMultipleHandles;
  decltype(&::CoWaitForMultipleObjects) CoWaitForMultipleObjects;

  decltype(&::LogonUserW) LogonUserW;
  decltype(&::LogonUserA) LogonUserA;
  decltype(&::LogonUserExW) LogonUserExW;
  decltype(&::ImpersonateLoggedOnUser) ImpersonateLoggedOnUser;
  decltype(&::ImpersonateSelf) ImpersonateSelf;
  decltype(&::SetThreadToken) SetThreadToken;
  decltype(&::RevertToSelf) RevertToSelf;
  decltype(&::OpenThreadToken) OpenThreadToken;
  decltype(&::OpenProcessToken) OpenProcessToken;
  decltype(&::GetTokenInformation) GetTokenInformation;
  decltype(&::CheckTokenMembership) CheckTokenMembership;
  decltype(&::DuplicateToken) DuplicateToken;
  decltype(&::DuplicateTokenEx) DuplicateTokenEx;
  decltype(&::CreateRestrictedToken) CreateRestrictedToken;
  decltype(&::LookupAccountSidW) LookupAccountSidW;
  decltype(&::LookupAccountNameW) LookupAccountNameW;
  decltype(&::DuplicateHandle) DuplicateHandle;
  decltype(&::CloseHandle) CloseHandle;
};

const RealFunctions& Real();

}  // namespace bits::fakes::com
