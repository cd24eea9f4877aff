// What mocks answer that nobody configured: both kinds the same.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/default_values.h"
#include "fakes/mocks/gmock_background_copy_callback.h"
#include "fakes/mocks/gmock_environment.h"
#include "fakes/mocks/gmock_unknown.h"
#include "fakes/mocks/matchers.h"
#include "fakes/mocks/trompeloeil_background_copy_callback.h"
#include "fakes/mocks/trompeloeil_environment.h"
#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"

namespace bits::mocks {
namespace {

using testing::IsEmpty;

struct GoogleMocks {
  static constexpr auto kMake = &MakeNiceMock;
  using Callback = testing::NiceMock<MockBackgroundCopyCallback>;
  using Callback2 = testing::NiceMock<MockBackgroundCopyCallback2>;
  using Event = testing::NiceMock<MockEvent>;
  using Environment = testing::NiceMock<MockEnvironment>;
};

struct TrompeloeilMocks {
  static constexpr auto kMake = &trompeloeil_mocks::MakeAllowingMock;
  using Callback = trompeloeil_mocks::Allowing<trompeloeil_mocks::MockBackgroundCopyCallback>;
  using Callback2 = trompeloeil_mocks::Allowing<trompeloeil_mocks::MockBackgroundCopyCallback2>;
  using Event = trompeloeil_mocks::Allowing<trompeloeil_mocks::MockEvent>;
  using Environment = trompeloeil_mocks::Allowing<trompeloeil_mocks::MockEnvironment>;
};

template <class Kind>
class MockDefaults : public testing::Test {
 protected:
  // A mock of interface T that nobody configured.
  template <class T>
  static std::unique_ptr<T> Make() {
    Result<std::unique_ptr<Unknown>> made = Kind::kMake(T::kInterfaceId);
    EXPECT_THAT(made, Succeeds());
    auto* const object = dynamic_cast<T*>(made->release());
    EXPECT_NE(object, nullptr) << "not a " << NameOf(T::kInterfaceId);
    return std::unique_ptr<T>(object);
  }

  typename Kind::Environment environment;
};

class KindNames {
 public:
  template <class Kind>
  static std::string GetName(int) {
    return std::is_same_v<Kind, GoogleMocks> ? "GoogleMock" : "Trompeloeil";
  }
};

using Kinds = testing::Types<GoogleMocks, TrompeloeilMocks>;
TYPED_TEST_SUITE(MockDefaults, Kinds, KindNames);

// The value of a call that yields one; fails the test where it yields none.
template <class T>
T Value(Result<T> result) {
  EXPECT_THAT(result, Succeeds());
  return result ? std::move(*result) : T();
}

void CheckUnknown(Unknown& object) {
  EXPECT_THAT(Query<BitsTokenOptions>(object), Succeeds());
  EXPECT_THAT(object.SetProxyBlanket({}), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(object.QueryProxyBlanket()).cloaking, Cloaking::kDynamic);
}

void CheckFile(BackgroundCopyFile& file) {
  CheckUnknown(file);
  EXPECT_EQ(Value(file.GetRemoteName()), kMockRemoteName);
  EXPECT_EQ(Value(file.GetLocalName()), kMockLocalName);
  EXPECT_EQ(Value(file.GetProgress()), FileProgress{});
}

template <class Enumerator>
void CheckEnumerator(Enumerator& enumerator) {
  CheckUnknown(enumerator);
  EXPECT_THAT(Value(enumerator.Next(1)), IsEmpty());
  EXPECT_THAT(enumerator.Skip(1), HasHResult("S_OK"_hr));
  EXPECT_THAT(enumerator.Reset(), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(Value(enumerator.Clone())->GetCount()), 0U);
}

void CheckJob(BackgroundCopyJob& job) {
  CheckUnknown(job);
  EXPECT_THAT(job.AddFileSet({}), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.AddFile("", ""), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(Value(job.EnumFiles())->GetCount()), 0U);
  EXPECT_THAT(job.Suspend(), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.Resume(), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.Cancel(), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.Complete(), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetId()), Guid());
  EXPECT_EQ(Value(job.GetType()), JobType::kDownload);
  EXPECT_EQ(Value(job.GetProgress()), JobProgress());
  EXPECT_EQ(Value(job.GetTimes()), JobTimes());
  EXPECT_EQ(Value(job.GetState()), JobState::kSuspended);
  EXPECT_THAT(*Value(job.GetError()), IsBitsError(ErrorContext::kUnknown, "E_FAIL"_hr));
  EXPECT_EQ(Value(job.GetOwner()), kMockSid);
  EXPECT_THAT(job.SetDisplayName(""), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetDisplayName()), "");
  EXPECT_THAT(job.SetDescription(""), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetDescription()), "");
  EXPECT_THAT(job.SetPriority(JobPriority::kLow), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetPriority()), JobPriority::kNormal);
  EXPECT_THAT(job.SetNotifyFlags(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetNotifyFlags()), 0U);
  EXPECT_THAT(job.SetNotifyInterface(nullptr), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetNotifyInterface()), nullptr);
  EXPECT_THAT(job.SetMinimumRetryDelay(5), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetMinimumRetryDelay()), 600U);
  EXPECT_THAT(job.SetNoProgressTimeout(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetNoProgressTimeout()), 1'209'600U);
  EXPECT_EQ(Value(job.GetErrorCount()), 0U);
  EXPECT_THAT(job.SetProxySettings(ProxyUsage::kNoProxy, std::nullopt, std::nullopt), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetProxySettings()), ProxySettings());
  EXPECT_THAT(job.TakeOwnership(), HasHResult("S_OK"_hr));
}

