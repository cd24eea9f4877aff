// GoogleMock mock of Machine.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/machine.h"

namespace bits::mocks {

// By default Windows 10 22H2, called TEST: every service runs, every class is registered, every registry value is the
// number 0, every file has BITS' version 7.8.19041.1, every event log is empty, and no process runs but the own, 1000.
class MockMachine : public Machine {
 public:
  MockMachine();
  ~MockMachine() override;

  MOCK_METHOD(Result<OsVersion>, GetOsVersion, (), (override));
  MOCK_METHOD(Result<std::string>, ComputerName, (), (override));
  MOCK_METHOD(Result<ServiceFacts>, QueryService, (std::string_view name), (override));
  MOCK_METHOD(Result<RegistryValue>, ReadRegistry, (RegistryRoot root, std::string_view key, std::string_view value),
              (override));
  MOCK_METHOD(Result<bool>, IsClassRegistered, (ManagerClass manager_class), (override));
  MOCK_METHOD(Result<FileVersion>, GetFileVersion, (std::string_view path), (override));
  MOCK_METHOD(Result<std::vector<LogEvent>>, ReadEventLog, (std::string_view channel, std::uint32_t count), (override));
  MOCK_METHOD(Result<ProcessInstance>, CurrentProcess, (), (override));
  MOCK_METHOD(Result<std::optional<FileTime>>, GetProcessStart, (std::uint32_t process_id), (override));
};

}  // namespace bits::mocks
