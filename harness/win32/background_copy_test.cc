// The adapters against the service that this machine has: Wine's BITS, or the real one. Where the two differ, the test
// says what it expects of each.
#include "harness/win32/environment.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/api/apartment.h"
#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/scoped_job.h"
#include "harness/win32/test_directory.h"

namespace bits::win32 {
namespace {

// How long the service may take for what it does at once; only a test that fails waits so long.
constexpr std::chrono::seconds kPatience(30);

class BackgroundCopyTest : public testing::TestWithParam<ApartmentType> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(apartment_) << apartment_.error();
    ASSERT_TRUE(manager_) << manager_.error();
  }

  ScopedJob CreateJob() { return ScopedJob((*manager_)->CreateJob("w\xC3\xB6rk", JobType::kDownload).value().job); }

  bool OnWine() const { return on_wine_; }

  std::unique_ptr<Environment> environment_ = CreateEnvironment();
  const bool on_wine_ = environment_->machine().GetOsVersion().value().wine_version.has_value();
  Result<Apartment> apartment_ = Apartment::Enter(environment_->com(), GetParam());
  Result<std::unique_ptr<BackgroundCopyManager>> manager_ = environment_->com().CoCreateInstance(ManagerClass::k1_0);
};

INSTANTIATE_TEST_SUITE_P(Apartments, BackgroundCopyTest,
                         testing::Values(ApartmentType::kSingleThreaded, ApartmentType::kMultiThreaded),
                         [](const auto& test) { return ToString(test.param); });

TEST_P(BackgroundCopyTest, CreatesAJob) {
  Result<CreatedJob> created = (*manager_)->CreateJob("w\xC3\xB6rk", JobType::kDownload);
  ASSERT_TRUE(created) << created.error();
  const ScopedJob job(std::move(created->job));
  EXPECT_EQ(job->GetId().value(), created->id);
  EXPECT_EQ(job->GetType().value(), JobType::kDownload);
  EXPECT_EQ(job->GetState().value(), JobState::kSuspended);
  EXPECT_EQ(job->GetDisplayName().value(), "w\xC3\xB6rk");
  EXPECT_EQ(job->GetProgress().value(), (JobProgress{.bytes_total = 0}));
  EXPECT_EQ((*manager_)->GetJob(created->id).value()->GetId().value(), created->id);
}

TEST_P(BackgroundCopyTest, ReportsAJobThatDoesNotExist) {
  EXPECT_EQ(HResultOf((*manager_)->GetJob(Guid{.data1 = 1})), "BG_E_NOT_FOUND"_hr);
}

