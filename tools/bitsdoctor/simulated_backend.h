// The simulated Windows that bitsdoctor can run on.
#pragma once

#include <memory>
#include <optional>
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

// A Windows of the profile, where bitsdoctor runs as somebody of this kind; `with_jobs`: and others have been busy.
std::unique_ptr<SimulatedBackend> SimulateWindows(const std::string& profile, rules::TokenKind as, bool with_jobs);

// What is to be downloaded, and where to.
struct TransferNames {
  std::string url;
  std::string file;
};

// The same, its BITS in a process of its own (fakebits_server, beside bitsdoctor), reached through COM with the code
// that talks to real Windows. Null where this build has no COM; throws Refusal when the server does not come up.
//
// With `transfer` its files are those of this machine, which its BITS reaches in the working directory and in the
// directories of `file` and of a file URL; and servers that are not simulated are real. Without, nothing is real.
std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string& profile, rules::TokenKind as,
                                                       const std::optional<TransferNames>& transfer);

}  // namespace bits::doctor
