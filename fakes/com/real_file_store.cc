#include "harness/win32/windows_headers.h"

#include "fakes/com/real_file_store.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "fakes/com/thread_identity.h"
#include "fakes/world/disk.h"
#include "fakes/world/paths.h"
#include "harness/win32/handles.h"
#include "harness/win32/sid.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::fakes::com {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30U;
constexpr std::uint64_t kPieceSize = std::uint64_t{1} << 20U;
constexpr SECURITY_INFORMATION kProtection =
    OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;

using Descriptor = std::vector<std::byte>;  // self-relative

// As the file system is to take it: to the letter, and beyond MAX_PATH.
Result<std::wstring> Verbatim(std::string_view path) {
  const std::string normal = WithBackslashes(path);
  const bool is_unc = normal.starts_with(R"(\\)");
  return win32::WideFromUtf8(is_unc ? R"(\\?\UNC)" + normal.substr(1) : R"(\\?\)" + normal);
}

// "C:" alone would be the drive itself.
Result<std::wstring> VerbatimDirectory(std::string_view path) {
  Result<std::wstring> verbatim = Verbatim(path);
  if (verbatim && verbatim->ends_with(L':')) *verbatim += L'\\';
  return verbatim;
}

Result<Descriptor> ReadDescriptor(const std::wstring& path) {
  Descriptor descriptor(256);
  for (;;) {
    DWORD needed = 0;
    const auto size = static_cast<DWORD>(descriptor.size());
    if (GetFileSecurityW(path.c_str(), kProtection, descriptor.data(), size, &needed)) return descriptor;
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return Failure(win32::LastError());
    descriptor.resize(needed);
  }
}

Descriptor ParseDescriptor(const std::string& sddl) {
  PSECURITY_DESCRIPTOR parsed = nullptr;
  ULONG size = 0;
  const Result<std::wstring> wide = win32::WideFromUtf8(sddl);
  if (!wide || !ConvertStringSecurityDescriptorToSecurityDescriptorW(wide->c_str(), SDDL_REVISION_1, &parsed, &size)) {
    throw std::invalid_argument(fmt::format("\"{}\" is no security descriptor", sddl));
  }
  const win32::LocalMemory<void> owned(parsed);
  Descriptor descriptor(size);
  std::memcpy(descriptor.data(), parsed, size);
  return descriptor;
}

// Without an owner and a group AccessCheck takes no descriptor.
Descriptor WithOwner(std::string sddl) {
  // Wine takes any text for one.
  if (sddl.find("D:") == std::string::npos) throw std::invalid_argument(fmt::format("\"{}\" has no DACL", sddl));
  if (sddl.find("G:") == std::string::npos) sddl.insert(0, "G:BA");
  if (sddl.find("O:") == std::string::npos) sddl.insert(0, "O:BA");
  return ParseDescriptor(sddl);
}

