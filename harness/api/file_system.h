// The local files that a transfer looks at and moves into place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/api/enum_names.h"
#include "harness/api/result.h"

namespace bits {

enum class ReplaceExisting { kNo, kYes };

// Opens files as the calling thread's user, impersonated or not. Paths are full paths, UTF-8. Any thread. Failures are
// Win32 errors as HRESULT_FROM_WIN32: ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED,
// ERROR_SHARING_VIOLATION.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The full path that `path` means here and now. E_INVALIDARG for one that means none.
  virtual Result<std::string> GetFullPath(std::string_view path) = 0;

  // Bytes of a file; absent when nothing of that name exists. ERROR_DIRECTORY for a directory.
  virtual Result<std::optional<std::uint64_t>> GetFileSize(std::string_view path) = 0;

  // Whether `path` is an existing directory.
  virtual Result<bool> IsDirectory(std::string_view path) = 0;

  // SHA-256 of the content: 64 lower-case hexadecimal digits.
  virtual Result<std::string> HashSha256(std::string_view path) = 0;

  // Renames within a volume. ERROR_ALREADY_EXISTS with kNo when the new name is taken.
  virtual HResult Rename(std::string_view from, std::string_view to, ReplaceExisting replace) = 0;

  // S_FALSE when there was no such file.
  virtual HResult Remove(std::string_view path) = 0;
};

template <>
struct EnumNames<ReplaceExisting> {
  static constexpr EnumName<ReplaceExisting> kNames[] = {{ReplaceExisting::kNo, "no"}, {ReplaceExisting::kYes, "yes"}};
};

}  // namespace bits
