// Where a report goes: standard output, or the file of --output.
#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace bits::doctor {

// With a path the report is written beside it first and renamed when it is whole, so that a reader never sees half of
// one and an older report is lost only to a newer one.
class Output {
 public:
  // Standard output.
  Output() = default;
  // The file `path`. Throws Refusal when nothing can be written there.
  explicit Output(std::string_view path);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool IsFile() const { return file_.has_value(); }

  // Writes the whole report. Throws Refusal when it could not be written.
  void Write(std::string_view report) {
    Append(report);
    Close();
  }

  // The same in pieces; Close makes the report visible. Each throws Refusal.
  void Append(std::string_view piece);
  void Close();

 private:
  struct File {
    std::filesystem::path path;
    std::filesystem::path partial;
    std::string name;
    std::ofstream stream;
  };
  std::optional<File> file_;
};

}  // namespace bits::doctor