HResult AccessCheckReal(HANDLE token, Descriptor descriptor, DWORD rights) {
  GENERIC_MAPPING mapping{FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
  MapGenericMask(&rights, &mapping);
  PRIVILEGE_SET privileges{};
  DWORD size = sizeof(privileges);
  DWORD granted = 0;
  BOOL allowed = FALSE;
  if (!::AccessCheck(descriptor.data(), token, rights, &mapping, &privileges, &size, &granted, &allowed)) {
    return win32::LastError();
  }
  return allowed ? HResult() : "E_ACCESSDENIED"_hr;
}

// What a right of the simulation is for files, and for the directory that they are in.
DWORD FileRights(std::uint32_t rights) {
  return ((rights & AccessRights::kRead) != 0 ? FILE_GENERIC_READ : 0U) |
         ((rights & AccessRights::kWrite) != 0 ? FILE_GENERIC_WRITE : 0U);
}
DWORD DirectoryRights(std::uint32_t rights) {
  return ((rights & AccessRights::kRead) != 0 ? FILE_LIST_DIRECTORY : 0U) |
         ((rights & AccessRights::kWrite) != 0 ? FILE_ADD_FILE : 0U);
}

Result<win32::KernelHandle> Open(const std::wstring& path, DWORD access, DWORD share, DWORD disposition,
                                 DWORD attributes) {
  win32::KernelHandle file =
      win32::OwnFile(CreateFileW(path.c_str(), access, share, nullptr, disposition, attributes, nullptr));
  if (!file) return Failure(win32::LastError());
  return file;
}

// A position for ReadFile and WriteFile, which then leave the handle's own alone.
OVERLAPPED At(std::uint64_t offset) {
  OVERLAPPED at{};
  at.Offset = static_cast<DWORD>(offset);
  at.OffsetHigh = static_cast<DWORD>(offset >> 32U);
  return at;
}

class Reader final : public FileReader {
 public:
  Reader(win32::KernelHandle file, const BY_HANDLE_FILE_INFORMATION& facts)
      : file_(std::move(file)),
        size_((std::uint64_t{facts.nFileSizeHigh} << 32U) | facts.nFileSizeLow),
        version_(fmt::format("{:x}-{:x}-{:x}-{:x}-{:x}", facts.dwVolumeSerialNumber, facts.nFileIndexHigh,
                             facts.nFileIndexLow, facts.ftLastWriteTime.dwHighDateTime,
                             facts.ftLastWriteTime.dwLowDateTime)) {}

  std::uint64_t size() const override { return size_; }
  std::string version() const override { return version_; }
  HResult Read(std::uint64_t offset, std::span<char> to) override {
    while (!to.empty()) {
      OVERLAPPED at = At(offset);
      DWORD read = 0;
      const auto wanted = static_cast<DWORD>(std::min<std::size_t>(to.size(), kPieceSize));
      if (!ReadFile(file_.get(), to.data(), wanted, &read, &at)) return win32::LastError();
      if (read == 0) return kEndOfFile;
      offset += read;
      to = to.subspan(read);
    }
    return HResult();
  }

 private:
  const win32::KernelHandle file_;
  const std::uint64_t size_;
  const std::string version_;
};

class Writer final : public FileWriter {
 public:
  explicit Writer(win32::KernelHandle file) : file_(std::move(file)) {}

  HResult Write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      OVERLAPPED at = At(offset);
      DWORD written = 0;
      const auto wanted = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kPieceSize));
      if (!WriteFile(file_.get(), bytes.data(), wanted, &written, &at)) return win32::LastError();
      offset += written;
      bytes.remove_prefix(written);
    }
    return HResult();
  }

 private:
  const win32::KernelHandle file_;
};

bool NamesNothing(HResult result) { return result == "ERROR_FILE_NOT_FOUND"_hr || result == "ERROR_PATH_NOT_FOUND"_hr; }

// Gives the file away, as far as this program may: the service may, which runs as LocalSystem.
void TryToSetOwner(const std::wstring& path, const std::string& sid) {
  const Result<win32::Sid> owner = win32::ParseSid(sid);
  SECURITY_DESCRIPTOR descriptor{};
  if (!owner || !InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) ||
      !SetSecurityDescriptorOwner(&descriptor, owner->get(), FALSE)) {
    return;
  }
  SetFileSecurityW(path.c_str(), OWNER_SECURITY_INFORMATION, &descriptor);
}

}  // namespace

class RealFileStore::Root {
 public:
  explicit Root(RealRoot root)
      : key_(PathKey(root.directory)),
        security_(std::move(root.security)),
        descriptor_(root.sddl.empty() ? Descriptor() : WithOwner(std::move(root.sddl))) {
    const Result<std::wstring> path = VerbatimDirectory(root.directory);
    const std::string_view flaw = FlawOfPath(WithBackslashes(root.directory));
    if (!path || !flaw.empty()) throw std::invalid_argument(fmt::format("\"{}\": {}", root.directory, flaw));
    const DWORD attributes = GetFileAttributesW(path->c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
      throw std::invalid_argument(fmt::format("\"{}\" is no directory of this machine", root.directory));
    }
  }

  const std::string& key() const { return key_; }
  bool Holds(std::string_view key) const {
    return key.starts_with(key_) && (key.size() == key_.size() || key[key_.size()] == '\\');
  }

