// The downloader on GoogleMock's mocks: the calls themselves.
#include "downloader.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/gmock_background_copy_job.h"
#include "fakes/mocks/gmock_background_copy_manager.h"
#include "fakes/mocks/gmock_bits_token_options.h"
#include "fakes/mocks/gmock_environment.h"
#include "fakes/mocks/matchers.h"

namespace example {
namespace {

using bits::mocks::HasHResult;
using bits::mocks::MockBackgroundCopyJob;
using bits::mocks::MockBackgroundCopyManager;
using bits::mocks::MockBitsTokenOptions;
using bits::mocks::MockEnvironment;
using testing::ByMove;
using testing::InSequence;
using testing::NiceMock;
using testing::Return;
using namespace bits::literals;  // "E_ACCESSDENIED"_hr

// recipe: Test your own code with GoogleMock
TEST(DownloaderWithGoogleMock, AHelperTokenThatIsRefusedLeavesNothing) {
  NiceMock<MockEnvironment> windows;
  auto options = std::make_unique<NiceMock<MockBitsTokenOptions>>();
  auto job = std::make_unique<NiceMock<MockBackgroundCopyJob>>();
  EXPECT_CALL(*job, Resume).Times(0);
  {
    const InSequence in_this_order;
    EXPECT_CALL(windows.logon_mock, ImpersonateLoggedOnUser);
    EXPECT_CALL(*options, SetHelperToken).WillOnce(Return("E_ACCESSDENIED"_hr));
    EXPECT_CALL(windows.logon_mock, RevertToSelf);
    EXPECT_CALL(windows.logon_mock, CloseHandle);
    EXPECT_CALL(*job, Cancel);
  }
  EXPECT_CALL(*job, QueryInterface).WillOnce(Return(ByMove(std::move(options))));
  auto manager = std::make_unique<NiceMock<MockBackgroundCopyManager>>();
  EXPECT_CALL(*manager, CreateJob).WillOnce(Return(ByMove(bits::CreatedJob{bits::Guid{}, std::move(job)})));
  EXPECT_CALL(windows.com_mock, CoCreateInstance).WillOnce(Return(ByMove(std::move(manager))));

  EXPECT_THAT(Download(windows, "http://server.test/file", "C:\\file", Helper{"helen", bits::Secret("password")}),
              HasHResult("E_ACCESSDENIED"_hr));
}
// end of recipe

}  // namespace
}  // namespace example
