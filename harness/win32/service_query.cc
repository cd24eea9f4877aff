#include "harness/win32/service_query.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

using Configuration = std::vector<std::max_align_t>;

// QUERY_SERVICE_CONFIGW with the texts it points to behind it.
Result<Configuration> ReadConfiguration(SC_HANDLE service) {
  Configuration storage;
  DWORD size = 0;
  for (;;) {
    auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(storage.data());
    const auto capacity = static_cast<DWORD>(storage.size() * sizeof(std::max_align_t));
    if (QueryServiceConfigW(service, config, capacity, &size)) return Result<Configuration>(std::move(storage));
    if (GetLastError() != ERROR_INSUFFICIENT_BUFFER) return Failure(LastError());
    storage.resize(size / sizeof(std::max_align_t) + 1);
  }
}

bool IsDelayedAutoStart(SC_HANDLE service) {
  SERVICE_DELAYED_AUTO_START_INFO info{};
  DWORD size = 0;
  return QueryServiceConfig2W(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, reinterpret_cast<BYTE*>(&info),
                              sizeof(info), &size) &&
         info.fDelayedAutostart != FALSE;
}

Result<std::string> Text(const wchar_t* text) { return Utf8FromWide(text == nullptr ? L"" : text); }

// A list of null-terminated texts that ends with an empty one.
Result<std::vector<std::string>> TextList(const wchar_t* list) {
  std::vector<std::string> texts;
  for (const wchar_t* at = list; at != nullptr && *at != L'\0'; at += std::wstring_view(at).size() + 1) {
    Result<std::string> text = Text(at);
    if (!text) return Failure(text.error());
    texts.push_back(*std::move(text));
  }
  return texts;
}

// A service may report an error of its own kind in place of a Win32 one; BITS reports HRESULTs there.
HResult ExitCode(const SERVICE_STATUS_PROCESS& status) {
  if (status.dwWin32ExitCode != ERROR_SERVICE_SPECIFIC_ERROR) return HResult::FromWin32(status.dwWin32ExitCode);
  const HResult specific(status.dwServiceSpecificExitCode);
  return specific.Failed() ? specific : HResult::FromWin32(status.dwServiceSpecificExitCode);
}

}  // namespace

Result<ServiceFacts> ReadServiceFacts(const std::wstring& name) {
  const ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager) return Failure(LastError());
  const ServiceHandle service(OpenServiceW(manager.get(), name.c_str(), SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS));
  if (!service) return Failure(LastError());

  SERVICE_STATUS_PROCESS status{};
  DWORD size = 0;
  if (!QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof(status),
                            &size)) {
    return Failure(LastError());
  }
  const Result<Configuration> storage = ReadConfiguration(service.get());
  if (!storage) return Failure(storage.error());
  const auto& config = *reinterpret_cast<const QUERY_SERVICE_CONFIGW*>(storage->data());
  Result<std::string> account = Text(config.lpServiceStartName);
  if (!account) return Failure(account.error());
  Result<std::string> binary_path = Text(config.lpBinaryPathName);
  if (!binary_path) return Failure(binary_path.error());
  Result<std::vector<std::string>> dependencies = TextList(config.lpDependencies);
  if (!dependencies) return Failure(dependencies.error());

  ServiceFacts facts;
  facts.state = static_cast<ServiceState>(status.dwCurrentState);
  facts.start_type = static_cast<ServiceStartType>(config.dwStartType);
  facts.delayed_auto_start = IsDelayedAutoStart(service.get());
  facts.account = *std::move(account);
  facts.binary_path = *std::move(binary_path);
  facts.dependencies = *std::move(dependencies);
  facts.process_id = status.dwProcessId;
  facts.exit_code = ExitCode(status);
  return facts;
}

}  // namespace bits::win32