void CheckJob2(BackgroundCopyJob2& job) {
  CheckJob(job);
  EXPECT_THAT(job.SetNotifyCmdLine(std::nullopt, std::nullopt), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetNotifyCmdLine()), NotifyCmdLine());
  EXPECT_EQ(Value(job.GetReplyProgress()), JobReplyProgress());
  EXPECT_THAT(Value(job.GetReplyData()), IsEmpty());
  EXPECT_THAT(job.SetReplyFileName(""), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetReplyFileName()), "");
  EXPECT_THAT(job.SetCredentials({}), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.RemoveCredentials(AuthTarget::kServer, AuthScheme::kNtlm), HasHResult("S_OK"_hr));
}

void CheckJob3(BackgroundCopyJob3& job) {
  CheckJob2(job);
  EXPECT_THAT(job.ReplaceRemotePrefix("", ""), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.AddFileWithRanges("", "", {}), HasHResult("S_OK"_hr));
  EXPECT_THAT(job.SetFileACLFlags(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job.GetFileACLFlags()), 0U);
}

TYPED_TEST(MockDefaults, EveryInterfaceAnswersQueryInterfaceWithEveryOther) {
  for (const auto& [id, name] : EnumNames<InterfaceId>::kNames) {
    auto made = TypeParam::kMake(id);
    ASSERT_THAT(made, Succeeds()) << name;
    for (const auto& [other, other_name] : EnumNames<InterfaceId>::kNames) {
      EXPECT_THAT((*made)->QueryInterface(other), Succeeds()) << name << " asked for " << other_name;
    }
  }
}

TYPED_TEST(MockDefaults, NoMockOfWhatIsNoInterface) {
  EXPECT_THAT(TypeParam::kMake(static_cast<InterfaceId>(99)), HasHResult("E_NOINTERFACE"_hr));
}

TYPED_TEST(MockDefaults, BackgroundCopyManager) {
  const auto manager = this->template Make<BackgroundCopyManager>();
  CheckUnknown(*manager);
  const CreatedJob created = Value(manager->CreateJob("", JobType::kDownload));
  ASSERT_NE(created.job, nullptr);
  CheckJob(*created.job);
  CheckJob(*Value(manager->GetJob({})));
  CheckEnumerator(*Value(manager->EnumJobs(0)));
  EXPECT_EQ(Value(manager->GetErrorDescription({}, 0)), "");
}

TYPED_TEST(MockDefaults, BackgroundCopyJob) { CheckJob(*this->template Make<BackgroundCopyJob>()); }
TYPED_TEST(MockDefaults, BackgroundCopyJob2) { CheckJob2(*this->template Make<BackgroundCopyJob2>()); }
TYPED_TEST(MockDefaults, BackgroundCopyJob3) { CheckJob3(*this->template Make<BackgroundCopyJob3>()); }

