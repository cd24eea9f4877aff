// Callbacks of this machine's BITS, and what their client may do meanwhile.
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "harness/api/apartment.h"
#include "harness/api/scoped_job.h"
#include "harness/win32/environment.h"
#include "harness/win32/test_directory.h"
#include "scenarios/http/http_server.h"

namespace bits {
namespace {

constexpr std::chrono::seconds kPatience(20);

// Says when it is called, and does not return before it may.
class SlowCallback final : public BackgroundCopyCallback {
 public:
  HResult JobTransferred(BackgroundCopyJob&) override {
    called.set_value();
    may_return.get_future().wait_for(kPatience);
    return HResult();
  }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }

  std::promise<void> called;
  std::promise<void> may_return;
};

// The second time shows what the first has left of COM in this process (see harness/win32/lasting_stubs.h).
TEST(WindowsCallbackTest, MayBeLetGoOfWhileItRuns) {
  testing::HttpServer server;
  server.Set("/f", {.content = testing::HttpContent::Generated(10)});
  const win32::TestDirectory directory;
  const std::unique_ptr<Environment> environment = win32::CreateEnvironment();
  const Result<Apartment> apartment = Apartment::Enter(environment->com(), ApartmentType::kMultiThreaded);
  ASSERT_TRUE(apartment);
  const auto manager = environment->com().CoCreateInstance(ManagerClass::k1_0);
  ASSERT_TRUE(manager) << manager.error();
  for (int time = 0; time < 2; ++time) {
    auto created = (*manager)->CreateJob("bitsdoctor: transfer", JobType::kDownload);
    ASSERT_TRUE(created) << created.error();
    ScopedJob job(std::move(created->job));
    ASSERT_EQ(job->AddFile(server.Url("/f"), directory.Path(std::to_string(time))), HResult());
    const auto callback = std::make_shared<SlowCallback>();
    ASSERT_EQ(job->SetNotifyFlags(NotifyFlags::kJobTransferred), HResult());
    ASSERT_EQ(job->SetNotifyInterface(callback), HResult());
    ASSERT_EQ(job->Resume(), HResult());
    ASSERT_EQ(callback->called.get_future().wait_for(kPatience), std::future_status::ready);
    EXPECT_EQ(job->SetNotifyInterface(nullptr), HResult());
    callback->may_return.set_value();
    EXPECT_EQ(job.Complete(), HResult());
  }
}

}  // namespace
}  // namespace bits
