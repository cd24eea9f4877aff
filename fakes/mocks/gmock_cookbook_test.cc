// The GoogleMock recipes of fakes/README.md. What stands between "recipe" and "end of recipe" stands there too, to the
// letter: check_cookbook.cmake compares.
#include <memory>
#include <stop_token>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/gmock_actions.h"
#include "fakes/mocks/gmock_background_copy_callback.h"
#include "fakes/mocks/gmock_background_copy_error.h"
#include "fakes/mocks/gmock_background_copy_file.h"
#include "fakes/mocks/gmock_background_copy_job.h"
#include "fakes/mocks/gmock_background_copy_manager.h"
#include "fakes/mocks/gmock_bits_token_options.h"
#include "fakes/mocks/gmock_enumerator.h"
#include "fakes/mocks/gmock_environment.h"
#include "fakes/mocks/matchers.h"
#include "harness/transfer/transfer.h"
#include "harness/transfer/wait_for_job.h"

namespace bits {
namespace {

// recipe: Begin a test file
using namespace bits::mocks;  // NOLINT(google-build-using-namespace): the mocks, their actions and the matchers
using testing::_;
using testing::ByMove;
using testing::DoAll;
using testing::Field;
using testing::InSequence;
using testing::NiceMock;
using testing::Ref;
using testing::Return;
using testing::SaveArg;
using testing::StrictMock;
// end of recipe

// recipe: Make SetHelperToken fail
TEST(GoogleMockCookbook, MakeSetHelperTokenFail) {
  NiceMock<MockBitsTokenOptions> options;  // everything else succeeds
  EXPECT_CALL(options, SetHelperToken).WillOnce(Return("E_ACCESSDENIED"_hr));

  EXPECT_THAT(options.SetHelperToken(), HasHResult("E_ACCESSDENIED"_hr));
  EXPECT_THAT(options, HasNoHelperToken());
}
// end of recipe

// recipe: Make a call that yields an object fail
TEST(GoogleMockCookbook, MakeACallThatYieldsAnObjectFail) {
  NiceMock<MockBackgroundCopyJob> job;
  // Return() would copy its Result, and a Result with a unique_ptr cannot be copied. FailWith fits every call.
  EXPECT_CALL(job, QueryInterface(InterfaceId::kBitsTokenOptions)).WillOnce(FailWith("E_NOINTERFACE"_hr));

  EXPECT_THAT(Query<BitsTokenOptions>(job), HasHResult("E_NOINTERFACE"_hr));
}
// end of recipe

// recipe: Answer QueryInterface with a mock
TEST(GoogleMockCookbook, AnswerQueryInterfaceWithAMock) {
  auto options = std::make_unique<NiceMock<MockBitsTokenOptions>>();
  EXPECT_CALL(*options, GetHelperTokenSid).WillOnce(Return("S-1-5-21-1-2-3-1001"));
  NiceMock<MockBackgroundCopyJob> job;
  EXPECT_CALL(job, QueryInterface(InterfaceId::kBitsTokenOptions)).WillOnce(Return(ByMove(std::move(options))));

  const auto found = Query<BitsTokenOptions>(job);
  ASSERT_THAT(found, Succeeds());
  EXPECT_THAT(**found, HelperTokenIs("S-1-5-21-1-2-3-1001"));
}
// end of recipe

// recipe: Check that the impersonation ends before the token is closed
TEST(GoogleMockCookbook, CheckThatTheImpersonationEndsBeforeTheTokenIsClosed) {
  NiceMock<MockEnvironment> windows;
  {
    const InSequence in_this_order;
    EXPECT_CALL(windows.logon_mock, LogonUser);
    EXPECT_CALL(windows.logon_mock, ImpersonateLoggedOnUser);
    EXPECT_CALL(windows.logon_mock, RevertToSelf);
    EXPECT_CALL(windows.logon_mock, CloseHandle);
  }

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
TEST(GoogleMockCookbook, ExpectThatAFailedTransferCancelsItsJob) {
  auto job = std::make_unique<NiceMock<MockBackgroundCopyJob>>();
  EXPECT_CALL(*job, Resume).WillOnce(Return("BG_E_NETWORK_DISCONNECTED"_hr));
  EXPECT_CALL(*job, Complete).Times(0);
  EXPECT_CALL(*job, Cancel);
  auto manager = std::make_unique<NiceMock<MockBackgroundCopyManager>>();
  EXPECT_CALL(*manager, CreateJob(_, JobType::kDownload)).WillOnce(Return(ByMove(CreatedJob{Guid{}, std::move(job)})));
  NiceMock<MockEnvironment> windows;
  EXPECT_CALL(windows.com_mock, CoCreateInstance).WillOnce(Return(ByMove(std::move(manager))));

  transfer::TransferRequest request;
  request.url = "http://server.test/file";
  request.file = "C:\\file";
  transfer::TransferObserver observer;
  const transfer::TransferReport report = transfer::Transfer(windows, request, observer, std::stop_token());
  EXPECT_THAT(report.result, HasHResult("BG_E_NETWORK_DISCONNECTED"_hr));
}
// end of recipe

// recipe: Let a job go through its states
TEST(GoogleMockCookbook, LetAJobGoThroughItsStates) {
  NiceMock<MockBackgroundCopyJob> job;
  EXPECT_CALL(job, GetState)
      .WillOnce(Return(JobState::kQueued))
      .WillOnce(Return(JobState::kTransferring))
      .WillRepeatedly(Return(JobState::kTransferred));

  NiceMock<MockEnvironment> windows;
  NiceMock<MockEvent> event;
  transfer::TransferObserver observer;
  const transfer::WaitLimits limits{std::chrono::minutes(1), std::chrono::seconds(1)};
  EXPECT_THAT(transfer::WaitForJob(windows, job, event, limits, observer, std::stop_token()).result, Succeeds());
  EXPECT_THAT(job, HasState(JobState::kTransferred));
}
// end of recipe

// recipe: Fire a callback from a mock job
TEST(GoogleMockCookbook, FireACallbackFromAMockJob) {
  NiceMock<MockBackgroundCopyJob> job;
  std::shared_ptr<BackgroundCopyCallback> registered;
  ON_CALL(job, SetNotifyInterface).WillByDefault(DoAll(SaveArg<0>(&registered), Return(HResult())));
  ON_CALL(job, Resume).WillByDefault([&] { return registered->JobTransferred(job); });

  const auto callback = std::make_shared<NiceMock<MockBackgroundCopyCallback>>();
  EXPECT_CALL(*callback, JobTransferred(Ref(job)));
  EXPECT_THAT(job.SetNotifyInterface(callback), Succeeds());
  EXPECT_THAT(job.Resume(), Succeeds());
}
// end of recipe

// recipe: Tell a callback of an error
TEST(GoogleMockCookbook, TellACallbackOfAnError) {
  NiceMock<MockBackgroundCopyCallback> callback;
  // GoogleMock holds its lock while it matches arguments: a matcher that calls a mock belongs into the action.
  EXPECT_CALL(callback, JobError).WillOnce([](BackgroundCopyJob&, BackgroundCopyError& error) {
    EXPECT_THAT(error, IsBitsError(ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr));
    return HResult();
  });

  NiceMock<MockBackgroundCopyError> error;
  ON_CALL(error, GetError).WillByDefault(Return(JobError{ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr}));
  NiceMock<MockBackgroundCopyJob> job;
  EXPECT_THAT(callback.JobError(job, error), Succeeds());
}
// end of recipe

// recipe: Give a job files
TEST(GoogleMockCookbook, GiveAJobFiles) {
  NiceMock<MockBackgroundCopyJob> job;
  ON_CALL(job, EnumFiles).WillByDefault([] {
    auto files = std::make_unique<NiceMock<MockEnumBackgroundCopyFiles>>();
    ON_CALL(*files, Next).WillByDefault([] {
      std::vector<std::unique_ptr<BackgroundCopyFile>> portion;
      portion.push_back(std::make_unique<NiceMock<MockBackgroundCopyFile>>());
      return portion;
    });
    return files;
  });

  EXPECT_THAT(job, HasFile("http://server.test/file", "C:\\file"));  // what MockBackgroundCopyFile tells by default
}
// end of recipe

// recipe: Check the security of a proxy
TEST(GoogleMockCookbook, CheckTheSecurityOfAProxy) {
  NiceMock<MockBitsTokenOptions> options;
  EXPECT_CALL(options, SetProxyBlanket(Field(&ProxyBlanket::cloaking, Cloaking::kDynamic)));

  ProxyBlanket blanket;
  blanket.impersonation_level = ImpersonationLevel::kImpersonate;
  blanket.cloaking = Cloaking::kDynamic;
  EXPECT_THAT(options.SetProxyBlanket(blanket), Succeeds());
}
// end of recipe

// recipe: Refuse every call that is not expected
TEST(GoogleMockCookbook, RefuseEveryCallThatIsNotExpected) {
  StrictMock<MockBitsTokenOptions> options;  // a call to anything but these two fails the test
  EXPECT_CALL(options, SetHelperTokenFlags(HelperTokenFlags::kLocalFile));
  EXPECT_CALL(options, SetHelperToken);

  EXPECT_THAT(options.SetHelperToken(), Succeeds());
  EXPECT_THAT(options.SetHelperTokenFlags(HelperTokenFlags::kLocalFile), Succeeds());
}
// end of recipe

}  // namespace
}  // namespace bits
