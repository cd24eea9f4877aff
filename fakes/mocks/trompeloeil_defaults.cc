// AllowAll for each Trompeloeil mock: what each answers when all is allowed.
#include "fakes/mocks/default_values.h"
#include "fakes/mocks/trompeloeil_background_copy_callback.h"
#include "fakes/mocks/trompeloeil_background_copy_error.h"
#include "fakes/mocks/trompeloeil_background_copy_file.h"
#include "fakes/mocks/trompeloeil_background_copy_job.h"
#include "fakes/mocks/trompeloeil_background_copy_job2.h"
#include "fakes/mocks/trompeloeil_background_copy_job3.h"
#include "fakes/mocks/trompeloeil_background_copy_job4.h"
#include "fakes/mocks/trompeloeil_background_copy_job_http_options.h"
#include "fakes/mocks/trompeloeil_background_copy_manager.h"
#include "fakes/mocks/trompeloeil_bits_token_options.h"
#include "fakes/mocks/trompeloeil_enumerator.h"
#include "fakes/mocks/trompeloeil_environment.h"

namespace bits::trompeloeil_mocks {

template class JobMock<BackgroundCopyJob>;
template class JobMock<BackgroundCopyJob2>;
template class JobMock<BackgroundCopyJob3>;
template class JobMock<BackgroundCopyJob4>;
template class Job2Mock<BackgroundCopyJob2>;
template class Job2Mock<BackgroundCopyJob3>;
template class Job2Mock<BackgroundCopyJob4>;
template class Job3Mock<BackgroundCopyJob3>;
template class Job3Mock<BackgroundCopyJob4>;

namespace {

using trompeloeil::_;

template <class Mock>
void AllowUnknown(Mock& mock, Expectations& allowed) {
  allowed.push_back(NAMED_ALLOW_CALL(mock, QueryInterface(_)).RETURN(MakeAllowingMock(_1)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetProxyBlanket(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, QueryProxyBlanket()).RETURN(ProxyBlanket()));
}

template <class Mock>
void AllowFile(Mock& mock, Expectations& allowed) {
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetRemoteName()).RETURN(std::string(mocks::kMockRemoteName)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetLocalName()).RETURN(std::string(mocks::kMockLocalName)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetProgress()).RETURN(FileProgress()));
}

template <class Base>
Expectations AllowEnumerator(EnumeratorMock<Base>& mock) {
  Expectations allowed;
  AllowUnknown(mock, allowed);
  allowed.push_back(
      NAMED_ALLOW_CALL(mock, Next(_)).RETURN(Result<std::vector<std::unique_ptr<typename Base::Entry>>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Skip(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Reset()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Clone()).RETURN(std::make_unique<Allowing<EnumeratorMock<Base>>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetCount()).RETURN(0U));
  return allowed;
}

template <class Mock>
void AllowCallback(Mock& mock, Expectations& allowed) {
  allowed.push_back(NAMED_ALLOW_CALL(mock, JobTransferred(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, JobError(_, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, JobModification(_, _)).RETURN(HResult()));
}

template <class Mock>
void AllowJob(Mock& mock, Expectations& allowed) {
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, AddFileSet(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, AddFile(_, _)).RETURN(HResult()));
  allowed.push_back(
      NAMED_ALLOW_CALL(mock, EnumFiles()).RETURN(std::make_unique<Allowing<MockEnumBackgroundCopyFiles>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Suspend()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Resume()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Cancel()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Complete()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetId()).RETURN(Guid()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetType()).RETURN(JobType::kDownload));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetProgress()).RETURN(JobProgress()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetTimes()).RETURN(JobTimes()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetState()).RETURN(JobState::kSuspended));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetError()).RETURN(std::make_unique<Allowing<MockBackgroundCopyError>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetOwner()).RETURN(std::string(mocks::kMockSid)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetDisplayName(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetDisplayName()).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetDescription(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetDescription()).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetPriority(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetPriority()).RETURN(JobPriority::kNormal));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetNotifyFlags(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetNotifyFlags()).RETURN(0U));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetNotifyInterface(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetNotifyInterface()).RETURN(nullptr));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetMinimumRetryDelay(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetMinimumRetryDelay()).RETURN(mocks::kMockMinimumRetryDelay));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetNoProgressTimeout(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetNoProgressTimeout()).RETURN(mocks::kMockNoProgressTimeout));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetErrorCount()).RETURN(0U));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetProxySettings(_, _, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetProxySettings()).RETURN(ProxySettings()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, TakeOwnership()).RETURN(HResult()));
}

