// The local file system.
#pragma once

#include "harness/api/file_system.h"

namespace bits::win32 {

class FileSystem final : public bits::FileSystem {
 public:
  Result<std::string> GetFullPath(std::string_view path) override;
  Result<std::optional<std::uint64_t>> GetFileSize(std::string_view path) override;
  Result<bool> IsDirectory(std::string_view path) override;
  Result<std::string> HashSha256(std::string_view path) override;
  HResult Rename(std::string_view from, std::string_view to, ReplaceExisting replace) override;
  HResult Remove(std::string_view path) override;
};

}  // namespace bits::win32
