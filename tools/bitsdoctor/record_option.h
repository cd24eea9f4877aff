// --record: a command's calls, kept in a file.
#pragma once

#include <fstream>
#include <string>

#include <CLI/CLI.hpp>

#include "harness/intercept/recording.h"
#include "tools/bitsdoctor/backend.h"

namespace bits::doctor {

struct RecordOptions {
  std::string file;  // empty: nothing is recorded
  bool raw = false;

  void AddTo(CLI::App& command);
};

// Records what is called through the backend's environment while it lives; to be made before that is used, and to end
// before the backend does.
class RecordedRun {
 public:
  // Throws Refusal when the file cannot be written.
  RecordedRun(const RecordOptions& options, Backend& backend, std::string command, intercept::Json command_options);

  // Ends the recording with what the command concluded. Throws Refusal when something could not be written.
  void Close(const intercept::Json& verdict);

 private:
  std::string name_;
  std::ofstream stream_;
  intercept::CallRecorder* recorder_ = nullptr;
};

}  // namespace bits::doctor
