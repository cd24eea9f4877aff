// Facts about the machine that BITS runs on.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/api/background_copy_manager.h"
#include "harness/api/enum_names.h"
#include "harness/api/job_types.h"
#include "harness/api/result.h"

namespace bits {

// The build that decides which helper-token rules hold: 10.0.14393 is Windows 10 1607.
struct OsBuild {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t build = 0;
  friend constexpr auto operator<=>(const OsBuild&, const OsBuild&) = default;
};

inline constexpr OsBuild kWindowsVista{6, 0, 6000};
inline constexpr OsBuild kWindows7{6, 1, 7600};
inline constexpr OsBuild kWindows8{6, 2, 9200};
inline constexpr OsBuild kWindows8_1{6, 3, 9600};
inline constexpr OsBuild kWindows10_1507{10, 0, 10240};
inline constexpr OsBuild kWindows10_1607{10, 0, 14393};
inline constexpr OsBuild kWindows10_1809{10, 0, 17763};
inline constexpr OsBuild kWindows10_1903{10, 0, 18362};

std::string ToString(const OsBuild& build);  // "10.0.14393"

struct OsVersion {
  OsBuild build;
  std::uint32_t revision = 0;               // the update build revision (UBR)
  bool server = false;                      // a Server edition or a domain controller
  std::string product_name;                 // "Windows 10 Pro"
  std::string display_version;              // "22H2"; may be empty
  std::string service_pack;                 // may be empty
  std::string architecture;                 // "x86-64"
  std::optional<std::string> wine_version;  // present when this is not Windows
  friend bool operator==(const OsVersion&, const OsVersion&) = default;
};

// SERVICE_STATUS.dwCurrentState.
enum class ServiceState : std::uint32_t {
  kStopped = 1,
  kStartPending = 2,
  kStopPending = 3,
  kRunning = 4,
  kContinuePending = 5,
  kPausePending = 6,
  kPaused = 7,
};

// QUERY_SERVICE_CONFIG.dwStartType.
enum class ServiceStartType : std::uint32_t { kBoot = 0, kSystem = 1, kAutomatic = 2, kDemand = 3, kDisabled = 4 };

struct ServiceFacts {
  ServiceState state = ServiceState::kStopped;
  ServiceStartType start_type = ServiceStartType::kDemand;
  bool delayed_auto_start = false;
  std::string account;  // "LocalSystem"
  std::string binary_path;
  std::vector<std::string> dependencies;
  std::uint32_t process_id = 0;  // 0 while stopped
  HResult exit_code;             // why it stopped last, S_OK when it ended well
  friend bool operator==(const ServiceFacts&, const ServiceFacts&) = default;
};

// The roots that policies and settings live under.
enum class RegistryRoot { kLocalMachine, kCurrentUser, kClassesRoot };

// REG_DWORD and REG_QWORD, or REG_SZ and REG_EXPAND_SZ (unexpanded).
using RegistryValue = std::variant<std::uint64_t, std::string>;

// Four numbers of a file's version resource: "7.8.17763.1".
struct FileVersion {
  std::uint16_t parts[4] = {};
  friend auto operator<=>(const FileVersion&, const FileVersion&) = default;
};

std::string ToString(const FileVersion& version);

// One event of an event log.
struct LogEvent {
  std::uint32_t id = 0;
  std::uint32_t level = 0;  // 1 critical, 2 error, 3 warning, 4 information
  std::chrono::system_clock::time_point time;
  std::string message;
  friend bool operator==(const LogEvent&, const LogEvent&) = default;
};

// One run of a program. The id of a process that has ended is given away again; id and start together never are.
struct ProcessInstance {
  std::uint32_t id = 0;
  FileTime started;
  friend bool operator==(const ProcessInstance&, const ProcessInstance&) = default;
};

// Any thread. Failures are Win32 errors as HRESULT_FROM_WIN32.
class Machine {
 public:
  virtual ~Machine() = default;

  virtual Result<OsVersion> GetOsVersion() = 0;
  virtual Result<std::string> ComputerName() = 0;

  // State and configuration. ERROR_SERVICE_DOES_NOT_EXIST, ERROR_ACCESS_DENIED [winsvc-queryserviceconfigw].
  virtual Result<ServiceFacts> QueryService(std::string_view name) = 0;

  // ERROR_FILE_NOT_FOUND when the key or the value is not there.
  virtual Result<RegistryValue> ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) = 0;

  // Whether a class of the service is registered as a COM class.
  virtual Result<bool> IsClassRegistered(ManagerClass manager_class) = 0;

  // The version resource of a file; environment variables in the path are expanded. ERROR_FILE_NOT_FOUND,
  // ERROR_RESOURCE_DATA_NOT_FOUND for a file without one.
  virtual Result<FileVersion> GetFileVersion(std::string_view path) = 0;

  // The newest events of a channel, newest first, at most `count`. ERROR_NOT_FOUND where there is no such channel
  // [winevt-evtquery].
  virtual Result<std::vector<LogEvent>> ReadEventLog(std::string_view channel, std::uint32_t count) = 0;

  // The program that asks [processthreadsapi-getcurrentprocessid, -getprocesstimes].
  virtual Result<ProcessInstance> CurrentProcess() = 0;

  // When the process that runs under this id started; absent when none does. ERROR_ACCESS_DENIED for one that the
  // caller may not look at [processthreadsapi-openprocess].
  virtual Result<std::optional<FileTime>> GetProcessStart(std::uint32_t process_id) = 0;
};

template <>
struct EnumNames<ServiceState> {
  static constexpr EnumName<ServiceState> kNames[] = {
      {ServiceState::kStopped, "stopped"},
      {ServiceState::kStartPending, "start-pending"},
      {ServiceState::kStopPending, "stop-pending"},
      {ServiceState::kRunning, "running"},
      {ServiceState::kContinuePending, "continue-pending"},
      {ServiceState::kPausePending, "pause-pending"},
      {ServiceState::kPaused, "paused"},
  };
};

template <>
struct EnumNames<ServiceStartType> {
  static constexpr EnumName<ServiceStartType> kNames[] = {
      {ServiceStartType::kBoot, "boot"},           {ServiceStartType::kSystem, "system"},
      {ServiceStartType::kAutomatic, "automatic"}, {ServiceStartType::kDemand, "demand"},
      {ServiceStartType::kDisabled, "disabled"},
  };
};

template <>
struct EnumNames<RegistryRoot> {
  static constexpr EnumName<RegistryRoot> kNames[] = {{RegistryRoot::kLocalMachine, "HKLM"},
                                                      {RegistryRoot::kCurrentUser, "HKCU"},
                                                      {RegistryRoot::kClassesRoot, "HKCR"}};
};

}  // namespace bits
