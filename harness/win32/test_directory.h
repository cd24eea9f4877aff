// A directory of a test's own.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// Made under the user's temporary directory, removed with all that is in it.
class TestDirectory {
 public:
  TestDirectory() {
    // Process ids come again, and a killed test leaves its directory: only one that is new will do.
    static int count = 0;
    do {
      path_ = std::filesystem::temp_directory_path() /
              ("bits-harness-" + std::to_string(GetCurrentProcessId()) + "-" + std::to_string(++count));
    } while (!std::filesystem::create_directories(path_));
  }
  ~TestDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  // The full path of `name` in it, UTF-8.
  std::string Path(std::string_view name) const {
    const std::u8string path = (path_ / std::filesystem::path(std::u8string(name.begin(), name.end()))).u8string();
    return std::string(path.begin(), path.end());
  }

  // Writes a file and returns its path.
  std::string Write(std::string_view name, std::string_view content) const {
    const std::string path = Path(name);
    std::ofstream(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary) << content;
    return path;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace bits::win32
