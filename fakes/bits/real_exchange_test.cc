// Transfers from outside the simulation, by a source of the test's own; and what is simulated like them.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fakes/bits/simulation_test.h"
#include "fakes/world/world_script.h"
#include "harness/api/background_copy_job3.h"

namespace bits::fakes {
namespace {

// Sends `content` from where it is asked, in pieces; waits in the middle while it is told to.
class SlowSource final : public RealSource {
 public:
  RealEnd Fetch(const RealRequest& request, RealReceiver& receiver, const std::stop_token& stop) override {
    ++fetches;
    if (!receiver.Begin({content.size(), request.offset, "1"})) return {};
    for (std::size_t at = request.offset; at < content.size(); at += kPiece) {
      while (at >= waits_at && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (!receiver.Receive(std::string_view(content).substr(at, kPiece))) return {};
    }
    return {};
  }

  static constexpr std::size_t kPiece = 1000;
  const std::string content = FileContent::Synthetic(100'000, 9).Bytes();
  std::atomic<std::size_t> waits_at{50'000};
  std::atomic<int> fetches{0};
};

class RealExchangeTest : public ::testing::Test {
 protected:
  RealExchangeTest() {
    auto source = std::make_unique<SlowSource>();
    source_ = source.get();
    world_.AttachRealHttp(std::move(source));
    world_.AddUser("alice", "a");
    alice_ = std::make_unique<Client>(world_, world_.LogOn("alice"));
    job_ = alice_->MakeJob();
    Must(job_->AddFile("http://real.test/file", kLocal));
    Must(job_->Resume());
  }
  static WorldOptions Options() {
    WorldOptions options;
    options.real_time = true;
    return options;
  }
  bool WaitUntilTransferred(std::uint64_t bytes) {
    for (int i = 0; i < 5000; ++i) {
      if (Must(job_->GetProgress()).bytes_transferred == bytes) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  static constexpr std::string_view kLocal = R"(C:\Users\alice\file)";
  World world_{Options()};
  SlowSource* source_ = nullptr;
  std::unique_ptr<Client> alice_;
  std::unique_ptr<BackgroundCopyJob> job_;
};

TEST_F(RealExchangeTest, GoesOnWhereItWas) {
  ASSERT_TRUE(WaitUntilTransferred(50'000));
  ASSERT_EQ(job_->Suspend(), "S_OK"_hr);
  source_->waits_at = ~std::size_t{0};
  EXPECT_EQ(Must(job_->GetProgress()).bytes_transferred, 50'000U);
  ASSERT_EQ(job_->Resume(), "S_OK"_hr);
  ASSERT_TRUE(world_.RunUntilIdle(std::chrono::seconds(10)));
  ASSERT_EQ(job_->Complete(), "S_OK"_hr);
  EXPECT_EQ(source_->fetches, 2);
  world_.Change([&] { EXPECT_EQ(world_.disk().Find(kLocal)->content, FileContent(source_->content)); });
}

TEST_F(RealExchangeTest, IsGivenUpWithoutWaiting) {
  ASSERT_TRUE(WaitUntilTransferred(50'000));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(job_->Suspend(), "S_OK"_hr);
    ASSERT_EQ(job_->Resume(), "S_OK"_hr);
  }
  world_.StopBits();
  EXPECT_EQ(world_.StartBits(), "S_OK"_hr);
  // The world ends in the middle of a transfer.
}

class TemporaryFiles : public SimulationTest {};

// Their numbers begin where the job's id says: of these jobs, near each other.
TEST_F(TemporaryFiles, EachFileHasOneOfItsOwn) {
  constexpr int kFiles = 200;
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  for (int i = 0; i < 300; ++i) {
    auto job = MakeJob();
    if (i % 284 != 0) {
      Must(job->Cancel());
      continue;
    }
    for (int file = 0; file < kFiles; ++file) Must(job->AddFile(kUrl, fmt::format(R"(C:\Users\alice\{}-{})", i, file)));
    Must(job->Resume());
    jobs.push_back(std::move(job));
  }
  ASSERT_EQ(jobs.size(), 2U);
  ASSERT_TRUE(world_.RunUntilIdle());
  EXPECT_EQ(world_.disk().Files(R"(C:\Users\alice)").size(), jobs.size() * kFiles);
  for (const auto& job : jobs) EXPECT_EQ(job->Complete(), "S_OK"_hr);
}

TEST_F(TemporaryFiles, RangesGoOnAfterAPause) {
  const auto job = MakeJob();
  const FileRange ranges[] = {{10'000, 20'000}, {50'000, 5'000}};
  Must(Must(Query<BackgroundCopyJob3>(*job))->AddFileWithRanges(kSlowUrl, kLocal, ranges));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  Must(job->Suspend());
  const std::uint64_t here = Must(job->GetProgress()).bytes_transferred;
  EXPECT_GT(here, 0U);
  Must(job->Resume());
  ASSERT_TRUE(world_.RunUntilIdle());
  Must(job->Complete());
  const FileContent whole = FileContent::Synthetic(100'000, 7);
  EXPECT_EQ(world_.disk().Find(kLocal)->content, whole.Slice(10'000, 20'000).Followed(whole.Slice(50'000, 5'000)));
}

TEST(RealParts, AreRefusedWhereThereAreNone) {
  for (const std::string_view script : {R"({"profile": "win11-24h2", "real_files": [{"root": "C:\\x"}]})",
                                        R"({"profile": "win11-24h2", "real_http": true})"}) {
    try {
      MakeWorld(script);
      ADD_FAILURE() << script;
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find("nothing can be real in this build"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace bits::fakes
