// This machine's own environment, and a recording of every call that the scenarios make through it.
#pragma once

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "harness/api/environment.h"
#include "harness/intercept/call_recorder.h"

namespace bits::scenarios {

class RecordedMachine {
 public:
  // Throws std::runtime_error when the file cannot be written, and in builds that have no machine's own BITS.
  RecordedMachine(const std::string& file, intercept::Privacy privacy);

  Environment& environment() { return *seen_; }

  // Ends the recording. False when something of it could not be written.
  bool Close(int passed, int failed);

 private:
  std::unique_ptr<Environment> machine_;
  std::ofstream file_;
  std::optional<intercept::CallRecorder> recorder_;
  std::unique_ptr<Environment> seen_;
};

}  // namespace bits::scenarios
