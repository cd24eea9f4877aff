#include "tools/bitsdoctor/output.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tools/bitsdoctor/exit_code.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

std::filesystem::path FromUtf8(std::string_view text) {
  return std::filesystem::path(std::u8string(text.begin(), text.end()));
}

[[noreturn]] void RefuseFile(std::string_view name, const std::string& reason) {
  throw Refusal(ExitCode::kCouldNotRun,
                fmt::format("--output {}: the file cannot be written ({}); name a file in a directory you may write to",
                            name, reason));
}

}  // namespace

Output::Output(std::string_view path) {
  File file{FromUtf8(path), FromUtf8(fmt::format("{}.partial", path)), std::string(path), {}};
  std::error_code ignored;
  if (std::filesystem::is_directory(file.path, ignored)) RefuseFile(path, "it is a directory");
  file.stream.open(file.partial, std::ios::binary | std::ios::trunc);
  if (!file.stream) RefuseFile(path, std::generic_category().message(errno));
  file_ = std::move(file);
}

Output::~Output() {
  if (!file_) return;
  file_->stream.close();
  std::error_code ignored;
  std::filesystem::remove(file_->partial, ignored);
}

void Output::Append(std::string_view piece) {
  if (file_) {
    file_->stream.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  } else if (!WriteText(Stream::kOut, piece)) {
    throw Refusal(ExitCode::kCouldNotRun, "the report cannot be written: standard output is closed");
  }
}

void Output::Close() {
  if (!file_) return;
  file_->stream.close();
  if (!file_->stream) RefuseFile(file_->name, std::generic_category().message(errno));
  std::error_code error;
  std::filesystem::rename(file_->partial, file_->path, error);
  if (error) RefuseFile(file_->name, error.message());
}

}  // namespace bits::doctor
