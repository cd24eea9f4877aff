#include "harness/win32/registry.h"

#include <cstring>
#include <vector>

#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

HKEY RootKey(RegistryRoot root) {
  switch (root) {
    case RegistryRoot::kCurrentUser:
      return HKEY_CURRENT_USER;
    case RegistryRoot::kClassesRoot:
      return HKEY_CLASSES_ROOT;
    case RegistryRoot::kLocalMachine:
      break;
  }
  return HKEY_LOCAL_MACHINE;
}

// The registry's functions return their error and leave GetLastError() alone.
HResult FromStatus(LSTATUS status) { return HResult::FromWin32(static_cast<std::uint32_t>(status)); }

template <class Integer>
Result<RegistryValue> NumberIn(const std::vector<BYTE>& data) {
  Integer number = 0;
  if (data.size() != sizeof(number)) return Failure(HResult::FromWin32(ERROR_INVALID_DATA));
  std::memcpy(&number, data.data(), sizeof(number));
  return RegistryValue(std::uint64_t{number});
}

Result<RegistryValue> TextIn(const std::vector<BYTE>& data) {
  std::wstring text(data.size() / sizeof(wchar_t), L'\0');
  std::memcpy(text.data(), data.data(), text.size() * sizeof(wchar_t));
  // Whoever wrote the value decided whether the null at the end was stored, and what stands behind it.
  Result<std::string> utf8 = Utf8FromWide(text.c_str());
  if (!utf8) return Failure(utf8.error());
  return RegistryValue(*std::move(utf8));
}

}  // namespace

Result<RegistryKey> OpenRegistryKey(RegistryRoot root, const std::wstring& key) {
  HKEY opened = nullptr;
  const LSTATUS status = RegOpenKeyExW(RootKey(root), key.c_str(), 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &opened);
  if (status != ERROR_SUCCESS) return Failure(FromStatus(status));
  return RegistryKey(opened);
}

Result<RegistryValue> ReadRegistryValue(RegistryRoot root, const std::wstring& key, const std::wstring& value) {
  const Result<RegistryKey> opened = OpenRegistryKey(root, key);
  if (!opened) return Failure(opened.error());
  std::vector<BYTE> data(256);
  DWORD type = REG_NONE;
  for (;;) {
    auto size = static_cast<DWORD>(data.size());
    const LSTATUS status = RegQueryValueExW(opened->get(), value.c_str(), nullptr, &type, data.data(), &size);
    if (status != ERROR_SUCCESS && status != ERROR_MORE_DATA) return Failure(FromStatus(status));
    data.resize(size);
    if (status == ERROR_SUCCESS) break;
  }
  switch (type) {
    case REG_DWORD:
      return NumberIn<std::uint32_t>(data);
    case REG_QWORD:
      return NumberIn<std::uint64_t>(data);
    case REG_SZ:
    case REG_EXPAND_SZ:
      return TextIn(data);
    default:
      return Failure(HResult::FromWin32(ERROR_UNSUPPORTED_TYPE));
  }
}

}  // namespace bits::win32
