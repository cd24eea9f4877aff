#include "tools/bitsdoctor/record_option.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "harness/intercept/call_recorder.h"
#include "tools/bitsdoctor/exit_code.h"

namespace bits::doctor {

void RecordOptions::AddTo(CLI::App& command) {
  CLI::Option* record =
      command.add_option("--record", file, "Write every call to this file, for bitsdoctor replay")->type_name("FILE");
  command
      .add_flag("--raw", raw,
                "Keep names, SIDs, paths and URLs in the recording instead of pseudonyms; passwords never are in it")
      ->needs(record);
}

RecordedRun::RecordedRun(const RecordOptions& options, Backend& backend, std::string command,
                         intercept::Json command_options)
    : name_(options.file) {
  if (name_.empty()) return;
  const std::filesystem::path path(std::u8string(name_.begin(), name_.end()));
  std::error_code ignored;
  const bool directory = std::filesystem::is_directory(path, ignored);
  if (!directory) stream_.open(path, std::ios::binary | std::ios::trunc);
  if (!stream_.is_open()) {
    throw Refusal(ExitCode::kCouldNotRun,
                  fmt::format("--record {}: the file cannot be written ({}); name a file in a directory you may write "
                              "to",
                              name_, directory ? "it is a directory" : std::generic_category().message(errno)));
  }
  intercept::RecordedProgram program;
  program.program = "bitsdoctor " BITS_VERSION;
  program.command = std::move(command);
  program.options = std::move(command_options);
  recorder_ = &backend.Record(stream_, std::move(program),
                              options.raw ? intercept::Privacy::kRaw : intercept::Privacy::kPseudonyms);
}

void RecordedRun::Close(const intercept::Json& verdict) {
  if (recorder_ == nullptr) return;
  recorder_->Close(verdict);
  if (recorder_->IsWhole()) return;
  throw Refusal(ExitCode::kCouldNotRun,
                fmt::format("--record {}: not every call could be written; see whether the disk is full", name_));
}

}  // namespace bits::doctor
