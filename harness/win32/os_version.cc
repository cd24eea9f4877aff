#include "harness/win32/windows_headers.h"

#include "harness/win32/os_version.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "harness/win32/registry.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

constexpr wchar_t kCurrentVersion[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";

// An exported function of ntdll.dll, which has no import library for all of them; null when it is not there.
template <class Function>
Function* NtdllFunction(const char* name) {
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  if (ntdll == nullptr) return nullptr;
  // By way of void*, since compilers warn about a cast from one type of function to another.
  return reinterpret_cast<Function*>(reinterpret_cast<void*>(GetProcAddress(ntdll, name)));
}

// Empty, or zero, where the value is missing or of another type.
template <class T>
T CurrentVersionValue(const wchar_t* name) {
  Result<RegistryValue> value = ReadRegistryValue(RegistryRoot::kLocalMachine, kCurrentVersion, name);
  T* const typed = value ? std::get_if<T>(&*value) : nullptr;
  return typed != nullptr ? std::move(*typed) : T();
}

std::string ProductName(const OsBuild& build) {
  constexpr OsBuild kWindows11{10, 0, 22000};
  constexpr std::string_view kWindows10Name = "Windows 10";
  std::string name = CurrentVersionValue<std::string>(L"ProductName");
  // Windows 11 kept its predecessor's name in the registry.
  if (build >= kWindows11 && name.starts_with(kWindows10Name)) name.replace(0, kWindows10Name.size(), "Windows 11");
  return name;
}

std::string DisplayVersion() {
  std::string version = CurrentVersionValue<std::string>(L"DisplayVersion");
  // Before 20H2 it was called ReleaseId.
  return !version.empty() ? version : CurrentVersionValue<std::string>(L"ReleaseId");
}

std::string Architecture() {
  struct Row {
    WORD processor;
    std::string_view name;
  };
  static constexpr Row kRows[] = {{PROCESSOR_ARCHITECTURE_AMD64, "x86-64"},
                                  {PROCESSOR_ARCHITECTURE_INTEL, "x86"},
                                  {PROCESSOR_ARCHITECTURE_ARM64, "arm64"},
                                  {PROCESSOR_ARCHITECTURE_ARM, "arm"}};
  SYSTEM_INFO info{};
  GetNativeSystemInfo(&info);
  const auto found = std::ranges::find(kRows, info.wProcessorArchitecture, &Row::processor);
  return found != std::end(kRows) ? std::string(found->name) : std::to_string(info.wProcessorArchitecture);
}

std::optional<std::string> WineVersion() {
  const auto version = NtdllFunction<const char*()>("wine_get_version");
  if (version == nullptr) return std::nullopt;
  return version();
}

}  // namespace

Result<OsVersion> ReadOsVersion() {
  // GetVersionEx tells a program without a matching manifest an older version.
  const auto get_version = NtdllFunction<LONG WINAPI(OSVERSIONINFOEXW*)>("RtlGetVersion");
  if (get_version == nullptr) return Failure(HResult::FromWin32(ERROR_PROC_NOT_FOUND));
  OSVERSIONINFOEXW info{};
  info.dwOSVersionInfoSize = sizeof(info);
  if (const LONG status = get_version(&info); status < 0) return Failure(FromNtStatus(status));
  Result<std::string> service_pack = Utf8FromWide(info.szCSDVersion);
  if (!service_pack) return Failure(service_pack.error());

  OsVersion version;
  version.build = {info.dwMajorVersion, info.dwMinorVersion, info.dwBuildNumber};
  version.revision = static_cast<std::uint32_t>(CurrentVersionValue<std::uint64_t>(L"UBR"));
  version.server = info.wProductType != VER_NT_WORKSTATION;
  version.product_name = ProductName(version.build);
  version.display_version = DisplayVersion();
  version.service_pack = *std::move(service_pack);
  version.architecture = Architecture();
  version.wine_version = WineVersion();
  return version;
}

}  // namespace bits::win32