  // Whether the user may have `real_rights` to what is at `path`, or, in the simulation, `rights`.
  HResult Check(const TokenData& token, std::uint32_t rights, const std::wstring& path, DWORD real_rights) const {
    if (!token.native) {
      return fakes::AccessCheck(token.facts, security_, rights) ? HResult() : "E_ACCESSDENIED"_hr;
    }
    if (!descriptor_.empty()) return AccessCheckReal(token.native.get(), descriptor_, real_rights);
    const Result<Descriptor> descriptor = ReadDescriptor(path);
    return descriptor ? AccessCheckReal(token.native.get(), *descriptor, real_rights) : descriptor.error();
  }

 private:
  std::string key_;
  SecurityDescriptor security_;
  Descriptor descriptor_;  // empty: ask the file system
};

// A path in use by somebody: found, checked, and the thread made theirs. The steps fail in this order.
class RealFileStore::Place {
 public:
  Place(const RealFileStore& store, const TokenData& token, std::string_view path)
      : token_(token), path_(Verbatim(path)), directory_(VerbatimDirectory(DirectoryOfPath(path))) {
    const std::string key = PathKey(path);
    const auto root = std::ranges::find_if(store.roots_, [&](const Root& each) { return each.Holds(key); });
    root_ = root == store.roots_.end() ? nullptr : &*root;
  }

  const std::wstring& path() const { return *path_; }

  // For a file that is there, or (ERROR_FILE_NOT_FOUND) may be made.
  HResult Check(std::uint32_t rights) {
    if (root_ == nullptr || !path_ || !directory_) return "ERROR_PATH_NOT_FOUND"_hr;
    if (const HResult self = BecomeSelf(); self.Failed()) return self;
    const DWORD directory = GetFileAttributesW(directory_->c_str());
    if (directory == INVALID_FILE_ATTRIBUTES || (directory & FILE_ATTRIBUTE_DIRECTORY) == 0) {
      return "ERROR_PATH_NOT_FOUND"_hr;
    }
    // Who may use a file need not be able to list the directory; who makes one must be able to add to it.
    const DWORD file = GetFileAttributesW(path_->c_str());
    if (file == INVALID_FILE_ATTRIBUTES) {
      const HResult missing = win32::LastError();
      if (!NamesNothing(missing)) return missing;
      const HResult allowed = root_->Check(token_, rights, *directory_, DirectoryRights(rights));
      return allowed.Failed() ? allowed : "ERROR_FILE_NOT_FOUND"_hr;
    }
    if ((file & FILE_ATTRIBUTE_DIRECTORY) != 0) return "ERROR_DIRECTORY"_hr;
    return rights == 0 ? HResult() : root_->Check(token_, rights, *path_, FileRights(rights));
  }

  // For a file that is to go, or to get another name. DELETE on the file, or the right to it that the directory gives.
  HResult CheckDelete() {
    if (const HResult there = Check(0); there.Failed()) return there;
    if (root_->Check(token_, AccessRights::kWrite, *path_, DELETE).Succeeded()) return HResult();
    return root_->Check(token_, AccessRights::kWrite, *directory_, FILE_DELETE_CHILD);
  }

  HResult CheckDirectory(std::uint32_t rights) {
    if (root_ == nullptr || !path_) return "ERROR_PATH_NOT_FOUND"_hr;
    if (const HResult self = BecomeSelf(); self.Failed()) return self;
    const std::wstring directory = *path_ + (path_->ends_with(L':') ? L"\\" : L"");
    const DWORD attributes = GetFileAttributesW(directory.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
      return "ERROR_PATH_NOT_FOUND"_hr;
    }
    return root_->Check(token_, rights, directory, DirectoryRights(rights));
  }

  // From here on the thread is the user's, so that the system enforces what it enforces, and what is made is theirs.
  HResult BecomeUser() {
    if (!token_.native) return HResult();
    identity_.reset();
    return identity_.emplace(token_.native.get()).result();
  }

 private:
  // The service looks at protection with its own rights.
  HResult BecomeSelf() {
    if (identity_) return HResult();
    return identity_.emplace(nullptr).result();
  }

