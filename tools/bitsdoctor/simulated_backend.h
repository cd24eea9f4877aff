// The simulated Windows that bitsdoctor can run on.
#pragma once

#include <memory>
#include <string>

#include "harness/api/environment.h"
#include "harness/rules/token_traits.h"

namespace bits::doctor {

class SimulatedBackend {
 public:
  virtual ~SimulatedBackend() = default;
  virtual Environment& environment() = 0;
  // The token of a helper of this kind.
  virtual Token OpenHelper(rules::TokenKind kind) = 0;
};

// A Windows of the profile, where bitsdoctor runs as somebody of this kind.
std::unique_ptr<SimulatedBackend> SimulateWindows(const std::string& profile, rules::TokenKind as);

// The same, its BITS in a process of its own (fakebits_server, beside bitsdoctor), reached through COM with the code
// that talks to real Windows. Null where this build has no COM; throws Refusal when the server does not come up.
std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string& profile, rules::TokenKind as);

}  // namespace bits::doctor
