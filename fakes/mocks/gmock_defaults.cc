// The constructors of the GoogleMock mocks: what each answers by default. Methods that are not named here answer S_OK,
// or a Result that holds a value-initialised value: GoogleMock's own default.
#include "fakes/mocks/default_values.h"
#include "fakes/mocks/gmock_background_copy_callback.h"
#include "fakes/mocks/gmock_background_copy_error.h"
#include "fakes/mocks/gmock_background_copy_file.h"
#include "fakes/mocks/gmock_background_copy_job.h"
#include "fakes/mocks/gmock_background_copy_job2.h"
#include "fakes/mocks/gmock_background_copy_job3.h"
#include "fakes/mocks/gmock_background_copy_job4.h"
#include "fakes/mocks/gmock_background_copy_job_http_options.h"
#include "fakes/mocks/gmock_background_copy_manager.h"
#include "fakes/mocks/gmock_bits_token_options.h"
#include "fakes/mocks/gmock_enumerator.h"
#include "fakes/mocks/gmock_environment.h"

namespace bits::mocks {
namespace {

using testing::NiceMock;
using testing::Return;
using testing::ReturnRef;

template <class Mock>
std::unique_ptr<NiceMock<Mock>> NewMock() {
  return std::make_unique<NiceMock<Mock>>();
}

}  // namespace

Result<std::unique_ptr<Unknown>> MakeNiceMock(InterfaceId id) {
  switch (id) {
    case InterfaceId::kBackgroundCopyManager:
      return NewMock<MockBackgroundCopyManager>();
    case InterfaceId::kBackgroundCopyJob:
      return NewMock<MockBackgroundCopyJob>();
    case InterfaceId::kBackgroundCopyJob2:
      return NewMock<MockBackgroundCopyJob2>();
    case InterfaceId::kBackgroundCopyJob3:
      return NewMock<MockBackgroundCopyJob3>();
    case InterfaceId::kBackgroundCopyJob4:
      return NewMock<MockBackgroundCopyJob4>();
    case InterfaceId::kBackgroundCopyJobHttpOptions:
      return NewMock<MockBackgroundCopyJobHttpOptions>();
    case InterfaceId::kBitsTokenOptions:
      return NewMock<MockBitsTokenOptions>();
    case InterfaceId::kBackgroundCopyError:
      return NewMock<MockBackgroundCopyError>();
    case InterfaceId::kBackgroundCopyFile:
      return NewMock<MockBackgroundCopyFile>();
    case InterfaceId::kBackgroundCopyFile2:
      return NewMock<MockBackgroundCopyFile2>();
    case InterfaceId::kEnumBackgroundCopyJobs:
      return NewMock<MockEnumBackgroundCopyJobs>();
    case InterfaceId::kEnumBackgroundCopyFiles:
      return NewMock<MockEnumBackgroundCopyFiles>();
  }
  return Failure("E_NOINTERFACE"_hr);
}

template <class Base>
UnknownMock<Base>::UnknownMock() {
  ON_CALL(*this, QueryInterface).WillByDefault(MakeNiceMock);
}

template <class Base>
FileMock<Base>::FileMock() {
  ON_CALL(*this, GetRemoteName).WillByDefault(Return(std::string(kMockRemoteName)));
  ON_CALL(*this, GetLocalName).WillByDefault(Return(std::string(kMockLocalName)));
}

template <class Base>
EnumeratorMock<Base>::EnumeratorMock() {
  ON_CALL(*this, Clone).WillByDefault(NewMock<EnumeratorMock<Base>>);
}

template <class Base>
JobMock<Base>::JobMock() {
  ON_CALL(*this, EnumFiles).WillByDefault(NewMock<MockEnumBackgroundCopyFiles>);
  ON_CALL(*this, GetError).WillByDefault(NewMock<MockBackgroundCopyError>);
  ON_CALL(*this, GetState).WillByDefault(Return(JobState::kSuspended));
  ON_CALL(*this, GetOwner).WillByDefault(Return(std::string(kMockSid)));
  ON_CALL(*this, GetPriority).WillByDefault(Return(JobPriority::kNormal));
  ON_CALL(*this, GetMinimumRetryDelay).WillByDefault(Return(kMockMinimumRetryDelay));
  ON_CALL(*this, GetNoProgressTimeout).WillByDefault(Return(kMockNoProgressTimeout));
}

template <class Base>
Job2Mock<Base>::Job2Mock() = default;

template <class Base>
Job3Mock<Base>::Job3Mock() = default;

template class FileMock<BackgroundCopyFile>;
template class FileMock<BackgroundCopyFile2>;
template class EnumeratorMock<EnumBackgroundCopyJobs>;
template class EnumeratorMock<EnumBackgroundCopyFiles>;
template class JobMock<BackgroundCopyJob>;
template class JobMock<BackgroundCopyJob2>;
template class JobMock<BackgroundCopyJob3>;
template class JobMock<BackgroundCopyJob4>;
template class Job2Mock<BackgroundCopyJob2>;
template class Job2Mock<BackgroundCopyJob3>;
template class Job2Mock<BackgroundCopyJob4>;
template class Job3Mock<BackgroundCopyJob3>;
template class Job3Mock<BackgroundCopyJob4>;

MockBackgroundCopyFile2::MockBackgroundCopyFile2() = default;
MockBackgroundCopyFile2::~MockBackgroundCopyFile2() = default;

MockBackgroundCopyError::MockBackgroundCopyError() {
  ON_CALL(*this, GetError).WillByDefault(Return(MockJobError()));
  ON_CALL(*this, GetFile).WillByDefault(NewMock<MockBackgroundCopyFile>);
  ON_CALL(*this, GetProtocol).WillByDefault(Return(std::string("http")));
}
MockBackgroundCopyError::~MockBackgroundCopyError() = default;

MockBackgroundCopyCallback::MockBackgroundCopyCallback() = default;
MockBackgroundCopyCallback::~MockBackgroundCopyCallback() = default;

MockBackgroundCopyCallback2::MockBackgroundCopyCallback2() = default;
MockBackgroundCopyCallback2::~MockBackgroundCopyCallback2() = default;

MockBackgroundCopyJob4::MockBackgroundCopyJob4() {
  ON_CALL(*this, GetOwnerIntegrityLevel).WillByDefault(Return(kMockIntegrity));
  ON_CALL(*this, GetMaximumDownloadTime).WillByDefault(Return(kMockMaximumDownloadTime));
}
MockBackgroundCopyJob4::~MockBackgroundCopyJob4() = default;

MockBackgroundCopyJobHttpOptions::MockBackgroundCopyJobHttpOptions() = default;
MockBackgroundCopyJobHttpOptions::~MockBackgroundCopyJobHttpOptions() = default;

MockBitsTokenOptions::MockBitsTokenOptions() = default;
MockBitsTokenOptions::~MockBitsTokenOptions() = default;

MockBackgroundCopyManager::MockBackgroundCopyManager() {
  ON_CALL(*this, CreateJob).WillByDefault([] { return CreatedJob{Guid{}, NewMock<MockBackgroundCopyJob>()}; });
  ON_CALL(*this, GetJob).WillByDefault(NewMock<MockBackgroundCopyJob>);
  ON_CALL(*this, EnumJobs).WillByDefault(NewMock<MockEnumBackgroundCopyJobs>);
}
MockBackgroundCopyManager::~MockBackgroundCopyManager() = default;

MockEvent::MockEvent() = default;
MockEvent::~MockEvent() = default;

MockComApi::MockComApi() {
  ON_CALL(*this, CoCreateInstance).WillByDefault(NewMock<MockBackgroundCopyManager>);
  ON_CALL(*this, MakeEvent).WillByDefault(NewMock<MockEvent>);
  ON_CALL(*this, WaitForEvent).WillByDefault(Return(WaitOutcome::kSignalled));
}
MockComApi::~MockComApi() = default;

MockLogonApi::MockLogonApi() {
  const auto new_token = [this] { return Token(*this, TokenHandle{++last_handle_}); };
  ON_CALL(*this, LogonUser).WillByDefault(new_token);
  ON_CALL(*this, OpenProcessToken).WillByDefault(new_token);
  ON_CALL(*this, OpenThreadToken).WillByDefault(new_token);
  ON_CALL(*this, DuplicateTokenEx).WillByDefault(new_token);
  ON_CALL(*this, CreateRestrictedToken).WillByDefault(new_token);
  ON_CALL(*this, GetLinkedToken).WillByDefault(new_token);
  ON_CALL(*this, GetTokenFacts).WillByDefault(Return(MockTokenFacts()));
  ON_CALL(*this, LookupAccountName).WillByDefault(Return(std::string(kMockSid)));
  ON_CALL(*this, LookupAccountSid).WillByDefault(Return(MockAccount()));
}
MockLogonApi::~MockLogonApi() = default;

MockMachine::MockMachine() {
  ON_CALL(*this, GetOsVersion).WillByDefault(Return(MockOsVersion()));
  ON_CALL(*this, ComputerName).WillByDefault(Return(std::string("TEST")));
  ON_CALL(*this, QueryService).WillByDefault(Return(MockServiceFacts()));
  ON_CALL(*this, IsClassRegistered).WillByDefault(Return(true));
  ON_CALL(*this, GetFileVersion).WillByDefault(Return(MockFileVersion()));
  ON_CALL(*this, CurrentProcess).WillByDefault(Return(MockProcess()));
}
MockMachine::~MockMachine() = default;

MockClock::MockClock() {
  ON_CALL(*this, SteadyNow).WillByDefault([this] { return now_ += std::chrono::seconds(1); });
}
MockClock::~MockClock() = default;

MockFileSystem::MockFileSystem() {
  ON_CALL(*this, GetFullPath).WillByDefault([](std::string_view path) { return std::string(path); });
  ON_CALL(*this, IsDirectory).WillByDefault(Return(true));
  ON_CALL(*this, HashSha256).WillByDefault(Return(std::string(kMockSha256)));
}
MockFileSystem::~MockFileSystem() = default;

MockHttpClient::MockHttpClient() { ON_CALL(*this, Send).WillByDefault(Return(MockHttpResponse())); }
MockHttpClient::~MockHttpClient() = default;

MockEnvironment::MockEnvironment() {
  ON_CALL(*this, com).WillByDefault(ReturnRef(com_mock));
  ON_CALL(*this, logon).WillByDefault(ReturnRef(logon_mock));
  ON_CALL(*this, machine).WillByDefault(ReturnRef(machine_mock));
  ON_CALL(*this, clock).WillByDefault(ReturnRef(clock_mock));
  ON_CALL(*this, files).WillByDefault(ReturnRef(files_mock));
  ON_CALL(*this, http).WillByDefault(ReturnRef(http_mock));
}
MockEnvironment::~MockEnvironment() = default;

}  // namespace bits::mocks
