// The logons and tokens of a simulated Windows in place of the system's, for an unchanged program.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fakes/world/process.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// While it lives, the chosen modules log on, impersonate and look at tokens in the simulation: LogonUserW, LogonUserA,
// LogonUserExW, ImpersonateLoggedOnUser, ImpersonateSelf, SetThreadToken, RevertToSelf, OpenThreadToken,
// OpenProcessToken, GetTokenInformation, CheckTokenMembership, DuplicateToken, DuplicateTokenEx,
// CreateRestrictedToken, LookupAccountSidW, LookupAccountNameW, and DuplicateHandle and CloseHandle for the handles
// that it gave out. What concerns a token of the system's, or another process or thread, goes to the system.
//
// Its handles have values that the system never gives out, so neither is taken for the other. A ScopedFakeBits of the
// same process takes the identity of its callers from the simulation meanwhile.
//
// Redirects as ScopedFakeBits does; may be nested, 8 deep. It must be closed before the process and its world.
class ScopedFakeLogon {
 public:
  // No modules: the program itself. Throws as ImportRedirection does; std::logic_error when nested too deep.
  explicit ScopedFakeLogon(Process& process, std::span<const HMODULE> modules = {});
  ~ScopedFakeLogon();
  ScopedFakeLogon(const ScopedFakeLogon&) = delete;
  ScopedFakeLogon& operator=(const ScopedFakeLogon&) = delete;

  // The handles that the program got here and has not closed, each with the call that made it:
  // "LogonUserW made handle 0x51000004 of SIMULATED\helen, called at service.exe+0x1A2B".
  std::vector<std::string> Leaks() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace bits::fakes::com
