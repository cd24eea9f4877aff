#include "harness/win32/windows_headers.h"

#include "harness/win32/machine.h"

#include <iterator>
#include <string>

#include "harness/win32/event_log.h"
#include "harness/win32/file_version.h"
#include "harness/win32/manager_class_ids.h"
#include "harness/win32/os_version.h"
#include "harness/win32/process_start.h"
#include "harness/win32/registry.h"
#include "harness/win32/service_query.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {

Result<OsVersion> Machine::GetOsVersion() { return ReadOsVersion(); }

Result<std::string> Machine::ComputerName() {
  DWORD length = 0;
  GetComputerNameExW(ComputerNamePhysicalDnsHostname, nullptr, &length);
  std::wstring name(length, L'\0');
  if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.data(), &length)) return Failure(LastError());
  return Utf8FromWide(std::wstring_view(name.data(), length));
}

Result<ServiceFacts> Machine::QueryService(std::string_view name) {
  const Result<std::wstring> wide = WideFromUtf8(name);
  if (!wide) return Failure(wide.error());
  return ReadServiceFacts(*wide);
}

Result<RegistryValue> Machine::ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) {
  const Result<std::wstring> wide_key = WideFromUtf8(key);
  if (!wide_key) return Failure(wide_key.error());
  const Result<std::wstring> wide_value = WideFromUtf8(value);
  if (!wide_value) return Failure(wide_value.error());
  return ReadRegistryValue(root, *wide_key, *wide_value);
}

Result<bool> Machine::IsClassRegistered(ManagerClass manager_class) {
  wchar_t text[39] = {};  // "{8-4-4-4-12}" and the null
  StringFromGUID2(ClassId(manager_class), text, static_cast<int>(std::size(text)));
  const Result<RegistryKey> key = OpenRegistryKey(RegistryRoot::kClassesRoot, L"CLSID\\" + std::wstring(text));
  if (key) return true;
  if (key.error() == "ERROR_FILE_NOT_FOUND"_hr) return false;
  return Failure(key.error());
}

Result<FileVersion> Machine::GetFileVersion(std::string_view path) {
  const Result<std::wstring> wide = WideFromUtf8(path);
  if (!wide) return Failure(wide.error());
  return ReadFileVersion(*wide);
}

Result<std::vector<LogEvent>> Machine::ReadEventLog(std::string_view channel, std::uint32_t count) {
  const Result<std::wstring> wide = WideFromUtf8(channel);
  if (!wide) return Failure(wide.error());
  return ReadNewestEvents(*wide, count);
}

Result<ProcessInstance> Machine::CurrentProcess() {
  const Result<FileTime> started = StartOf(GetCurrentProcess());
  if (!started) return Failure(started.error());
  return ProcessInstance{GetCurrentProcessId(), *started};
}

Result<std::optional<FileTime>> Machine::GetProcessStart(std::uint32_t process_id) {
  return ReadProcessStart(process_id);
}

}  // namespace bits::win32
