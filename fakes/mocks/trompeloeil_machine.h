// Trompeloeil mock of Machine.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/machine.h"

namespace bits::trompeloeil_mocks {

class MockMachine : public Machine {
 public:
  MAKE_MOCK0(GetOsVersion, Result<OsVersion>(), override);
  MAKE_MOCK0(ComputerName, Result<std::string>(), override);
  MAKE_MOCK1(QueryService, Result<ServiceFacts>(std::string_view), override);
  MAKE_MOCK3(ReadRegistry, Result<RegistryValue>(RegistryRoot, std::string_view, std::string_view), override);
  MAKE_MOCK1(IsClassRegistered, Result<bool>(ManagerClass), override);
  MAKE_MOCK1(GetFileVersion, Result<FileVersion>(std::string_view), override);
  MAKE_MOCK2(ReadEventLog, Result<std::vector<LogEvent>>(std::string_view, std::uint32_t), override);
  MAKE_MOCK0(CurrentProcess, Result<ProcessInstance>(), override);
  MAKE_MOCK1(GetProcessStart, Result<std::optional<FileTime>>(std::uint32_t), override);
};

// As bits::mocks::MockMachine answers.
[[nodiscard]] Expectations AllowAll(MockMachine& mock);

}  // namespace bits::trompeloeil_mocks
