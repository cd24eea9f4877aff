// GoogleMock mock of Environment: a whole Windows of mocks.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/gmock_clock.h"
#include "fakes/mocks/gmock_com_api.h"
#include "fakes/mocks/gmock_file_system.h"
#include "fakes/mocks/gmock_http_client.h"
#include "fakes/mocks/gmock_logon_api.h"
#include "fakes/mocks/gmock_machine.h"
#include "harness/api/environment.h"

namespace bits::mocks {

// By default its parts are the nice mocks below: expectations go on those.
class MockEnvironment : public Environment {
 public:
  MockEnvironment();
  ~MockEnvironment() override;

  MOCK_METHOD(ComApi&, com, (), (override));
  MOCK_METHOD(LogonApi&, logon, (), (override));
  MOCK_METHOD(Machine&, machine, (), (override));
  MOCK_METHOD(Clock&, clock, (), (override));
  MOCK_METHOD(FileSystem&, files, (), (override));
  MOCK_METHOD(HttpClient&, http, (), (override));

  testing::NiceMock<MockComApi> com_mock;
  testing::NiceMock<MockLogonApi> logon_mock;
  testing::NiceMock<MockMachine> machine_mock;
  testing::NiceMock<MockClock> clock_mock;
  testing::NiceMock<MockFileSystem> files_mock;
  testing::NiceMock<MockHttpClient> http_mock;
};

}  // namespace bits::mocks
