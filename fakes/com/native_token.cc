#include "harness/win32/windows_headers.h"

#include "fakes/com/native_token.h"

#include "fakes/com/real_functions.h"

namespace bits::fakes::com {

std::shared_ptr<void> DuplicateNative(HANDLE token, const TokenFacts& facts) {
  SECURITY_IMPERSONATION_LEVEL level = SecurityImpersonation;
  if (facts.type == bits::TokenType::kImpersonation && facts.impersonation_level) {
    level = static_cast<SECURITY_IMPERSONATION_LEVEL>(static_cast<DWORD>(*facts.impersonation_level) - 1);
  }
  HANDLE copy = nullptr;
  if (!Real().DuplicateTokenEx(token, TOKEN_QUERY | TOKEN_IMPERSONATE, nullptr, level, ::TokenImpersonation, &copy)) {
    return nullptr;
  }
  return {copy, [](void* handle) { Real().CloseHandle(handle); }};
}

}  // namespace bits::fakes::com
