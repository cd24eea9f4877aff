// Where files are: on a simulated disk, or in directories of the machine that the simulation itself runs on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fakes/world/file_content.h"
#include "fakes/world/token_data.h"
#include "harness/api/file_system.h"
#include "harness/api/result.h"

namespace bits::fakes {

inline constexpr HResult kEndOfFile = HResult::FromWin32(38);      // ERROR_HANDLE_EOF
inline constexpr HResult kFileTooLarge = HResult::FromWin32(223);  // ERROR_FILE_TOO_LARGE

// A file that is open for reading. One thread at a time.
class FileReader {
 public:
  virtual ~FileReader() = default;
  // When it was opened.
  virtual std::uint64_t size() const = 0;
  // Another text when the file was changed, or is another one.
  virtual std::string version() const = 0;
  // Fills `to` with the bytes from `offset` on. ERROR_HANDLE_EOF when the file has become shorter.
  virtual HResult Read(std::uint64_t offset, std::span<char> to) = 0;
};

// A file that is open for writing: whoever opened it was allowed to, and nobody is asked again. One thread at a time.
class FileWriter {
 public:
  virtual ~FileWriter() = default;
  virtual HResult Write(std::uint64_t offset, std::string_view bytes) = 0;
};

// What the service does with local files, as the user of a token. Paths are full; "/" separates as well. Results are
// Win32 errors as HRESULT_FROM_WIN32. The world's lock guards a store; readers and writers live without it.
class FileStore {
 public:
  virtual ~FileStore() = default;

  // Whether the path is in this store's care.
  virtual bool Owns(std::string_view path) const = 0;

  // S_OK; ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED.
  virtual HResult CheckDirectory(const TokenData& token, std::string_view path, std::uint32_t rights) const = 0;

  // The whole file. ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION,
  // ERROR_DIRECTORY; ERROR_FILE_TOO_LARGE above 1 GiB.
  virtual Result<FileContent> Read(const TokenData& token, std::string_view path) const = 0;

  // Creates or replaces, as a whole: after a failure what was there is there. Results as Read.
  virtual HResult Write(const TokenData& token, std::string_view path, FileContent content, bool hidden) = 0;

  // Makes an empty, hidden file of a new name, BITnnnn.tmp; `number` is where the search begins. Its path.
  virtual Result<std::string> CreateTemporary(const TokenData& token, std::string_view directory,
                                              std::uint16_t number) = 0;

  // ERROR_ALREADY_EXISTS with kNo. The file is no longer hidden; it belongs to `new_owner` when given, as far as this
  // program may give files away. Else as Read.
  virtual HResult Rename(const TokenData& token, std::string_view from, std::string_view to, ReplaceExisting replace,
                         const TokenData* new_owner) = 0;

  // As Read.
  virtual HResult Remove(const TokenData& token, std::string_view path) = 0;

  // Null: files of this store are read with Read. Results as Read.
  virtual Result<std::unique_ptr<FileReader>> OpenForReading(const TokenData& token, std::string_view path) const = 0;

  // A file that is there, cut off after its first `size` bytes; ERROR_HANDLE_EOF when it has fewer. Null: files of this
  // store are written with Write, when all of them is there. Results as Read.
  virtual Result<std::unique_ptr<FileWriter>> OpenForWriting(const TokenData& token, std::string_view path,
                                                             std::uint64_t size) = 0;
};

}  // namespace bits::fakes