  const TokenData& token_;
  Result<std::wstring> path_;
  Result<std::wstring> directory_;
  const Root* root_ = nullptr;
  std::optional<ThreadIdentity> identity_;
};

RealFileStore::RealFileStore(std::vector<RealRoot> roots) {
  for (RealRoot& root : roots) roots_.emplace_back(std::move(root));
  std::ranges::stable_sort(roots_, std::ranges::greater(), [](const Root& root) { return root.key().size(); });
}

RealFileStore::~RealFileStore() = default;

bool RealFileStore::Owns(std::string_view path) const {
  if (!FlawOfPath(WithBackslashes(path)).empty()) return false;
  const std::string key = PathKey(path);
  return std::ranges::any_of(roots_, [&](const Root& root) { return root.Holds(key); });
}

HResult RealFileStore::CheckDirectory(const TokenData& token, std::string_view path, std::uint32_t rights) const {
  return Place(*this, token, path).CheckDirectory(rights);
}

Result<std::unique_ptr<FileReader>> RealFileStore::OpenForReading(const TokenData& token, std::string_view path) const {
  Place place(*this, token, path);
  if (const HResult allowed = place.Check(AccessRights::kRead); allowed.Failed()) return Failure(allowed);
  if (const HResult user = place.BecomeUser(); user.Failed()) return Failure(user);
  Result<win32::KernelHandle> file =
      Open(place.path(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN);
  if (!file) return Failure(file.error());
  BY_HANDLE_FILE_INFORMATION facts{};
  if (!GetFileInformationByHandle(file->get(), &facts)) return Failure(win32::LastError());
  return std::make_unique<Reader>(*std::move(file), facts);
}

Result<FileContent> RealFileStore::Read(const TokenData& token, std::string_view path) const {
  const Result<std::unique_ptr<FileReader>> reader = OpenForReading(token, path);
  if (!reader) return Failure(reader.error());
  const std::uint64_t size = (*reader)->size();
  if (size > kMostBytes) return Failure(kFileTooLarge);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (const HResult read = (*reader)->Read(0, bytes); read.Failed()) return Failure(read);
  return FileContent(std::move(bytes));
}

Result<std::string> RealFileStore::CreateTemporary(const TokenData& token, std::string_view directory,
                                                   std::uint16_t number) {
  for (std::uint32_t tries = 0; tries <= 0xFFFFU; ++tries, ++number) {
    const std::string path = fmt::format("{}\\BIT{:04X}.tmp", WithBackslashes(directory), number);
    Place place(*this, token, path);
    const HResult free = place.Check(AccessRights::kWrite);
    if (free != "ERROR_FILE_NOT_FOUND"_hr) {
      const bool is_taken = free.Succeeded() || free == "ERROR_DIRECTORY"_hr;
      if (is_taken) continue;
      // Access to a file of that name says nothing of the directory.
      const HResult allowed = CheckDirectory(token, directory, AccessRights::kWrite);
      if (allowed.Failed()) return Failure(allowed);
      continue;
    }
    if (const HResult user = place.BecomeUser(); user.Failed()) return Failure(user);
    const Result<win32::KernelHandle> file = Open(place.path(), GENERIC_WRITE, 0, CREATE_NEW, FILE_ATTRIBUTE_HIDDEN);
    if (file) return path;
    if (file.error() != "ERROR_FILE_EXISTS"_hr) return Failure(file.error());
  }
  return Failure("ERROR_FILE_EXISTS"_hr);
}

Result<std::unique_ptr<FileWriter>> RealFileStore::OpenForWriting(const TokenData& token, std::string_view path,
                                                                  std::uint64_t size) {
  Place place(*this, token, path);
  if (const HResult allowed = place.Check(AccessRights::kWrite); allowed.Failed()) return Failure(allowed);
  if (const HResult user = place.BecomeUser(); user.Failed()) return Failure(user);
  Result<win32::KernelHandle> file =
      Open(place.path(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, OPEN_EXISTING, 0);
  if (!file) return Failure(file.error());
  LARGE_INTEGER there{};
  LARGE_INTEGER wanted{};
  wanted.QuadPart = static_cast<LONGLONG>(size);
  if (!GetFileSizeEx(file->get(), &there)) return Failure(win32::LastError());
  if (there.QuadPart < wanted.QuadPart) return Failure(kEndOfFile);
  if (!SetFilePointerEx(file->get(), wanted, nullptr, FILE_BEGIN) || !SetEndOfFile(file->get())) {
    return Failure(win32::LastError());
  }
  return std::make_unique<Writer>(*std::move(file));
}

HResult RealFileStore::Write(const TokenData& token, std::string_view path, FileContent content, bool hidden) {
  const HResult allowed = Place(*this, token, path).Check(AccessRights::kWrite);
  if (allowed.Failed() && allowed != "ERROR_FILE_NOT_FOUND"_hr) return allowed;
  const Result<std::string> temporary = CreateTemporary(token, DirectoryOfPath(path), 0);
  if (!temporary) return temporary.error();
  HResult result;
  {
    const Result<std::unique_ptr<FileWriter>> writer = OpenForWriting(token, *temporary, 0);
    if (!writer) result = writer.error();
    for (std::uint64_t done = 0; result.Succeeded() && done < content.size(); done += kPieceSize) {
      result = (*writer)->Write(done, content.Slice(done, kPieceSize).Bytes());
    }
  }
  if (result.Succeeded()) result = Rename(token, *temporary, path, ReplaceExisting::kYes, nullptr);
  if (result.Failed()) {
    static_cast<void>(Remove(token, *temporary));
    return result;
  }
  if (!hidden) return HResult();
  Place place(*this, token, path);
  static_cast<void>(place.Check(AccessRights::kWrite));
  return win32::FromBool(SetFileAttributesW(place.path().c_str(), FILE_ATTRIBUTE_HIDDEN));
}

HResult RealFileStore::Rename(const TokenData& token, std::string_view from, std::string_view to,
                              ReplaceExisting replace, const TokenData* new_owner) {
  Place source(*this, token, from);
  if (const HResult allowed = source.CheckDelete(); allowed.Failed()) return allowed;
  {
    Place target(*this, token, to);
    const HResult taken = target.Check(AccessRights::kWrite);
    if (taken.Failed() && taken != "ERROR_FILE_NOT_FOUND"_hr) return taken;
    if (taken.Succeeded()) {
      if (replace == ReplaceExisting::kNo) return "ERROR_ALREADY_EXISTS"_hr;
      if (const HResult gone = target.CheckDelete(); gone.Failed()) return gone;
      const HResult added = CheckDirectory(token, DirectoryOfPath(to), AccessRights::kWrite);
      if (added.Failed()) return added;
    }
  }
  const Result<std::wstring> target = Verbatim(to);
  if (!target) return target.error();
  if (const HResult user = source.BecomeUser(); user.Failed()) return user;
  const DWORD attributes = GetFileAttributesW(source.path().c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return win32::LastError();
  const DWORD visible = attributes & ~DWORD{FILE_ATTRIBUTE_HIDDEN};
  if (!SetFileAttributesW(source.path().c_str(), visible == 0 ? FILE_ATTRIBUTE_NORMAL : visible)) {
    return win32::LastError();
  }
  const DWORD flags = MOVEFILE_WRITE_THROUGH | (replace == ReplaceExisting::kYes ? MOVEFILE_REPLACE_EXISTING : 0);
  if (!MoveFileExW(source.path().c_str(), target->c_str(), flags)) {
    const HResult failure = win32::LastError();
    SetFileAttributesW(source.path().c_str(), attributes);
    return failure;
  }
  if (new_owner != nullptr && new_owner->native && new_owner->sid() != token.sid()) {
    const ThreadIdentity self(nullptr);
    if (self.result().Succeeded()) TryToSetOwner(*target, new_owner->sid());
  }
  return HResult();
}

HResult RealFileStore::Remove(const TokenData& token, std::string_view path) {
  Place place(*this, token, path);
  if (const HResult allowed = place.CheckDelete(); allowed.Failed()) return allowed;
  if (const HResult user = place.BecomeUser(); user.Failed()) return user;
  return win32::FromBool(DeleteFileW(place.path().c_str()));
}

}  // namespace bits::fakes::com
