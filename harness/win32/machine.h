// Facts about this machine.
#pragma once

#include "harness/api/machine.h"

namespace bits::win32 {

class Machine final : public bits::Machine {
 public:
  Result<OsVersion> GetOsVersion() override;
  Result<std::string> ComputerName() override;
  Result<ServiceFacts> QueryService(std::string_view name) override;

  // The 64-bit view. ERROR_UNSUPPORTED_TYPE for a value that is neither a number nor a text.
  Result<RegistryValue> ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) override;

  Result<bool> IsClassRegistered(ManagerClass manager_class) override;
  Result<FileVersion> GetFileVersion(std::string_view path) override;

  // ERROR_CALL_NOT_IMPLEMENTED on Wine, which has no event log to read.
  Result<std::vector<LogEvent>> ReadEventLog(std::string_view channel, std::uint32_t count) override;

  Result<ProcessInstance> CurrentProcess() override;
  Result<std::optional<FileTime>> GetProcessStart(std::uint32_t process_id) override;
};

}  // namespace bits::win32
