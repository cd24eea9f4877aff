// The files of a simulated machine, or of a file server.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/world/access_control.h"
#include "fakes/world/file_content.h"
#include "fakes/world/file_store.h"
#include "harness/api/file_system.h"
#include "harness/api/result.h"

namespace bits::fakes {

struct DiskFile {
  std::string path;  // as it was first spelled
  FileContent content;
  SecurityDescriptor security;
  bool hidden = false;  // a temporary file of BITS
  bool locked = false;  // another program has it open and shares nothing
};

// Full paths with a drive or a UNC root ("C:\data\file", "\\server\share\file"); case does not matter. A directory
// protects the files that are directly in it, and without a list of its own is protected as the one above it; a file
// has its own list besides. Not thread-safe: the world's lock guards it.
class Disk final : public FileStore {
 public:
  // --- set-up: throws std::invalid_argument that names the path and what is wrong with it ---------------------------
  // Nothing is guessed here: "/" is no separator, and a path has no empty, "." or ".." parts.

  // With all its parents, which get the same protection where they are new. One that is there gets the new protection.
  void AddDirectory(std::string_view path, SecurityDescriptor security = {});
  // In an existing directory; replaces an older file, which stays locked if it was.
  void AddFile(std::string_view path, FileContent content, SecurityDescriptor security = {});
  // Every later use of the file, which must be there, fails with ERROR_SHARING_VIOLATION until it is unlocked.
  void SetLocked(std::string_view path, bool locked);
  // Every later use of anything on the volume ("C:", "\\server\share") fails with `failure`; S_OK mends it.
  void SetVolumeFailure(std::string_view volume, HResult failure);

  // --- what programs do: results are Win32 errors as HRESULT_FROM_WIN32 ---------------------------------------------
  // Here "/" separates as well. A volume that fails comes first, with its own failure.

  // S_OK; ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED, the volume's failure.
  HResult CheckDirectory(const TokenFacts& token, std::string_view path, std::uint32_t rights) const;
  bool IsDirectory(std::string_view path) const;

  // ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND, ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_DIRECTORY.
  Result<FileContent> Read(const TokenFacts& token, std::string_view path) const;

  // Creates or replaces; a new file belongs to the token's user and has no list of its own. Needs write access to the
  // directory, and to an existing file, which keeps its protection. Results as Read.
  HResult Write(const TokenFacts& token, std::string_view path, FileContent content, bool hidden = false);

  // ERROR_ALREADY_EXISTS with kNo. The file keeps its protection, and is no longer hidden; `new_owner` when given.
  // ERROR_NOT_SAME_DEVICE between volumes; else as Read. Needs write access to both directories, the file, and one that
  // it replaces.
  HResult Rename(const TokenFacts& token, std::string_view from, std::string_view to, ReplaceExisting replace,
                 const std::string* new_owner = nullptr);

  // As Read. Needs write access to the directory and the file.
  HResult Remove(const TokenFacts& token, std::string_view path);

  // --- the same as a FileStore, which is everywhere: files are read and written as a whole

  bool Owns(std::string_view) const override { return true; }
  HResult CheckDirectory(const TokenData& token, std::string_view path, std::uint32_t rights) const override {
    return CheckDirectory(token.facts, path, rights);
  }
  Result<FileContent> Read(const TokenData& token, std::string_view path) const override {
    return Read(token.facts, path);
  }
  HResult Write(const TokenData& token, std::string_view path, FileContent content, bool hidden) override {
    return Write(token.facts, path, std::move(content), hidden);
  }
  Result<std::string> CreateTemporary(const TokenData& token, std::string_view directory,
                                      std::uint16_t number) override;
  HResult Rename(const TokenData& token, std::string_view from, std::string_view to, ReplaceExisting replace,
                 const TokenData* new_owner) override {
    return Rename(token.facts, from, to, replace, new_owner == nullptr ? nullptr : &new_owner->sid());
  }
  HResult Remove(const TokenData& token, std::string_view path) override { return Remove(token.facts, path); }
  Result<std::unique_ptr<FileReader>> OpenForReading(const TokenData&, std::string_view) const override {
    return nullptr;
  }
  Result<std::unique_ptr<FileWriter>> OpenForWriting(const TokenData&, std::string_view, std::uint64_t) override {
    return nullptr;
  }

  // --- what tests look at -------------------------------------------------------------------------------------------

  // Null when there is no such file; valid until the next change.
  const DiskFile* Find(std::string_view path) const;
  // The paths of all files below the directory, in alphabetical order, hidden ones too.
  std::vector<std::string> Files(std::string_view directory) const;

 private:
  struct Directory {
    SecurityDescriptor security;
  };
  HResult CheckVolume(std::string_view key) const;
  // What protects the files in a directory that is there.
  const SecurityDescriptor& ProtectionOf(const std::string& key) const;
  // The key of a file that is there and that the token may use like that; else as Read.
  Result<std::string> Open(const TokenFacts& token, std::string_view path, std::uint32_t rights) const;

  std::map<std::string, Directory, std::less<>> directories_;    // by lower-case path, without a final backslash
  std::map<std::string, DiskFile, std::less<>> files_;           // by lower-case path
  std::map<std::string, HResult, std::less<>> volume_failures_;  // by lower-case root
};

// The directory of a full path, without the final backslash ("C:" for "C:\file"). Empty for a root.
std::string DirectoryOfPath(std::string_view path);

// Whether it is a full path that BITS can write to: a drive or UNC root and a file name below it, at most MAX_PATH
// UTF-16 units with the terminator, no wildcards or other characters that names cannot have, no streams, no "\\?\" or
// "\\.\" prefix, no "." or ".." part [bg_file_info]. UTF-8; "/" separates as well.
bool IsFullPath(std::string_view path);

}  // namespace bits::fakes