template <class Mock>
void AllowJob2(Mock& mock, Expectations& allowed) {
  AllowJob(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetNotifyCmdLine(_, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetNotifyCmdLine()).RETURN(NotifyCmdLine()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetReplyProgress()).RETURN(JobReplyProgress()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetReplyData()).RETURN(std::vector<std::uint8_t>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetReplyFileName(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetReplyFileName()).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetCredentials(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, RemoveCredentials(_, _)).RETURN(HResult()));
}

template <class Mock>
void AllowJob3(Mock& mock, Expectations& allowed) {
  AllowJob2(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, ReplaceRemotePrefix(_, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, AddFileWithRanges(_, _, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetFileACLFlags(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFileACLFlags()).RETURN(0U));
}

}  // namespace

Result<std::unique_ptr<Unknown>> MakeAllowingMock(InterfaceId id) {
  switch (id) {
    case InterfaceId::kBackgroundCopyManager:
      return std::make_unique<Allowing<MockBackgroundCopyManager>>();
    case InterfaceId::kBackgroundCopyJob:
      return std::make_unique<Allowing<MockBackgroundCopyJob>>();
    case InterfaceId::kBackgroundCopyJob2:
      return std::make_unique<Allowing<MockBackgroundCopyJob2>>();
    case InterfaceId::kBackgroundCopyJob3:
      return std::make_unique<Allowing<MockBackgroundCopyJob3>>();
    case InterfaceId::kBackgroundCopyJob4:
      return std::make_unique<Allowing<MockBackgroundCopyJob4>>();
    case InterfaceId::kBackgroundCopyJobHttpOptions:
      return std::make_unique<Allowing<MockBackgroundCopyJobHttpOptions>>();
    case InterfaceId::kBitsTokenOptions:
      return std::make_unique<Allowing<MockBitsTokenOptions>>();
    case InterfaceId::kBackgroundCopyError:
      return std::make_unique<Allowing<MockBackgroundCopyError>>();
    case InterfaceId::kBackgroundCopyFile:
      return std::make_unique<Allowing<MockBackgroundCopyFile>>();
    case InterfaceId::kBackgroundCopyFile2:
      return std::make_unique<Allowing<MockBackgroundCopyFile2>>();
    case InterfaceId::kEnumBackgroundCopyJobs:
      return std::make_unique<Allowing<MockEnumBackgroundCopyJobs>>();
    case InterfaceId::kEnumBackgroundCopyFiles:
      return std::make_unique<Allowing<MockEnumBackgroundCopyFiles>>();
  }
  return Failure("E_NOINTERFACE"_hr);
}

Expectations AllowAll(MockBackgroundCopyFile& mock) {
  Expectations allowed;
  AllowFile(mock, allowed);
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyFile2& mock) {
  Expectations allowed;
  AllowFile(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFileRanges()).RETURN(std::vector<FileRange>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetRemoteName(_)).RETURN(HResult()));
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyError& mock) {
  Expectations allowed;
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetError()).RETURN(mocks::MockJobError()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFile()).RETURN(std::make_unique<Allowing<MockBackgroundCopyFile>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetErrorDescription(_)).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetErrorContextDescription(_)).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetProtocol()).RETURN(std::string("http")));
  return allowed;
}

Expectations AllowAll(MockEnumBackgroundCopyJobs& mock) { return AllowEnumerator(mock); }

Expectations AllowAll(MockEnumBackgroundCopyFiles& mock) { return AllowEnumerator(mock); }

Expectations AllowAll(MockBackgroundCopyCallback& mock) {
  Expectations allowed;
  AllowCallback(mock, allowed);
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyCallback2& mock) {
  Expectations allowed;
  AllowCallback(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, FileTransferred(_, _)).RETURN(HResult()));
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyJob& mock) {
  Expectations allowed;
  AllowJob(mock, allowed);
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyJob2& mock) {
  Expectations allowed;
  AllowJob2(mock, allowed);
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyJob3& mock) {
  Expectations allowed;
  AllowJob3(mock, allowed);
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyJob4& mock) {
  Expectations allowed;
  AllowJob3(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetPeerCachingFlags(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetPeerCachingFlags()).RETURN(0U));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetOwnerIntegrityLevel()).RETURN(mocks::kMockIntegrity));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetOwnerElevationState()).RETURN(false));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetMaximumDownloadTime(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetMaximumDownloadTime()).RETURN(mocks::kMockMaximumDownloadTime));
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyJobHttpOptions& mock) {
  Expectations allowed;
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetClientCertificateByID(_, _, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetClientCertificateByName(_, _, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, RemoveClientCertificate()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetClientCertificate()).RETURN(ClientCertificate()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetCustomHeaders(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetCustomHeaders()).RETURN(std::string()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetSecurityFlags(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetSecurityFlags()).RETURN(0U));
  return allowed;
}

Expectations AllowAll(MockBitsTokenOptions& mock) {
  Expectations allowed;
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetHelperTokenFlags(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetHelperTokenFlags()).RETURN(0U));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetHelperToken()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, ClearHelperToken()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetHelperTokenSid()).RETURN(std::optional<std::string>()));
  return allowed;
}

