// The Trompeloeil recipes of fakes/README.md. What stands between "recipe" and "end of recipe" stands there too, to the
// letter: check_cookbook.cmake compares.
#include <memory>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/mocks/matchers.h"
#include "fakes/mocks/trompeloeil_background_copy_callback.h"
#include "fakes/mocks/trompeloeil_background_copy_error.h"
#include "fakes/mocks/trompeloeil_background_copy_file.h"
#include "fakes/mocks/trompeloeil_background_copy_job.h"
#include "fakes/mocks/trompeloeil_background_copy_manager.h"
#include "fakes/mocks/trompeloeil_bits_token_options.h"
#include "fakes/mocks/trompeloeil_enumerator.h"
#include "fakes/mocks/trompeloeil_environment.h"
#include "harness/transfer/transfer.h"
#include "harness/transfer/wait_for_job.h"

namespace bits {
namespace {

// recipe: Begin a test file
using namespace bits::trompeloeil_mocks;  // NOLINT(google-build-using-namespace): the mocks and Allowing
using mocks::HasFile;                     // the matchers are GoogleMock's, and serve here too
using mocks::HasHResult;
using mocks::HasNoHelperToken;
using mocks::HasState;
using mocks::HelperTokenIs;
using mocks::IsBitsError;
using mocks::Succeeds;
using trompeloeil::_;
// end of recipe

// recipe: Make SetHelperToken fail
TEST(TrompeloeilCookbook, MakeSetHelperTokenFail) {
  Allowing<MockBitsTokenOptions> options;  // everything else succeeds
  REQUIRE_CALL(options, SetHelperToken()).RETURN("E_ACCESSDENIED"_hr);

  EXPECT_THAT(options.SetHelperToken(), HasHResult("E_ACCESSDENIED"_hr));
  EXPECT_THAT(options, HasNoHelperToken());
}
// end of recipe

// recipe: Make a call that yields an object fail
TEST(TrompeloeilCookbook, MakeACallThatYieldsAnObjectFail) {
  Allowing<MockBackgroundCopyJob> job;
  REQUIRE_CALL(job, QueryInterface(InterfaceId::kBitsTokenOptions)).RETURN(Failure("E_NOINTERFACE"_hr));

  EXPECT_THAT(Query<BitsTokenOptions>(job), HasHResult("E_NOINTERFACE"_hr));
}
// end of recipe

// recipe: Answer QueryInterface with a mock
TEST(TrompeloeilCookbook, AnswerQueryInterfaceWithAMock) {
  auto options = std::make_unique<Allowing<MockBitsTokenOptions>>();
  REQUIRE_CALL(*options, GetHelperTokenSid()).RETURN("S-1-5-21-1-2-3-1001");
  Allowing<MockBackgroundCopyJob> job;
  REQUIRE_CALL(job, QueryInterface(InterfaceId::kBitsTokenOptions)).LR_RETURN(std::move(options));

  const auto found = Query<BitsTokenOptions>(job);
  ASSERT_THAT(found, Succeeds());
  EXPECT_THAT(**found, HelperTokenIs("S-1-5-21-1-2-3-1001"));
}
// end of recipe

// recipe: Check that the impersonation ends before the token is closed
TEST(TrompeloeilCookbook, CheckThatTheImpersonationEndsBeforeTheTokenIsClosed) {
  Allowing<MockEnvironment> windows;
  trompeloeil::sequence order;
  REQUIRE_CALL(windows.logon_mock, ImpersonateLoggedOnUser(_)).IN_SEQUENCE(order).RETURN(HResult());
  REQUIRE_CALL(windows.logon_mock, RevertToSelf()).IN_SEQUENCE(order).RETURN(HResult());
  REQUIRE_CALL(windows.logon_mock, CloseHandle(_)).IN_SEQUENCE(order).RETURN(HResult());

  // The job has no helper token after SetHelperToken, since nobody told its mock to have one: the transfer must fail.
  transfer::TransferRequest request;
  request.url = "http://server.test/file";
  request.file = "C:\\file";
  request.helper.emplace().user_name = "helper";
  transfer::TransferObserver observer;
  const transfer::TransferReport report = transfer::Transfer(windows, request, observer, std::stop_token());
  EXPECT_THAT(report.result, HasHResult("E_UNEXPECTED"_hr));
}
// end of recipe

// recipe: Expect that a failed transfer cancels its job
TEST(TrompeloeilCookbook, ExpectThatAFailedTransferCancelsItsJob) {
  auto job = std::make_unique<Allowing<MockBackgroundCopyJob>>();
  REQUIRE_CALL(*job, Resume()).RETURN("BG_E_NETWORK_DISCONNECTED"_hr);
  FORBID_CALL(*job, Complete());
  REQUIRE_CALL(*job, Cancel()).RETURN(HResult());
  auto manager = std::make_unique<Allowing<MockBackgroundCopyManager>>();
  REQUIRE_CALL(*manager, CreateJob(_, JobType::kDownload)).LR_RETURN(CreatedJob{Guid{}, std::move(job)});
  Allowing<MockEnvironment> windows;
  REQUIRE_CALL(windows.com_mock, CoCreateInstance(_)).LR_RETURN(std::move(manager));

  transfer::TransferRequest request;
  request.url = "http://server.test/file";
  request.file = "C:\\file";
  transfer::TransferObserver observer;
  const transfer::TransferReport report = transfer::Transfer(windows, request, observer, std::stop_token());
  EXPECT_THAT(report.result, HasHResult("BG_E_NETWORK_DISCONNECTED"_hr));
}
// end of recipe

// recipe: Let a job go through its states
TEST(TrompeloeilCookbook, LetAJobGoThroughItsStates) {
  Allowing<MockBackgroundCopyJob> job;
  ALLOW_CALL(job, GetState()).RETURN(JobState::kTransferred);  // the newest expectation that may still be called wins
  trompeloeil::sequence order;
  REQUIRE_CALL(job, GetState()).IN_SEQUENCE(order).RETURN(JobState::kQueued);
  REQUIRE_CALL(job, GetState()).IN_SEQUENCE(order).RETURN(JobState::kTransferring);

  Allowing<MockEnvironment> windows;
  Allowing<MockEvent> event;
  transfer::TransferObserver observer;
  const transfer::WaitLimits limits{std::chrono::minutes(1), std::chrono::seconds(1)};
  EXPECT_THAT(transfer::WaitForJob(windows, job, event, limits, observer, std::stop_token()).result, Succeeds());
  EXPECT_THAT(job, HasState(JobState::kTransferred));
}
// end of recipe

// recipe: Fire a callback from a mock job
TEST(TrompeloeilCookbook, FireACallbackFromAMockJob) {
  Allowing<MockBackgroundCopyJob> job;
  std::shared_ptr<BackgroundCopyCallback> registered;
  ALLOW_CALL(job, SetNotifyInterface(_)).LR_SIDE_EFFECT(registered = _1).RETURN(HResult());
  ALLOW_CALL(job, Resume()).LR_RETURN(registered->JobTransferred(job));

  const auto callback = std::make_shared<Allowing<MockBackgroundCopyCallback>>();
  REQUIRE_CALL(*callback, JobTransferred(_)).LR_WITH(&_1 == &job).RETURN(HResult());
  EXPECT_THAT(job.SetNotifyInterface(callback), Succeeds());
  EXPECT_THAT(job.Resume(), Succeeds());
}
// end of recipe

// recipe: Tell a callback of an error
TEST(TrompeloeilCookbook, TellACallbackOfAnError) {
  Allowing<MockBackgroundCopyCallback> callback;
  REQUIRE_CALL(callback, JobError(_, _))
      .WITH(testing::Value(_2, IsBitsError(ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr)))
      .RETURN(HResult());

  Allowing<MockBackgroundCopyError> error;
  ALLOW_CALL(error, GetError()).RETURN(JobError{ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr});
  Allowing<MockBackgroundCopyJob> job;
  EXPECT_THAT(callback.JobError(job, error), Succeeds());
}
// end of recipe

// recipe: Give a job files
TEST(TrompeloeilCookbook, GiveAJobFiles) {
  std::vector<std::unique_ptr<BackgroundCopyFile>> portion;
  portion.push_back(std::make_unique<Allowing<MockBackgroundCopyFile>>());
  auto files = std::make_unique<Allowing<MockEnumBackgroundCopyFiles>>();
  REQUIRE_CALL(*files, Next(_)).LR_RETURN(std::move(portion));
  Allowing<MockBackgroundCopyJob> job;
  REQUIRE_CALL(job, EnumFiles()).LR_RETURN(std::move(files));

  EXPECT_THAT(job, HasFile("http://server.test/file", "C:\\file"));  // what MockBackgroundCopyFile tells by default
}
// end of recipe

// recipe: Check the security of a proxy
TEST(TrompeloeilCookbook, CheckTheSecurityOfAProxy) {
  Allowing<MockBitsTokenOptions> options;
  REQUIRE_CALL(options, SetProxyBlanket(_)).WITH(_1.cloaking == Cloaking::kDynamic).RETURN(HResult());

  ProxyBlanket blanket;
  blanket.impersonation_level = ImpersonationLevel::kImpersonate;
  blanket.cloaking = Cloaking::kDynamic;
  EXPECT_THAT(options.SetProxyBlanket(blanket), Succeeds());
}
// end of recipe

// recipe: Refuse every call that is not expected
TEST(TrompeloeilCookbook, RefuseEveryCallThatIsNotExpected) {
  MockBitsTokenOptions options;  // without Allowing, a call to anything but these two fails the test
  REQUIRE_CALL(options, SetHelperTokenFlags(HelperTokenFlags::kLocalFile)).RETURN(HResult());
  REQUIRE_CALL(options, SetHelperToken()).RETURN(HResult());

  EXPECT_THAT(options.SetHelperToken(), Succeeds());
  EXPECT_THAT(options.SetHelperTokenFlags(HelperTokenFlags::kLocalFile), Succeeds());
}
// end of recipe

}  // namespace
}  // namespace bits
