// Whose turn it is, and what the network, policies and time do to jobs. The facts stand in facts_job_states_test.cc.
#include <memory>
#include <string>
#include <vector>

#include "fakes/bits/job_states_test.h"

namespace bits::fakes {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kHourOfBytes = 3'600'000;  // at the slow server's 1000 a second

class JobQueue : public JobStatesTest {};

// --- whose turn it is

TEST_F(JobQueue, FilesMoveOneAfterAnother) {
  const auto job = Download(kSlowUrl);
  Must(job->AddFile(kSlowUrl, kOther));
  Must(job->Resume());
  world_.Advance(seconds(51));
  EXPECT_NEAR(static_cast<double>(ProgressOf(*job, 0).bytes_transferred), 50'000, 100);
  EXPECT_EQ(ProgressOf(*job, 1).bytes_transferred, 0U);
  // The interruption must not count for the second file, which is asked for when the first is here.
  Must(job->Suspend());
  Must(job->Resume());
  world_.Advance(seconds(51) + kWhileConnecting);
  EXPECT_EQ(Must(job->GetProgress()).files_transferred, 1U);
  EXPECT_EQ(ProgressOf(*job, 1).bytes_transferred, 0U);
  Must(job->Suspend());
  Must(job->Resume());
  world_.Advance(seconds(102));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  Must(job->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->content, FileContent::Synthetic(100'000, 7));
  EXPECT_EQ(world_.disk().Find(kOther)->content, FileContent::Synthetic(100'000, 7));
}

TEST_F(JobQueue, AFileThatFailsStopsTheJob) {
  const auto job = Download(kMissingUrl);
  Must(job->AddFile(kUrl, kOther));
  Must(job->Resume());
  world_.Advance(hours(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  const JobProgress progress = Must(job->GetProgress());
  EXPECT_EQ(progress.files_total, 2U);
  EXPECT_EQ(progress.files_transferred, 0U);
  EXPECT_EQ(progress.bytes_transferred, 0U);
}

TEST_F(JobQueue, ForegroundJobsMoveAtOnceBesideOneBackgroundJob) {
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  for (int i = 0; i < 5; ++i) {
    jobs.push_back(Download(kSlowUrl, std::string(kLocal) + std::to_string(i)));
    if (i < 3) Must(jobs.back()->SetPriority(JobPriority::kForeground));
    Must(jobs.back()->Resume());
  }
  world_.Advance(kWhileTransferring);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(StateOf(*jobs[i]), JobState::kTransferring) << i;
  EXPECT_EQ(StateOf(*jobs[4]), JobState::kQueued);
  // One that leaves the foreground finds the line taken; one that comes there does not wait.
  Must(jobs[0]->SetPriority(JobPriority::kNormal));
  Must(jobs[4]->SetPriority(JobPriority::kForeground));
  EXPECT_EQ(StateOf(*jobs[0]), JobState::kQueued);
  EXPECT_EQ(StateOf(*jobs[4]), JobState::kConnecting);
  // And one that goes there while it moves leaves the line to the next.
  Must(jobs[3]->SetPriority(JobPriority::kForeground));
  EXPECT_EQ(StateOf(*jobs[3]), JobState::kTransferring);
  EXPECT_EQ(StateOf(*jobs[0]), JobState::kConnecting);
}

TEST_F(JobQueue, BackgroundJobsTakeTurns) {
  Serve(kSlowUrl, 10 * kHourOfBytes);
  const Time slice = world_.options().time_slice;
  const auto first = Resumed(kSlowUrl, Time{});
  const auto second = Resumed(kSlowUrl, Time{}, kOther);
  const auto low = Download(kSlowUrl, R"(C:\Users\alice\low)");
  Must(low->SetPriority(JobPriority::kLow));
  Must(low->Resume());
  for (int turn = 0; turn < 3; ++turn) {
    world_.Advance(slice / 2);
    EXPECT_EQ(StateOf(*first), JobState::kTransferring);
    EXPECT_EQ(StateOf(*second), JobState::kQueued);
    world_.Advance(slice);
    EXPECT_EQ(StateOf(*first), JobState::kQueued);
    EXPECT_EQ(StateOf(*second), JobState::kTransferring);
    EXPECT_EQ(StateOf(*low), JobState::kQueued);
    world_.Advance(slice / 2);
  }
  Must(first->Suspend());
  Must(second->Suspend());
  world_.Advance(slice * 3);
  EXPECT_EQ(StateOf(*low), JobState::kTransferring);
}

// --- what happens to the machine

TEST_F(JobQueue, TheNetworkGoes) {
  const auto transferring = Resumed(kSlowUrl);
  const auto queued = Resumed(kSlowUrl, Time{}, kOther);
  const auto suspended = Download(kUrl, R"(C:\Users\alice\suspended)");
  const auto connecting = Download(kSlowUrl, R"(C:\Users\alice\connecting)");
  Must(connecting->SetPriority(JobPriority::kForeground));
  Must(connecting->Resume());
  world_.SetNetworkConnected(false);
  for (BackgroundCopyJob* const job : {transferring.get(), queued.get(), connecting.get()}) {
    EXPECT_EQ(StateOf(*job), JobState::kTransientError);
    EXPECT_EQ(CodeOf(*job), "BG_E_NETWORK_DISCONNECTED"_hr);
  }
  EXPECT_EQ(StateOf(*suspended), JobState::kSuspended);
  Must(suspended->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(CodeOf(*suspended), "BG_E_NETWORK_DISCONNECTED"_hr);
  // One whose turn does not come because its owner is not there is no exception.
  world_.SetNetworkConnected(true);
  world_.LogOff("alice");
  EXPECT_EQ(StateOf(*queued), JobState::kQueued);
  world_.SetNetworkConnected(false);
  EXPECT_EQ(StateOf(*queued), JobState::kTransientError);
}

TEST_F(JobQueue, TheNetworkComesBack) {
  const auto fatal = Resumed(kMissingUrl);
  const auto unreachable = Unreached(kOther);
  const auto cut_off = Resumed(kUrl, Time{}, R"(C:\Users\alice\setup.msi)");
  world_.SetNetworkConnected(false);
  EXPECT_EQ(CodeOf(*unreachable), "BG_E_CONNECT_FAILURE"_hr);
  world_.SetNetworkConnected(true);
  EXPECT_TRUE(IsUnderWay(StateOf(*unreachable)));
  EXPECT_TRUE(IsUnderWay(StateOf(*cut_off)));
  EXPECT_EQ(StateOf(*fatal), JobState::kError);
  world_.Advance(minutes(2));
  EXPECT_EQ(StateOf(*unreachable), JobState::kTransferred);
  EXPECT_EQ(StateOf(*cut_off), JobState::kTransferred);
}

TEST_F(JobQueue, UnavailableIsTransientAndDeniedIsFatal) {
  struct Row {
    std::uint32_t status;
    HResult code;
    JobState state;
  };
  const Row rows[] = {{503, "BG_E_HTTP_ERROR_503"_hr, JobState::kTransientError},
                      {403, "BG_E_HTTP_ERROR_403"_hr, JobState::kError},
                      {404, "BG_E_HTTP_ERROR_404"_hr, JobState::kError}};
  for (const Row& row : rows) {
    Serve(kSlowUrl, 1).status = row.status;
    const auto job = Resumed(kSlowUrl);
    EXPECT_EQ(StateOf(*job), row.state) << row.status;
    EXPECT_EQ(CodeOf(*job), row.code);
    Must(job->Cancel());
  }
  const auto denied = Resumed(R"(\\fileserver\share\tools.zip)");
  EXPECT_EQ(StateOf(*denied), JobState::kError);
  EXPECT_EQ(CodeOf(*denied), "E_ACCESSDENIED"_hr);
}

TEST_F(JobQueue, AnInactiveJobIsCancelled) {
  const auto job = Download(kUrl);
  world_.Advance(hours(24 * 89));
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  world_.Advance(hours(24 * 2));
  EXPECT_EQ(StateOf(*job), JobState::kCancelled);
  EXPECT_EQ(Must(Must(alice_.manager->EnumJobs(0))->GetCount()), 0U);
}

TEST_F(JobQueue, ActivityKeepsAJob) {
  HttpResource& broken = Serve(kSlowUrl, 3000);
  broken.cut_after = 1000;
  const auto changed = Download(kUrl);
  const auto moved = Resumed(kSlowUrl, seconds(10), kOther);
  const auto retrying = Resumed(kUnreachableUrl, seconds(10), R"(C:\Users\alice\never)");
  for (BackgroundCopyJob* const job : {moved.get(), retrying.get()}) {
    Must(job->SetNoProgressTimeout(1'000'000'000));
    Must(job->SetMinimumRetryDelay(80 * 86'400));
    Must(job->Resume());
  }
  world_.Advance(hours(24 * 80));
  Must(changed->SetDescription("still wanted"));
  world_.Advance(hours(24 * 12));
  EXPECT_EQ(StateOf(*changed), JobState::kSuspended);
  EXPECT_EQ(StateOf(*moved), JobState::kTransferred);
  EXPECT_EQ(StateOf(*retrying), JobState::kCancelled);
  world_.Advance(hours(24 * 80));
  EXPECT_EQ(StateOf(*changed), JobState::kCancelled);
}

TEST_F(JobQueue, NoBandwidthBlocksBackgroundJobs) {
  const auto moving = Resumed(kSlowUrl);
  const auto foreground = Download(kSlowUrl, R"(C:\Users\alice\foreground)");
  Must(foreground->SetPriority(JobPriority::kForeground));
  Must(foreground->Resume());
  world_.SetPolicy("MaxInternetBandwidth", 0);
  const auto later = Resumed(kSlowUrl, kWhileTransferring, kOther);
  const auto later_foreground = Download(kSlowUrl, R"(C:\Users\alice\later)");
  Must(later_foreground->SetPriority(JobPriority::kForeground));
  Must(later_foreground->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*later_foreground), JobState::kTransferring);
  for (BackgroundCopyJob* const job : {moving.get(), later.get()}) {
    EXPECT_EQ(StateOf(*job), JobState::kTransientError);
    EXPECT_EQ(CodeOf(*job), "BG_E_BLOCKED_BY_POLICY"_hr);
  }
  EXPECT_EQ(StateOf(*foreground), JobState::kTransferring);
  world_.SetPolicy("MaxInternetBandwidth", 100);
  EXPECT_TRUE(IsUnderWay(StateOf(*moving)));
  EXPECT_TRUE(IsUnderWay(StateOf(*later)));
}

}  // namespace
}  // namespace bits::fakes
