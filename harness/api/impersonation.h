// A scope in which the calling thread is another user.
#pragma once

#include "harness/api/logon_api.h"
#include "harness/api/result.h"
#include "harness/api/token.h"

namespace bits {

// Impersonates on success of Impersonate() and reverts when it dies, on the same thread; a revert that fails ends the
// process, since the thread would go on with another user's rights [securitybaseapi-reverttoself].
//
//   Result<Impersonation> helper = Impersonation::Of(logon, token);
//   if (!helper) return helper.error();
class [[nodiscard]] Impersonation {
 public:
  // The token and the LogonApi must outlive the scope. Results as LogonApi::ImpersonateLoggedOnUser.
  [[nodiscard]] static Result<Impersonation> Of(LogonApi& api, const Token& token);

  ~Impersonation() { Revert(); }
  Impersonation(Impersonation&& other) noexcept : api_(other.api_) { other.api_ = nullptr; }
  Impersonation& operator=(Impersonation&&) = delete;
  Impersonation(const Impersonation&) = delete;
  Impersonation& operator=(const Impersonation&) = delete;

  // Reverts before the end of the scope; a second call does nothing.
  void Revert() noexcept;

 private:
  explicit Impersonation(LogonApi& api) : api_(&api) {}

  LogonApi* api_;
};

// Reports `what` on stderr and ends the process at once, without running destructors.
[[noreturn]] void FailFast(const char* what, HResult result) noexcept;

}  // namespace bits
