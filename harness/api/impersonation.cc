#include "harness/api/impersonation.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace bits {

void FailFast(const char* what, HResult result) noexcept {
  std::fprintf(stderr, "fatal: %s failed with 0x%08lX; ending the process\n", what,
               static_cast<unsigned long>(result.value()));
  std::abort();
}

Result<Impersonation> Impersonation::Of(LogonApi& api, const Token& token) {
  if (const HResult result = api.ImpersonateLoggedOnUser(token); result.Failed()) return Failure(result);
  return Impersonation(api);
}

void Impersonation::Revert() noexcept {
  LogonApi* api = std::exchange(api_, nullptr);
  if (api == nullptr) return;
  if (const HResult result = api->RevertToSelf(); result.Failed()) FailFast("RevertToSelf", result);
}

}  // namespace bits
