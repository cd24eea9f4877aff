// Trompeloeil mock of Environment: a whole Windows of mocks.
#pragma once

#include "fakes/mocks/trompeloeil_clock.h"
#include "fakes/mocks/trompeloeil_com_api.h"
#include "fakes/mocks/trompeloeil_file_system.h"
#include "fakes/mocks/trompeloeil_http_client.h"
#include "fakes/mocks/trompeloeil_logon_api.h"
#include "fakes/mocks/trompeloeil_machine.h"
#include "harness/api/environment.h"

namespace bits::trompeloeil_mocks {

class MockEnvironment : public Environment {
 public:
  MAKE_MOCK0(com, ComApi&(), override);
  MAKE_MOCK0(logon, LogonApi&(), override);
  MAKE_MOCK0(machine, Machine&(), override);
  MAKE_MOCK0(clock, Clock&(), override);
  MAKE_MOCK0(files, FileSystem&(), override);
  MAKE_MOCK0(http, HttpClient&(), override);

  // Its parts once AllowAll was called: expectations go on these.
  Allowing<MockComApi> com_mock;
  Allowing<MockLogonApi> logon_mock;
  Allowing<MockMachine> machine_mock;
  Allowing<MockClock> clock_mock;
  Allowing<MockFileSystem> files_mock;
  Allowing<MockHttpClient> http_mock;
};

// As bits::mocks::MockEnvironment answers.
[[nodiscard]] Expectations AllowAll(MockEnvironment& mock);

}  // namespace bits::trompeloeil_mocks
