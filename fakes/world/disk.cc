#include "fakes/world/disk.h"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "fakes/world/paths.h"

namespace bits::fakes {
namespace {

constexpr HResult kNotSameDevice = HResult::FromWin32(17);  // ERROR_NOT_SAME_DEVICE

[[noreturn]] void Refuse(std::string_view path, std::string_view why) {
  throw std::invalid_argument(fmt::format("\"{}\": {}", path, why));
}

// The path as set-up has to spell it.
void CheckSpelling(std::string_view path) {
  if (path.find('/') != std::string_view::npos) Refuse(path, "write \\ where it has /");
  if (const std::string_view flaw = FlawOfPath(path); !flaw.empty()) Refuse(path, flaw);
}

}  // namespace

void Disk::AddDirectory(std::string_view path, SecurityDescriptor security) {
  CheckSpelling(path);
  const std::string key = PathKey(path);
  for (std::string level = key; !level.empty(); level = DirectoryOfPath(level)) {
    if (files_.contains(level)) Refuse(path, fmt::format("\"{}\" is a file", files_.at(level).path));
  }
  for (std::string parent = DirectoryOfPath(key); !parent.empty(); parent = DirectoryOfPath(parent)) {
    directories_.try_emplace(parent, Directory{security});
  }
  directories_.insert_or_assign(key, Directory{std::move(security)});
}

void Disk::AddFile(std::string_view path, FileContent content, SecurityDescriptor security) {
  CheckSpelling(path);
  const std::string key = PathKey(path);
  const std::string directory = DirectoryOfPath(path);
  if (path.ends_with('\\') || directory.empty()) Refuse(path, "it names no file");
  if (IsDirectory(key)) Refuse(path, "it is a directory");
  if (!IsDirectory(directory)) Refuse(path, fmt::format("there is no directory \"{}\"; add it first", directory));
  const auto old = files_.find(key);
  const bool locked = old != files_.end() && old->second.locked;
  files_.insert_or_assign(key, DiskFile{.path = std::string(path),
                                        .content = std::move(content),
                                        .security = std::move(security),
                                        .hidden = false,
                                        .locked = locked});
}

void Disk::SetLocked(std::string_view path, bool locked) {
  CheckSpelling(path);
  const auto file = files_.find(PathKey(path));
  if (file == files_.end()) Refuse(path, "there is no such file");
  file->second.locked = locked;
}

void Disk::SetVolumeFailure(std::string_view volume, HResult failure) {
  CheckSpelling(volume);
  const std::string key = PathKey(volume);
  if (RootOfPath(key) != key) Refuse(volume, "it is no volume, which is C: or \\\\server\\share");
  volume_failures_.insert_or_assign(key, failure);
}

HResult Disk::CheckDirectory(const TokenFacts& token, std::string_view path, std::uint32_t rights) const {
  const std::string key = PathKey(path);
  if (const HResult volume = CheckVolume(key); volume.Failed()) return volume;
  if (!directories_.contains(key)) return "ERROR_PATH_NOT_FOUND"_hr;
  return AccessCheck(token, ProtectionOf(key), rights) ? HResult() : "E_ACCESSDENIED"_hr;
}

bool Disk::IsDirectory(std::string_view path) const { return directories_.contains(PathKey(path)); }

Result<FileContent> Disk::Read(const TokenFacts& token, std::string_view path) const {
  const Result<std::string> key = Open(token, path, AccessRights::kRead);
  if (!key) return Failure(key.error());
  return files_.at(*key).content;
}

HResult Disk::Write(const TokenFacts& token, std::string_view path, FileContent content, bool hidden) {
  const Result<std::string> key = Open(token, path, AccessRights::kWrite);
  if (!key && key.error() != "ERROR_FILE_NOT_FOUND"_hr) return key.error();
  DiskFile& file = files_[PathKey(path)];
  if (!key) {
    file.path = WithBackslashes(path);
    file.security.owner = token.user.sid;
  }
  file.content = std::move(content);
  file.hidden = hidden;
  return HResult();
}

HResult Disk::Rename(const TokenFacts& token, std::string_view from, std::string_view to, ReplaceExisting replace,
                     const std::string* new_owner) {
  const Result<std::string> source = Open(token, from, AccessRights::kWrite);
  if (!source) return source.error();
  const std::string target = PathKey(to);
  if (RootOfPath(target) != RootOfPath(*source)) return kNotSameDevice;
  if (target != *source) {
    const Result<std::string> taken = Open(token, to, AccessRights::kWrite);
    const bool is_free = !taken && taken.error() == "ERROR_FILE_NOT_FOUND"_hr;
    const bool exists = IsDirectory(to) || files_.contains(target);
    if (exists && replace == ReplaceExisting::kNo) return "ERROR_ALREADY_EXISTS"_hr;
    if (!taken && !is_free) return taken.error();
  }
  DiskFile file = std::move(files_.extract(*source).mapped());
  file.path = WithBackslashes(to);
  file.hidden = false;
  if (new_owner != nullptr) file.security.owner = *new_owner;
  files_.insert_or_assign(target, std::move(file));
  return HResult();
}

HResult Disk::Remove(const TokenFacts& token, std::string_view path) {
  const Result<std::string> key = Open(token, path, AccessRights::kWrite);
  if (!key) return key.error();
  files_.erase(*key);
  return HResult();
}

Result<std::string> Disk::CreateTemporary(const TokenData& token, std::string_view directory, std::uint16_t number) {
  std::string path;
  do {
    path = fmt::format("{}\\BIT{:04X}.tmp", directory, number++);
  } while (files_.contains(PathKey(path)));
  const HResult written = Write(token.facts, path, {}, true);
  if (written.Failed()) return Failure(written);
  return path;
}

const DiskFile* Disk::Find(std::string_view path) const {
  const auto file = files_.find(PathKey(path));
  return file == files_.end() ? nullptr : &file->second;
}

std::vector<std::string> Disk::Files(std::string_view directory) const {
  const std::string below = PathKey(directory) + '\\';
  std::vector<std::string> paths;
  for (auto file = files_.lower_bound(below); file != files_.end() && file->first.starts_with(below); ++file) {
    paths.push_back(file->second.path);
  }
  return paths;
}

const SecurityDescriptor& Disk::ProtectionOf(const std::string& key) const {
  const SecurityDescriptor& own = directories_.at(key).security;
  const std::string parent = DirectoryOfPath(key);
  return own.dacl || parent.empty() ? own : ProtectionOf(parent);
}

HResult Disk::CheckVolume(std::string_view key) const {
  const auto failure = volume_failures_.find(RootOfPath(key));
  return failure == volume_failures_.end() ? HResult() : failure->second;
}

Result<std::string> Disk::Open(const TokenFacts& token, std::string_view path, std::uint32_t rights) const {
  std::string key = PathKey(path);
  if (const HResult volume = CheckVolume(key); volume.Failed()) return Failure(volume);
  if (IsDirectory(key)) return Failure("ERROR_DIRECTORY"_hr);
  if (const HResult parent = CheckDirectory(token, DirectoryOfPath(key), rights); parent.Failed()) {
    return Failure(parent);
  }
  const auto file = files_.find(key);
  if (file == files_.end()) return Failure("ERROR_FILE_NOT_FOUND"_hr);
  if (file->second.locked) return Failure("ERROR_SHARING_VIOLATION"_hr);
  if (!AccessCheck(token, file->second.security, rights)) return Failure("E_ACCESSDENIED"_hr);
  return key;
}

}  // namespace bits::fakes