Expectations AllowAll(MockBackgroundCopyManager& mock) {
  Expectations allowed;
  AllowUnknown(mock, allowed);
  allowed.push_back(NAMED_ALLOW_CALL(mock, CreateJob(_, _))
                        .RETURN(CreatedJob{Guid(), std::make_unique<Allowing<MockBackgroundCopyJob>>()}));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetJob(_)).RETURN(std::make_unique<Allowing<MockBackgroundCopyJob>>()));
  allowed.push_back(
      NAMED_ALLOW_CALL(mock, EnumJobs(_)).RETURN(std::make_unique<Allowing<MockEnumBackgroundCopyJobs>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetErrorDescription(_, _)).RETURN(std::string()));
  return allowed;
}

Expectations AllowAll(MockEvent& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, Set()));
  return allowed;
}

Expectations AllowAll(MockComApi& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, CoInitializeEx(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CoUninitialize()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CoInitializeSecurity(_)).RETURN(HResult()));
  allowed.push_back(
      NAMED_ALLOW_CALL(mock, CoCreateInstance(_)).RETURN(std::make_unique<Allowing<MockBackgroundCopyManager>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, MakeEvent()).RETURN(std::make_shared<Allowing<MockEvent>>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, WaitForEvent(_, _)).RETURN(WaitOutcome::kSignalled));
  return allowed;
}

Expectations AllowAll(MockLogonApi& mock) {
  Expectations allowed;
  const auto new_token = [&mock, last_handle = std::make_shared<std::uintptr_t>(0)] {
    return Token(mock, TokenHandle{++*last_handle});
  };
  allowed.push_back(NAMED_ALLOW_CALL(mock, LogonUser(_, _, _, _, _)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, ImpersonateLoggedOnUser(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, RevertToSelf()).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SetThreadToken(_)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, OpenProcessToken(_)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, OpenThreadToken(_, _)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, DuplicateTokenEx(_, _, _, _)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CreateRestrictedToken(_, _)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetLinkedToken(_)).RETURN(new_token()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetTokenFacts(_)).RETURN(mocks::MockTokenFacts()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CheckTokenMembership(_, _)).RETURN(false));
  allowed.push_back(NAMED_ALLOW_CALL(mock, LookupAccountName(_)).RETURN(std::string(mocks::kMockSid)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, LookupAccountSid(_)).RETURN(mocks::MockAccount()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CloseHandle(_)).RETURN(HResult()));
  return allowed;
}

Expectations AllowAll(MockMachine& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetOsVersion()).RETURN(mocks::MockOsVersion()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, ComputerName()).RETURN(std::string("TEST")));
  allowed.push_back(NAMED_ALLOW_CALL(mock, QueryService(_)).RETURN(mocks::MockServiceFacts()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, ReadRegistry(_, _, _)).RETURN(RegistryValue()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, IsClassRegistered(_)).RETURN(true));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFileVersion(_)).RETURN(mocks::MockFileVersion()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, ReadEventLog(_, _)).RETURN(std::vector<LogEvent>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, CurrentProcess()).RETURN(mocks::MockProcess()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetProcessStart(_)).RETURN(std::optional<FileTime>()));
  return allowed;
}

Expectations AllowAll(MockClock& mock) {
  Expectations allowed;
  const auto now = std::make_shared<std::chrono::seconds>(0);
  allowed.push_back(NAMED_ALLOW_CALL(mock, SteadyNow()).RETURN(*now += std::chrono::seconds(1)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, SystemNow()).RETURN(std::chrono::system_clock::time_point()));
  return allowed;
}

Expectations AllowAll(MockFileSystem& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFullPath(_)).RETURN(std::string(_1)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, GetFileSize(_)).RETURN(std::optional<std::uint64_t>()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, IsDirectory(_)).RETURN(true));
  allowed.push_back(NAMED_ALLOW_CALL(mock, HashSha256(_)).RETURN(std::string(mocks::kMockSha256)));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Rename(_, _, _)).RETURN(HResult()));
  allowed.push_back(NAMED_ALLOW_CALL(mock, Remove(_)).RETURN(HResult()));
  return allowed;
}

Expectations AllowAll(MockHttpClient& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, Send(_)).RETURN(mocks::MockHttpResponse()));
  return allowed;
}

Expectations AllowAll(MockEnvironment& mock) {
  Expectations allowed;
  allowed.push_back(NAMED_ALLOW_CALL(mock, com()).LR_RETURN(mock.com_mock));
  allowed.push_back(NAMED_ALLOW_CALL(mock, logon()).LR_RETURN(mock.logon_mock));
  allowed.push_back(NAMED_ALLOW_CALL(mock, machine()).LR_RETURN(mock.machine_mock));
  allowed.push_back(NAMED_ALLOW_CALL(mock, clock()).LR_RETURN(mock.clock_mock));
  allowed.push_back(NAMED_ALLOW_CALL(mock, files()).LR_RETURN(mock.files_mock));
  allowed.push_back(NAMED_ALLOW_CALL(mock, http()).LR_RETURN(mock.http_mock));
  return allowed;
}

}  // namespace bits::trompeloeil_mocks
