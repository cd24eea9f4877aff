// The four ways in which bitsdoctor ends.
#pragma once

#include <stdexcept>
#include <string>

namespace bits::doctor {

enum class ExitCode : int {
  kFine = 0,
  kFinding = 1,      // something fails or is missing
  kWrongUsage = 2,   // the command line makes no sense
  kCouldNotRun = 3,  // it does, and cannot be carried out
};

// Ends a subcommand with one sentence on stderr.
class Refusal : public std::runtime_error {
 public:
  Refusal(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

}  // namespace bits::doctor
