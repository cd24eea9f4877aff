#include "harness/win32/file_version.h"

#include <vector>

#include "harness/win32/system_error.h"

namespace bits::win32 {
namespace {

Result<std::wstring> ExpandEnvironment(const std::wstring& text) {
  std::wstring expanded;
  for (;;) {
    // Counts the null on input and in the result.
    const auto capacity = static_cast<DWORD>(expanded.size());
    const DWORD needed = ExpandEnvironmentStringsW(text.c_str(), expanded.data(), capacity);
    if (needed == 0) return Failure(LastError());
    const bool fits = needed <= capacity;
    expanded.resize(needed);
    if (!fits) continue;
    expanded.pop_back();
    return expanded;
  }
}

}  // namespace

Result<FileVersion> ReadFileVersion(const std::wstring& path) {
  const Result<std::wstring> expanded = ExpandEnvironment(path);
  if (!expanded) return Failure(expanded.error());
  // Asked before, because a missing file is not told reliably from a file without a resource.
  if (GetFileAttributesW(expanded->c_str()) == INVALID_FILE_ATTRIBUTES) return Failure(LastError());
  DWORD ignored = 0;
  const DWORD size = GetFileVersionInfoSizeW(expanded->c_str(), &ignored);
  if (size == 0) return Failure(LastError());
  std::vector<BYTE> resource(size);
  if (!GetFileVersionInfoW(expanded->c_str(), 0, size, resource.data())) return Failure(LastError());
  void* block = nullptr;
  UINT block_size = 0;
  if (!VerQueryValueW(resource.data(), L"\\", &block, &block_size) || block_size < sizeof(VS_FIXEDFILEINFO)) {
    return Failure("ERROR_RESOURCE_DATA_NOT_FOUND"_hr);
  }
  const auto& info = *static_cast<const VS_FIXEDFILEINFO*>(block);
  return FileVersion{{HIWORD(info.dwFileVersionMS), LOWORD(info.dwFileVersionMS), HIWORD(info.dwFileVersionLS),
                      LOWORD(info.dwFileVersionLS)}};
}

}  // namespace bits::win32
