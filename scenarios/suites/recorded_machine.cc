#include "scenarios/suites/recorded_machine.h"

#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/intercept/intercepted_environment.h"
#include "scenarios/contract/backends.h"

namespace bits::scenarios {
namespace {

std::unique_ptr<Environment> ThisMachine() {
#if defined(_WIN32)
  return contract::MakeWindowsEnvironment();
#else
  throw std::runtime_error("this build has no BITS of the machine's own; run the Windows build of bits_scenarios");
#endif
}

}  // namespace

RecordedMachine::RecordedMachine(const std::string& file, intercept::Privacy privacy)
    : machine_(ThisMachine()),
      file_(std::filesystem::path(std::u8string(file.begin(), file.end())), std::ios::binary | std::ios::trunc) {
  if (!file_) throw std::runtime_error(fmt::format("{} cannot be written", file));
  recorder_.emplace(
      *machine_, file_,
      intercept::RecordedProgram{.program = "bits_scenarios", .command = "scenarios", .backend = "windows"}, privacy);
  seen_ = intercept::Intercept(*machine_, {&*recorder_});
}

bool RecordedMachine::Close(int passed, int failed) {
  recorder_->Close(intercept::Json{{"passed", passed}, {"failed", failed}});
  return recorder_->IsWhole();
}

}  // namespace bits::scenarios