TYPED_TEST(MockDefaults, BackgroundCopyJob4) {
  const auto job = this->template Make<BackgroundCopyJob4>();
  CheckJob3(*job);
  EXPECT_THAT(job->SetPeerCachingFlags(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job->GetPeerCachingFlags()), 0U);
  EXPECT_EQ(Value(job->GetOwnerIntegrityLevel()), 0x2000U);
  EXPECT_FALSE(Value(job->GetOwnerElevationState()));
  EXPECT_THAT(job->SetMaximumDownloadTime(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(job->GetMaximumDownloadTime()), 7'776'000U);
}

TYPED_TEST(MockDefaults, BackgroundCopyJobHttpOptions) {
  const auto options = this->template Make<BackgroundCopyJobHttpOptions>();
  CheckUnknown(*options);
  const std::vector<std::uint8_t> hash(20);
  EXPECT_THAT(options->SetClientCertificateByID(CertificateStoreLocation::kUsers, "",
                                                std::span<const std::uint8_t, 20>(hash.data(), 20)),
              HasHResult("S_OK"_hr));
  EXPECT_THAT(options->SetClientCertificateByName(CertificateStoreLocation::kUsers, "", ""), HasHResult("S_OK"_hr));
  EXPECT_THAT(options->RemoveClientCertificate(), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(options->GetClientCertificate()), ClientCertificate());
  EXPECT_THAT(options->SetCustomHeaders(""), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(options->GetCustomHeaders()), "");
  EXPECT_THAT(options->SetSecurityFlags(0), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(options->GetSecurityFlags()), 0U);
}

TYPED_TEST(MockDefaults, BitsTokenOptions) {
  const auto options = this->template Make<BitsTokenOptions>();
  CheckUnknown(*options);
  EXPECT_THAT(options->SetHelperTokenFlags(1), HasHResult("S_OK"_hr));
  EXPECT_THAT(*options, HasHelperTokenFlags(0U));
  EXPECT_THAT(options->SetHelperToken(), HasHResult("S_OK"_hr));
  EXPECT_THAT(options->ClearHelperToken(), HasHResult("S_OK"_hr));
  EXPECT_THAT(*options, HasNoHelperToken());
}

TYPED_TEST(MockDefaults, BackgroundCopyError) {
  const auto error = this->template Make<BackgroundCopyError>();
  CheckUnknown(*error);
  EXPECT_THAT(*error, IsBitsError(ErrorContext::kUnknown, "E_FAIL"_hr));
  CheckFile(*Value(error->GetFile()));
  EXPECT_EQ(Value(error->GetErrorDescription(0)), "");
  EXPECT_EQ(Value(error->GetErrorContextDescription(0)), "");
  EXPECT_EQ(Value(error->GetProtocol()), "http");
}

TYPED_TEST(MockDefaults, BackgroundCopyFile) { CheckFile(*this->template Make<BackgroundCopyFile>()); }

TYPED_TEST(MockDefaults, BackgroundCopyFile2) {
  const auto file = this->template Make<BackgroundCopyFile2>();
  CheckFile(*file);
  EXPECT_THAT(Value(file->GetFileRanges()), IsEmpty());
  EXPECT_THAT(file->SetRemoteName(""), HasHResult("S_OK"_hr));
}

TYPED_TEST(MockDefaults, Enumerators) {
  CheckEnumerator(*this->template Make<EnumBackgroundCopyJobs>());
  CheckEnumerator(*this->template Make<EnumBackgroundCopyFiles>());
}

TYPED_TEST(MockDefaults, Callbacks) {
  const auto job = this->template Make<BackgroundCopyJob>();
  const auto error = this->template Make<BackgroundCopyError>();
  const auto file = this->template Make<BackgroundCopyFile>();
  typename TypeParam::Callback callback;
  typename TypeParam::Callback2 callback2;
  for (BackgroundCopyCallback* either : std::initializer_list<BackgroundCopyCallback*>{&callback, &callback2}) {
    EXPECT_THAT(either->JobTransferred(*job), HasHResult("S_OK"_hr));
    EXPECT_THAT(either->JobError(*job, *error), HasHResult("S_OK"_hr));
    EXPECT_THAT(either->JobModification(*job, 0), HasHResult("S_OK"_hr));
  }
  EXPECT_THAT(callback2.FileTransferred(*job, *file), HasHResult("S_OK"_hr));
}

TYPED_TEST(MockDefaults, ComApi) {
  ComApi& com = this->environment.com();
  EXPECT_THAT(com.CoInitializeEx(ApartmentType::kSingleThreaded), HasHResult("S_OK"_hr));
  com.CoUninitialize();
  EXPECT_THAT(com.CoInitializeSecurity({}), HasHResult("S_OK"_hr));
  EXPECT_THAT(Value(com.CoCreateInstance(ManagerClass::k1_0))->GetJob({}), Succeeds());
  Value(com.MakeEvent())->Set();
  typename TypeParam::Event event;
  EXPECT_EQ(Value(com.WaitForEvent(event, std::chrono::seconds(1))), WaitOutcome::kSignalled);
}

TYPED_TEST(MockDefaults, LogonApi) {
  LogonApi& logon = this->environment.logon();
  const Token token = Value(logon.LogonUser("", std::nullopt, Secret(), LogonType::kBatch, LogonProvider::kDefault));
  EXPECT_TRUE(token);
  EXPECT_NE(Value(logon.OpenProcessToken(0)).handle(), token.handle());
  EXPECT_TRUE(Value(logon.OpenThreadToken(0, false)));
  EXPECT_TRUE(Value(logon.DuplicateTokenEx(token, 0, ImpersonationLevel::kIdentify, TokenType::kPrimary)));
  EXPECT_TRUE(Value(logon.CreateRestrictedToken(token, {})));
  EXPECT_TRUE(Value(logon.GetLinkedToken(token)));
  EXPECT_THAT(logon.ImpersonateLoggedOnUser(token), HasHResult("S_OK"_hr));
  EXPECT_THAT(logon.RevertToSelf(), HasHResult("S_OK"_hr));
  EXPECT_THAT(logon.SetThreadToken(&token), HasHResult("S_OK"_hr));
  EXPECT_EQ(Value(logon.GetTokenFacts(token)).user.sid, kMockSid);
  EXPECT_FALSE(Value(logon.CheckTokenMembership(&token, kAdministratorsSid)));
  EXPECT_EQ(Value(logon.LookupAccountName("TEST\\user")), kMockSid);
  EXPECT_EQ(Value(logon.LookupAccountSid(kMockSid)), (AccountName{"TEST", "user"}));
  EXPECT_THAT(logon.CloseHandle(TokenHandle{99}), HasHResult("S_OK"_hr));
}

TYPED_TEST(MockDefaults, Machine) {
  Machine& machine = this->environment.machine();
  EXPECT_EQ(ToString(Value(machine.GetOsVersion()).build), "10.0.19045");
  EXPECT_EQ(Value(machine.ComputerName()), "TEST");
  EXPECT_EQ(Value(machine.QueryService("BITS")).state, ServiceState::kRunning);
  EXPECT_EQ(Value(machine.ReadRegistry(RegistryRoot::kLocalMachine, "", "")), RegistryValue());
  EXPECT_TRUE(Value(machine.IsClassRegistered(ManagerClass::k10_3)));
  EXPECT_EQ(ToString(Value(machine.GetFileVersion(""))), "7.8.19041.1");
  EXPECT_THAT(Value(machine.ReadEventLog("", 1)), IsEmpty());
  EXPECT_EQ(Value(machine.CurrentProcess()).id, 1000U);
  EXPECT_EQ(Value(machine.GetProcessStart(1)), std::nullopt);
}

TYPED_TEST(MockDefaults, ClockMovesSoThatALoopWithATimeLimitEnds) {
  Clock& clock = this->environment.clock();
  const auto first = clock.SteadyNow();
  EXPECT_EQ(clock.SteadyNow() - first, std::chrono::seconds(1));
  EXPECT_EQ(clock.SystemNow(), std::chrono::system_clock::time_point());
}

TYPED_TEST(MockDefaults, FileSystem) {
  FileSystem& files = this->environment.files();
  EXPECT_EQ(Value(files.GetFullPath("C:\\file")), "C:\\file");
  EXPECT_EQ(Value(files.GetFileSize("C:\\file")), std::nullopt);
  EXPECT_TRUE(Value(files.IsDirectory("C:\\")));
  EXPECT_EQ(Value(files.HashSha256("C:\\file")).size(), 64U);
  EXPECT_THAT(files.Rename("", "", ReplaceExisting::kNo), HasHResult("S_OK"_hr));
  EXPECT_THAT(files.Remove(""), HasHResult("S_OK"_hr));
}

TYPED_TEST(MockDefaults, HttpClient) { EXPECT_EQ(Value(this->environment.http().Send({})).status, 200U); }

}  // namespace
}  // namespace bits::mocks