TEST_P(BackgroundCopyTest, RefusesTextThatIsNotUtf8BeforeTheService) {
  EXPECT_EQ(HResultOf((*manager_)->CreateJob("\xFF", JobType::kDownload)), "E_INVALIDARG"_hr);
  const ScopedJob job = CreateJob();
  EXPECT_EQ(job->SetDescription("\xFF"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job->AddFile("http://server/file", "C:\\\xFF"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job->AddFile("http://server/\xFF", "C:\\file"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job->AddFileSet(std::array{FileInfo{"http://server/file", "C:\\\xFF"}}), "E_INVALIDARG"_hr);
}

TEST_P(BackgroundCopyTest, KeepsTheJobsProperties) {
  const ScopedJob job = CreateJob();
  EXPECT_EQ(job->SetDescription("d\xC3\xA9scription"), HResult());
  EXPECT_EQ(job->GetDescription().value(), "d\xC3\xA9scription");
  EXPECT_EQ(job->SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError), HResult());
  EXPECT_EQ(job->GetNotifyFlags().value(), NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
  EXPECT_EQ(job->SetMinimumRetryDelay(61), HResult());
  EXPECT_EQ(job->SetNoProgressTimeout(62), HResult());
  // Wine's service has numbers of its own.
  EXPECT_EQ(job->GetMinimumRetryDelay().value(), OnWine() ? 30U : 61U);
  EXPECT_EQ(job->GetNoProgressTimeout().value(), OnWine() ? 900U : 62U);
  EXPECT_EQ(HResultOf(job->GetError()), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  EXPECT_EQ(job->Resume(), "BG_E_EMPTY"_hr);
}

TEST_P(BackgroundCopyTest, KeepsHttpOptions) {
  const ScopedJob job = CreateJob();
  const auto options = Query<BackgroundCopyJobHttpOptions>(*job).value();
  EXPECT_EQ(options->GetCustomHeaders().value(), "");
  EXPECT_EQ(options->SetCustomHeaders("X-Test: 1\r\n"), HResult());
  EXPECT_EQ(options->GetCustomHeaders().value(), "X-Test: 1\r\n");
  EXPECT_EQ(options->SetSecurityFlags(HttpSecurityFlags::kEnableCrlCheck), HResult());
  EXPECT_EQ(options->GetSecurityFlags().value(), HttpSecurityFlags::kEnableCrlCheck);
}

TEST_P(BackgroundCopyTest, TakesCredentials) {
  const ScopedJob job = CreateJob();
  const auto job2 = Query<BackgroundCopyJob2>(*job).value();
  const Secret password("p\xC3\xA4ss");
  EXPECT_EQ(
      job2->SetCredentials(
          {.target = AuthTarget::kServer, .scheme = AuthScheme::kBasic, .user_name = "user", .password = &password}),
      HResult());
  EXPECT_EQ(job2->SetCredentials({}), HResult());
  EXPECT_EQ(job2->SetCredentials({.user_name = "\xFF", .password = nullptr}), "E_INVALIDARG"_hr);
  const Secret invalid("\xFF");
  EXPECT_EQ(job2->SetCredentials({.user_name = "user", .password = &invalid}), "E_INVALIDARG"_hr);
  EXPECT_EQ(job2->RemoveCredentials(AuthTarget::kServer, AuthScheme::kBasic), HResult());
}

// The calls that Wine's service leaves out, and what Windows' answers for a new download job of the caller's.
TEST_P(BackgroundCopyTest, AnswersWhatWineLeavesOut) {
  struct Row {
    const char* call;
    std::function<HResult(BackgroundCopyJob4&)> make;
    HResult on_windows;
    HResult on_wine = "E_NOTIMPL"_hr;
  };
  const Row kRows[] = {
      {"GetOwner", [](auto& job) { return HResultOf(job.GetOwner()); }, {}},
      {"GetTimes", [](auto& job) { return HResultOf(job.GetTimes()); }, {}},
      {"Suspend", [](auto& job) { return job.Suspend(); }, {}},
      {"GetErrorCount", [](auto& job) { return HResultOf(job.GetErrorCount()); }, {}},
      {"SetPriority", [](auto& job) { return job.SetPriority(JobPriority::kHigh); }, {}, {}},
      {"GetPriority", [](auto& job) { return HResultOf(job.GetPriority()); }, {}},
      {"SetDisplayName", [](auto& job) { return job.SetDisplayName("name"); }, {}},
      {"SetProxySettings",
       [](auto& job) { return job.SetProxySettings(ProxyUsage::kNoProxy, std::nullopt, std::nullopt); },
       {}},
      {"GetProxySettings", [](auto& job) { return HResultOf(job.GetProxySettings()); }, {}},
      {"SetNotifyCmdLine", [](auto& job) { return job.SetNotifyCmdLine(std::nullopt, std::nullopt); }, {}},
      {"GetNotifyCmdLine", [](auto& job) { return HResultOf(job.GetNotifyCmdLine()); }, {}},
      {"GetReplyProgress", [](auto& job) { return HResultOf(job.GetReplyProgress()); }, "E_NOTIMPL"_hr},
      {"GetReplyData", [](auto& job) { return HResultOf(job.GetReplyData()); }, "E_NOTIMPL"_hr},
      {"SetReplyFileName", [](auto& job) { return job.SetReplyFileName("C:\\reply"); }, "E_NOTIMPL"_hr},
      {"GetReplyFileName", [](auto& job) { return HResultOf(job.GetReplyFileName()); }, "E_NOTIMPL"_hr},
      {"SetPeerCachingFlags",
       [](auto& job) { return job.SetPeerCachingFlags(PeerCachingFlags::kEnableClient); },
       {},
       {}},
      {"GetPeerCachingFlags", [](auto& job) { return HResultOf(job.GetPeerCachingFlags()); }, {}},
      {"GetOwnerIntegrityLevel", [](auto& job) { return HResultOf(job.GetOwnerIntegrityLevel()); }, {}},
      {"GetOwnerElevationState", [](auto& job) { return HResultOf(job.GetOwnerElevationState()); }, {}},
      {"SetMaximumDownloadTime", [](auto& job) { return job.SetMaximumDownloadTime(3600); }, {}, {}},
      {"GetMaximumDownloadTime", [](auto& job) { return HResultOf(job.GetMaximumDownloadTime()); }, {}},
      {"SetFileACLFlags", [](auto& job) { return job.SetFileACLFlags(FileAclFlags::kOwner); }, {}, {}},
      {"GetFileACLFlags", [](auto& job) { return HResultOf(job.GetFileACLFlags()); }, {}, {}},
  };
  const ScopedJob job = CreateJob();
  const auto job4 = Query<BackgroundCopyJob4>(*job).value();
  for (const Row& row : kRows) EXPECT_EQ(row.make(*job4), OnWine() ? row.on_wine : row.on_windows) << row.call;
}

TEST_P(BackgroundCopyTest, DescribesErrors) {
  const auto text = (*manager_)->GetErrorDescription("BG_E_NOT_FOUND"_hr, LANG_SYSTEM_DEFAULT);
  if (OnWine()) {
    EXPECT_EQ(HResultOf(text), "E_NOTIMPL"_hr);
  } else {
    EXPECT_FALSE(text.value().empty());
  }
}

// Wine's service is that of BITS 3.0, without helper tokens.
TEST_P(BackgroundCopyTest, HasHelperTokensOnWindowsOnly) {
  const ScopedJob job = CreateJob();
  EXPECT_TRUE(Query<BackgroundCopyJob3>(*job));
  const auto options = Query<BitsTokenOptions>(*job);
  if (OnWine()) {
    EXPECT_EQ(HResultOf(options), "E_NOINTERFACE"_hr);
    return;
  }
  ASSERT_TRUE(options) << options.error();
  EXPECT_EQ((*options)->GetHelperTokenFlags().value(), 0U);
  EXPECT_EQ((*options)->GetHelperTokenSid().value(), std::nullopt);
}

// Wine's proxies have no security.
TEST_P(BackgroundCopyTest, ProxiesHaveBlanketsOnWindowsOnly) {
  const ScopedJob job = CreateJob();
  const ProxyBlanket blanket{.authentication_level = AuthenticationLevel::kPacketPrivacy,
                             .impersonation_level = ImpersonationLevel::kIdentify,
                             .cloaking = Cloaking::kStatic};
  if (OnWine()) {
    EXPECT_EQ(job->SetProxyBlanket(blanket), "E_NOTIMPL"_hr);
    EXPECT_EQ(HResultOf(job->QueryProxyBlanket()), "E_NOTIMPL"_hr);
    return;
  }
  ASSERT_EQ(job->SetProxyBlanket(blanket), HResult());
  const ProxyBlanket set = job->QueryProxyBlanket().value();
  EXPECT_EQ(set.authentication_level, blanket.authentication_level);
  EXPECT_EQ(set.impersonation_level, blanket.impersonation_level);
  EXPECT_EQ(set.cloaking, blanket.cloaking);
}

TEST_P(BackgroundCopyTest, EnumeratesFiles) {
  const TestDirectory directory;
  const std::array<FileInfo, 3> kFiles{{{"http://127.0.0.1:1/a", directory.Path("a")},
                                        {"http://127.0.0.1:1/b", directory.Path("b")},
                                        {"http://127.0.0.1:1/c", directory.Path("c")}}};
  const ScopedJob job = CreateJob();
  ASSERT_EQ(job->AddFileSet(kFiles), HResult());
  const auto files = job->EnumFiles().value();
  EXPECT_EQ(files->GetCount().value(), 3U);

  std::vector<FileInfo> found;
  for (const std::uint32_t count : {1U, 5U}) {
    const auto portion = files->Next(count);
    ASSERT_TRUE(portion) << portion.error();
    for (const auto& file : *portion) {
      found.push_back({file->GetRemoteName().value(), file->GetLocalName().value()});
      EXPECT_EQ(file->GetProgress().value(), FileProgress{});
    }
  }
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(kFiles));

  EXPECT_EQ(files->Next(1).value().size(), 0U);
  EXPECT_EQ(files->Reset(), HResult());
  EXPECT_EQ(files->Skip(2), HResult());
  EXPECT_EQ(files->Skip(2), "S_FALSE"_hr);
  const HResult cloned = HResultOf(files->Clone());
  EXPECT_EQ(cloned, OnWine() ? "E_NOTIMPL"_hr : HResult());
}

TEST_P(BackgroundCopyTest, CancelLeavesNoLiveJob) {
  ScopedJob job = CreateJob();
  const Guid id = job->GetId().value();
  const auto live = [&] {
    const auto jobs = (*manager_)->EnumJobs(EnumJobsFlags::kCurrentUser).value()->Next(0xFFFFFFFF).value();
    return std::ranges::count_if(jobs, [&](const auto& listed) {
      return listed->GetId().value() == id && !IsFinal(listed->GetState().value());
    });
  };
  EXPECT_EQ(live(), 1);
  EXPECT_EQ(job.Abandon(), HResult());
  EXPECT_EQ(live(), 0);
}

class TransferCallback final : public BackgroundCopyCallback {
 public:
  explicit TransferCallback(std::shared_ptr<Event> event) : event_(std::move(event)) {}

  HResult JobTransferred(BackgroundCopyJob& job) override {
    id = job.GetId().value();
    thread = GetCurrentThreadId();
    event_->Set();
    if (throws) throw std::runtime_error("a client's bug");
    return HResult();
  }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }

  Guid id;
  DWORD thread = 0;
  bool throws = false;

 private:
  std::shared_ptr<Event> event_;
};

class TransferTest : public BackgroundCopyTest {
 protected:
  void SetUp() override {
    BackgroundCopyTest::SetUp();
    job_ = CreateJob();
    ASSERT_EQ(job_->AddFile(source_, target_), HResult());
  }

  HResult Register(std::shared_ptr<BackgroundCopyCallback> callback) {
    const HResult result = job_->SetNotifyInterface(std::move(callback));
    return result.Failed() ? result : job_->SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError);
  }

  void Finish() {
    const Guid id = job_->GetId().value();
    EXPECT_EQ(job_.Complete(), HResult());
    EXPECT_FALSE(job_);
    const auto ended = (*manager_)->GetJob(id);
    if (ended) {
      EXPECT_EQ((*ended)->GetState().value(), JobState::kAcknowledged);
    } else {
      EXPECT_EQ(ended.error(), "BG_E_NOT_FOUND"_hr);
    }
  }

  // Lets COM deliver until `reached`, which asks for something that happens without an event.
  bool WaitUntil(const std::function<bool()>& reached) {
    const auto deadline = environment_->clock().SteadyNow() + kPatience;
    while (!reached() && environment_->clock().SteadyNow() < deadline) {
      EXPECT_TRUE(environment_->com().WaitForEvent(*event_, std::chrono::milliseconds(5)));
    }
    return reached();
  }

  const TestDirectory directory_;
  const std::string source_ = directory_.Write("source", std::string(100'000, 'x'));
  const std::string target_ = directory_.Path("target");
  const std::shared_ptr<Event> event_ = environment_->com().MakeEvent().value();
  const std::shared_ptr<TransferCallback> callback_ = std::make_shared<TransferCallback>(event_);
  ScopedJob job_;
};

INSTANTIATE_TEST_SUITE_P(Apartments, TransferTest,
                         testing::Values(ApartmentType::kSingleThreaded, ApartmentType::kMultiThreaded),
                         [](const auto& test) { return ToString(test.param); });

TEST_P(TransferTest, TellsTheClientAndBringsTheFile) {
  ASSERT_EQ(Register(callback_), HResult());
  ASSERT_EQ(job_->Resume(), HResult());
  ASSERT_EQ(environment_->com().WaitForEvent(*event_, kPatience).value(), WaitOutcome::kSignalled);

  EXPECT_EQ(callback_->id, job_->GetId().value());
  EXPECT_EQ(callback_->thread == GetCurrentThreadId(), GetParam() == ApartmentType::kSingleThreaded);
  EXPECT_EQ(job_->GetState().value(), JobState::kTransferred);
  EXPECT_EQ(job_->GetProgress().value().files_transferred, 1U);
  Finish();
  EXPECT_EQ(environment_->files().HashSha256(target_).value(), environment_->files().HashSha256(source_).value());
}

TEST_P(TransferTest, SurvivesAClientThatThrows) {
  callback_->throws = true;
  ASSERT_EQ(Register(callback_), HResult());
  ASSERT_EQ(job_->Resume(), HResult());
  ASSERT_EQ(environment_->com().WaitForEvent(*event_, kPatience).value(), WaitOutcome::kSignalled);
  EXPECT_EQ(job_->GetState().value(), JobState::kTransferred);
  Finish();
}

TEST_P(TransferTest, TheServiceKeepsTheCallbackOfAClientThatForgotIt) {
  auto forgotten = std::make_shared<TransferCallback>(event_);
  const std::weak_ptr<TransferCallback> watch = forgotten;
  ASSERT_EQ(Register(std::move(forgotten)), HResult());
  EXPECT_FALSE(watch.expired());
  ASSERT_EQ(job_->Resume(), HResult());
  EXPECT_EQ(environment_->com().WaitForEvent(*event_, kPatience).value(), WaitOutcome::kSignalled);
  ASSERT_FALSE(watch.expired());
  EXPECT_EQ(watch.lock()->id, job_->GetId().value());
  Finish();
  EXPECT_TRUE(WaitUntil([&] { return watch.expired(); })) << "the service holds a callback that was removed";
}

TEST_P(TransferTest, GivesBackTheClientsOwnCallback) {
  EXPECT_EQ(job_->GetNotifyInterface().value(), nullptr);
  ASSERT_EQ(job_->SetNotifyInterface(callback_), HResult());
  EXPECT_EQ(job_->GetNotifyInterface().value(), callback_);
  const auto other = std::make_shared<TransferCallback>(event_);
  ASSERT_EQ(job_->SetNotifyInterface(other), HResult());
  EXPECT_EQ(job_->GetNotifyInterface().value(), other);
  ASSERT_EQ(job_->SetNotifyInterface(nullptr), HResult());
  EXPECT_EQ(job_->GetNotifyInterface().value(), nullptr);
}

// Once the job has ended no property can be set any more, so a callback must be removed before.
TEST_P(TransferTest, CannotRemoveTheCallbackOfAJobThatEnded) {
  ASSERT_TRUE(job_->Cancel().Succeeded());
  EXPECT_EQ(job_->SetNotifyInterface(nullptr), "BG_E_INVALID_STATE"_hr);
}

TEST_P(TransferTest, ReportsWhatTheServerLacks) {
  const std::string nothing = directory_.Path("nothing");
  const ScopedJob job = CreateJob();
  ASSERT_EQ(job->AddFile(nothing, directory_.Path("copy")), HResult());
  ASSERT_EQ(job->Resume(), HResult());
  // Nobody is told of errors on Wine, so the state is asked for.
  ASSERT_TRUE(WaitUntil([&] { return job->GetState().value() == JobState::kError; }));
  const auto error = job->GetError();
  if (OnWine()) {
    EXPECT_EQ(HResultOf(error), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
    return;
  }
  ASSERT_TRUE(error) << error.error();
  EXPECT_EQ((*error)->GetError().value().context, ErrorContext::kRemoteFile);
  EXPECT_EQ((*error)->GetFile().value()->GetLocalName().value(), directory_.Path("copy"));
}

TEST(CoCreateInstance, ReportsAClassThatTheMachineDoesNotHave) {
  const auto environment = CreateEnvironment();
  const auto apartment = Apartment::Enter(environment->com(), ApartmentType::kMultiThreaded);
  for (const auto& [manager_class, name] : EnumNames<ManagerClass>::kNames) {
    const bool registered = environment->machine().IsClassRegistered(manager_class).value();
    EXPECT_EQ(HResultOf(environment->com().CoCreateInstance(manager_class)),
              registered ? HResult() : "REGDB_E_CLASSNOTREG"_hr)
        << name;
  }
}

}  // namespace
}  // namespace bits::win32
