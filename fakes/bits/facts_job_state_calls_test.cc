// What Suspend, Resume, Cancel and Complete do. The facts stand in facts_job_states_test.cc.
#include <string>
#include <vector>

#include "fakes/bits/job_states_test.h"

namespace bits::fakes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class JobStateCalls : public JobStatesTest {};

// --- who changes the state

TEST_F(JobStateCalls, SettersLeaveTheStateAlone) {
  for (const JobState state : kNotFinal) {
    const auto job = JobIn(state);
    // Another job that would take the line if this one gave it up.
    const auto waiting = Resumed(kSlowUrl, Time{}, R"(C:\Users\alice\waiting)");
    Must(job->SetDisplayName("another name"));
    Must(job->SetDescription("what it is for"));
    Must(job->SetPriority(JobPriority::kLow));
    Must(job->SetPriority(JobPriority::kHigh));
    Must(job->SetNotifyFlags(NotifyFlags::kDisable));
    Must(job->SetNotifyInterface(std::make_shared<CountingCallback>()));
    Must(job->SetMinimumRetryDelay(700));
    Must(job->SetNoProgressTimeout(800));
    Must(job->SetProxySettings(ProxyUsage::kNoProxy, std::nullopt, std::nullopt));
    Must(job->AddFile(kUrl, R"(C:\Users\alice\added)"));
    EXPECT_EQ(StateOf(*job), state);
    CancelAll();
  }
}

TEST_F(JobStateCalls, EveryStateCallIsLegalUntilTheEnd) {
  for (const JobState state : kNotFinal) {
    SCOPED_TRACE(state);
    auto job = JobIn(state);
    EXPECT_EQ(job->Suspend(), HResult());
    EXPECT_EQ(StateOf(*job), JobState::kSuspended);
    EXPECT_EQ(job->Resume(), HResult());
    EXPECT_NE(StateOf(*job), JobState::kSuspended);
    CancelAll();
    job = JobIn(state);
    EXPECT_EQ(job->Resume(), HResult());
    EXPECT_TRUE(IsUnderWay(StateOf(*job)) || state == JobState::kTransferred) << StateOf(*job);
    CancelAll();
    job = JobIn(state);
    EXPECT_EQ(job->Cancel(), HResult());
    EXPECT_EQ(StateOf(*job), JobState::kCancelled);
    CancelAll();
    job = JobIn(state);
    EXPECT_EQ(job->Complete(), state == JobState::kTransferred ? HResult() : "BG_S_PARTIAL_COMPLETE"_hr);
    EXPECT_EQ(StateOf(*job), JobState::kAcknowledged);
    CancelAll();
  }
}

TEST_F(JobStateCalls, AFinalJobTakesNoStateCalls) {
  const auto completed = Resumed(kUrl);
  Must(completed->Complete());
  const auto cancelled = Resumed(kUrl);
  Must(cancelled->Cancel());
  for (BackgroundCopyJob* const job : {completed.get(), cancelled.get()}) {
    const JobState state = StateOf(*job);
    EXPECT_EQ(job->Suspend(), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(job->Resume(), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(job->Cancel(), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(job->Complete(), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(StateOf(*job), state);
  }
}

TEST_F(JobStateCalls, AStateThatIsThereAlreadyStays) {
  auto job = JobIn(JobState::kSuspended);
  EXPECT_EQ(job->Suspend(), HResult());
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  CancelAll();
  for (const JobState state : {JobState::kQueued, JobState::kConnecting, JobState::kTransferring}) {
    job = JobIn(state);
    EXPECT_EQ(job->Resume(), HResult());
    EXPECT_EQ(StateOf(*job), state);
    CancelAll();
  }
}

TEST_F(JobStateCalls, ResumeNeedsAFile) {
  const auto job = MakeJob();
  EXPECT_EQ(job->Resume(), "BG_E_EMPTY"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
}

// --- how jobs end

TEST_F(JobStateCalls, AnUploadIsCompletedWhenItIsTransferred) {
  constexpr std::string_view kUpload = "http://slow.contoso.test/upload";
  Serve(kUpload, 0).accepts_upload = true;
  world_.disk().AddFile(kLocal, FileContent::Synthetic(50'000, 12));
  const auto job = MakeJob(JobType::kUpload);
  Must(job->AddFile(kUpload, kLocal));
  EXPECT_EQ(job->Complete(), "BG_E_INVALID_STATE"_hr);
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(job->Complete(), "BG_E_INVALID_STATE"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.Advance(minutes(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(job->Complete(), HResult());
  EXPECT_EQ(StateOf(*job), JobState::kAcknowledged);
}

TEST_F(JobStateCalls, CompleteUnderWayKeepsTheWholeFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, kOther));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  EXPECT_EQ(job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  EXPECT_EQ(world_.disk().Files(R"(C:\Users\alice)"), std::vector<std::string>{std::string(kLocal)});
}

TEST_F(JobStateCalls, AFailedRenameLeavesTheJobTransferred) {
  world_.disk().AddFile(kOther, FileContent("in use"));
  world_.disk().SetLocked(kOther, true);
  const auto job = Download(kUrl);
  Must(job->AddFile(kUrl, kOther));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(job->Complete(), "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(HResultOf(alice_.manager->GetJob(Must(job->GetId()))), HResult());
  EXPECT_TRUE(ProgressOf(*job, 0).completed);
  EXPECT_FALSE(ProgressOf(*job, 1).completed);
  EXPECT_FALSE(world_.disk().Find(kLocal)->hidden);
  world_.disk().SetLocked(kOther, false);
  EXPECT_EQ(job->Complete(), HResult());
  EXPECT_EQ(world_.disk().Find(kOther)->content, world_.disk().Find(kLocal)->content);
}

TEST_F(JobStateCalls, TheCallerOfCompleteOwnsTheFiles) {
  const auto mine = Resumed(kUrl);
  Must(mine->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->security.owner, alice_.process->token()->sid());
  const auto job = Resumed(kUrl, seconds(1), kOther);
  const Client olivia(world_, cast_.OtherAdmin());
  Must(Must(olivia.manager->GetJob(Must(job->GetId())))->Complete());
  EXPECT_EQ(world_.disk().Find(kOther)->security.owner, olivia.process->token()->sid());
}

TEST_F(JobStateCalls, CancelDeletesTheTemporaryFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, kOther));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(Temporaries().size(), 2U);
  EXPECT_EQ(job->Cancel(), HResult());
  EXPECT_TRUE(world_.disk().Files(R"(C:\Users\alice)").empty());
}

TEST_F(JobStateCalls, CancelTellsOfFilesItLeaves) {
  const auto job = Resumed(kSlowUrl);
  world_.disk().SetLocked(Temporaries().at(0), true);
  EXPECT_EQ(job->Cancel(), "BG_S_UNABLE_TO_DELETE_FILES"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kCancelled);
  EXPECT_EQ(Temporaries().size(), 1U);
}

}  // namespace
}  // namespace bits::fakes
