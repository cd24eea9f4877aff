#include "harness/win32/windows_headers.h"

#include "harness/win32/file_system.h"

#include "harness/win32/file_hash.h"
#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

bool NamesNothing(HResult result) { return result == "ERROR_FILE_NOT_FOUND"_hr || result == "ERROR_PATH_NOT_FOUND"_hr; }

// Absent when nothing of that name exists.
Result<std::optional<WIN32_FILE_ATTRIBUTE_DATA>> Attributes(std::string_view path) {
  const Result<std::wstring> wide = WideFromUtf8(path);
  if (!wide) return Failure(wide.error());
  WIN32_FILE_ATTRIBUTE_DATA data{};
  if (GetFileAttributesExW(wide->c_str(), GetFileExInfoStandard, &data)) return data;
  const HResult error = LastError();
  if (NamesNothing(error)) return std::nullopt;
  return Failure(error);
}

bool IsDirectoryEntry(const WIN32_FILE_ATTRIBUTE_DATA& data) {
  return (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

}  // namespace

Result<std::string> FileSystem::GetFullPath(std::string_view path) {
  const Result<std::wstring> wide = WideFromUtf8(path);
  if (!wide) return Failure(wide.error());
  if (wide->empty()) return Failure("E_INVALIDARG"_hr);
  std::wstring full(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = GetFullPathNameW(wide->c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr);
    if (length == 0) {
      const HResult error = LastError();
      return Failure(error == "ERROR_INVALID_NAME"_hr ? "E_INVALIDARG"_hr : error);
    }
    // On success the length leaves out the null, else it is the size that is needed; another thread may have changed
    // the working directory in between.
    const bool fits = length < full.size();
    full.resize(length);
    if (fits) return Utf8FromWide(full);
  }
}

Result<std::optional<std::uint64_t>> FileSystem::GetFileSize(std::string_view path) {
  const auto data = Attributes(path);
  if (!data) return Failure(data.error());
  if (!*data) return std::nullopt;
  if (IsDirectoryEntry(**data)) return Failure("ERROR_DIRECTORY"_hr);
  return (std::uint64_t{(*data)->nFileSizeHigh} << 32) | (*data)->nFileSizeLow;
}

Result<bool> FileSystem::IsDirectory(std::string_view path) {
  const auto data = Attributes(path);
  if (!data) return Failure(data.error());
  return *data && IsDirectoryEntry(**data);
}

Result<std::string> FileSystem::HashSha256(std::string_view path) {
  const Result<std::wstring> wide = WideFromUtf8(path);
  if (!wide) return Failure(wide.error());
  const KernelHandle file = OwnFile(CreateFileW(wide->c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                                nullptr, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, nullptr));
  if (!file) return Failure(LastError());
  return Sha256OfFile(file.get());
}

HResult FileSystem::Rename(std::string_view from, std::string_view to, ReplaceExisting replace) {
  const Result<std::wstring> wide_from = WideFromUtf8(from);
  if (!wide_from) return wide_from.error();
  const Result<std::wstring> wide_to = WideFromUtf8(to);
  if (!wide_to) return wide_to.error();
  const DWORD flags = MOVEFILE_WRITE_THROUGH | (replace == ReplaceExisting::kYes ? MOVEFILE_REPLACE_EXISTING : 0);
  return FromBool(MoveFileExW(wide_from->c_str(), wide_to->c_str(), flags));
}

HResult FileSystem::Remove(std::string_view path) {
  const Result<std::wstring> wide = WideFromUtf8(path);
  if (!wide) return wide.error();
  const HResult result = FromBool(DeleteFileW(wide->c_str()));
  return NamesNothing(result) ? "S_FALSE"_hr : result;
}

}  // namespace bits::win32
