// The downloader on Trompeloeil's mocks: the calls themselves.
#include "downloader.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/matchers.h"
#include "fakes/mocks/trompeloeil_background_copy_job.h"
#include "fakes/mocks/trompeloeil_background_copy_manager.h"
#include "fakes/mocks/trompeloeil_environment.h"

namespace example {
namespace {

using bits::mocks::HasHResult;
using bits::trompeloeil_mocks::Allowing;
using bits::trompeloeil_mocks::MockBackgroundCopyJob;
using bits::trompeloeil_mocks::MockBackgroundCopyManager;
using bits::trompeloeil_mocks::MockEnvironment;
using trompeloeil::_;
using namespace bits::literals;  // "BG_S_PARTIAL_COMPLETE"_hr

// recipe: Test your own code with Trompeloeil
TEST(DownloaderWithTrompeloeil, APartialFileIsNotTakenForAWholeOne) {
  Allowing<MockEnvironment> windows;
  auto job = std::make_unique<Allowing<MockBackgroundCopyJob>>();
  ALLOW_CALL(*job, GetState()).RETURN(bits::JobState::kTransferred);
  REQUIRE_CALL(*job, Complete()).RETURN("BG_S_PARTIAL_COMPLETE"_hr);
  auto manager = std::make_unique<Allowing<MockBackgroundCopyManager>>();
  REQUIRE_CALL(*manager, CreateJob(_, bits::JobType::kDownload))
      .LR_RETURN(bits::CreatedJob{bits::Guid{}, std::move(job)});
  REQUIRE_CALL(windows.com_mock, CoCreateInstance(_)).LR_RETURN(std::move(manager));

  EXPECT_THAT(Download(windows, "http://server.test/file", "C:\\file", Helper{"helen", bits::Secret("password")}),
              HasHResult("BG_S_PARTIAL_COMPLETE"_hr));
}
// end of recipe

}  // namespace
}  // namespace example
