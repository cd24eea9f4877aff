#include "fakes/com/real_functions.h"

#include <type_traits>

#include "fakes/com/import_redirection.h"

namespace bits::fakes::com {
namespace {

template <class Function>
void Find(Function& function, const char* library, const char* name) {
  function = RealFunction<std::remove_pointer_t<Function>>(library, name);
}

RealFunctions FindAll() {
  RealFunctions real{};
#define BITS_FIND(library, name) Find(real.name, library, #name)
  BITS_FIND("ole32.dll", CoCreateInstance);
  BITS_FIND("ole32.dll", CoCreateInstanceEx);
  BITS_FIND("ole32.dll", CoGetClassObject);
  BITS_FIND("ole32.dll", CoInitialize);
  BITS_FIND("ole32.dll", CoInitializeEx);
  BITS_FIND("ole32.dll", CoUninitialize);
  BITS_FIND("ole32.dll", CoInitializeSecurity);
  BITS_FIND("ole32.dll", CoSetProxyBlanket);
  BITS_FIND("ole32.dll", CoQueryProxyBlanket);
  BITS_FIND("ole32.dll", CoCopyProxy);
  BITS_FIND("ole32.dll", CoWaitForMultipleHandles);
  BITS_FIND("combase.dll", CoWaitForMultipleObjects);
  BITS_FIND("advapi32.dll", LogonUserW);
  BITS_FIND("advapi32.dll", LogonUserA);
  BITS_FIND("advapi32.dll", LogonUserExW);
  BITS_FIND("advapi32.dll", ImpersonateLoggedOnUser);
  BITS_FIND("advapi32.dll", ImpersonateSelf);
  BITS_FIND("advapi32.dll", SetThreadToken);
  BITS_FIND("advapi32.dll", RevertToSelf);
  BITS_FIND("advapi32.dll", OpenThreadToken);
  BITS_FIND("advapi32.dll", OpenProcessToken);
  BITS_FIND("advapi32.dll", GetTokenInformation);
  BITS_FIND("advapi32.dll", CheckTokenMembership);
  BITS_FIND("advapi32.dll", DuplicateToken);
  BITS_FIND("advapi32.dll", DuplicateTokenEx);
  BITS_FIND("advapi32.dll", CreateRestrictedToken);
  BITS_FIND("advapi32.dll", LookupAccountSidW);
  BITS_FIND("advapi32.dll", LookupAccountNameW);
  BITS_FIND("kernel32.dll", DuplicateHandle);
  BITS_FIND("kernel32.dll", CloseHandle);
#undef BITS_FIND
  return real;
}

}  // namespace

const RealFunctions& Real() {
  static const RealFunctions real = FindAll();
  return real;
}

}  // namespace bits::fakes::com
