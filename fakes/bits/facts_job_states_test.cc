// The documented states of a job, and what leads from one to another.
#include <iterator>
#include <string>
#include <vector>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/simulation_test.h"
#include "harness/api/bits_token_options.h"

namespace bits::fakes {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Fact kFacts[] = {
    // --- the states
    {"STATE-01", "The nine states have the numbers 0 (QUEUED) to 8 (CANCELLED)", "bg_job_state",
     "JobStates.HaveTheNumbersOfTheSdk", ""},
    {"STATE-02", "A resumed job waits in QUEUED until its turn comes, then it is CONNECTING", "bg_job_state",
     "JobStates.AResumedJobWaitsForItsTurn", ""},
    {"STATE-03", "When its time slice is over, a job for which another waits goes back to QUEUED", "bg_job_state",
     "JobStates.BackgroundJobsTakeTurns", ""},
    {"STATE-04", "A job under way goes to QUEUED when its owner logs off, and on when they are back", "bg_job_state",
     "JobStates.AJobRestsWhileItsOwnerIsLoggedOff", ""},
    {"STATE-05", "CONNECTING becomes TRANSFERRING when the server answers", "bg_job_state",
     "JobStates.TransfersOnceTheServerIsReached", ""},
    {"STATE-06", "CONNECTING becomes TRANSIENT_ERROR when the server is not reached", "bg_job_state",
     "JobStates.AServerThatIsNotReachedIsATransientError", ""},
    {"STATE-07", "TRANSFERRING becomes TRANSFERRED when every file is here", "bg_job_state",
     "JobStates.TransfersOnceTheServerIsReached", ""},
    {"STATE-08", "TRANSFERRING becomes TRANSIENT_ERROR by an error that may pass, and keeps what it has",
     "bg_job_state", "JobStates.ABrokenConnectionIsATransientError", ""},
    {"STATE-09", "TRANSFERRING becomes ERROR by an error that will not pass", "bg_job_state",
     "JobStates.ALocalFileThatCannotBeWrittenIsAnError", ""},
    {"STATE-10", "SUSPENDED is where a job begins and what Suspend leads to; Resume goes on where it was",
     "bg_job_state", "JobStates.SuspendKeepsWhatIsThere", ""},
    {"STATE-11", "A suspended job ends by Complete or Cancel", "bg_job_state",
     "JobStates.EveryStateCallIsLegalUntilTheEnd", ""},
    {"STATE-12", "A job enters ERROR when it has made no progress for the no-progress timeout", "bg_job_state",
     "JobStates.NoProgressForTooLongIsAnError", ""},
    {"STATE-13", "A job enters ERROR with BG_E_TOKEN_REQUIRED when its helper token is missing",
     "helper-tokens-for-bits-transfer-jobs", "JobStates.AMissingHelperTokenIsAnError", ""},
    {"STATE-14", "From ERROR a job goes to QUEUED by Resume once the cause is gone", "bg_job_state",
     "JobStates.ResumeLeadsOutOfErrorOnceTheCauseIsGone", ""},
    {"STATE-15", "From ERROR a download is ended by Complete, with the files that are here, or by Cancel",
     "bg_job_state", "JobStates.CompleteInErrorKeepsTheWholeFiles", ""},
    {"STATE-16", "A transient error is retried after the minimum retry delay", "bg_job_state",
     "JobStates.ATransientErrorIsRetriedAfterTheDelay", ""},
    {"STATE-17", "Resume retries a transient error at once", "bg_job_state",
     "JobStates.ResumeRetriesATransientErrorAtOnce", ""},
    {"STATE-18", "In TRANSFERRED files can be added, and Resume fetches them", "bg_job_state",
     "JobStates.FilesCanBeAddedToATransferredJob", ""},
    {"STATE-19", "TRANSFERRED becomes ACKNOWLEDGED by Complete, CANCELLED by Cancel", "bg_job_state",
     "JobStates.EveryStateCallIsLegalUntilTheEnd", ""},
    {"STATE-20", "ACKNOWLEDGED and CANCELLED are final: the job left the queue and is neither listed nor found",
     "life-cycle-of-a-bits-job", "JobStates.AFinalJobHasLeftTheQueue", ""},
    // --- the rules
    {"STATE-21", "Only Suspend, Resume, Cancel and Complete change the state; setters and AddFile do not",
     "life-cycle-of-a-bits-job", "JobStates.SettersLeaveTheStateAlone", ""},
    {"STATE-22", "The four are legal in every state that is not final", "life-cycle-of-a-bits-job",
     "JobStates.EveryStateCallIsLegalUntilTheEnd", ""},
    {"STATE-23", "In a final state each of the four yields BG_E_INVALID_STATE", "ibackgroundcopyjob-suspend",
     "JobStates.AFinalJobTakesNoStateCalls", ""},
    {"STATE-24", "Suspend on a suspended job and Resume on one under way change nothing", "life-cycle-of-a-bits-job",
     "JobStates.AStateThatIsThereAlreadyStays", ""},
    {"STATE-25", "Resume of a job without files yields BG_E_EMPTY, and it stays SUSPENDED", "ibackgroundcopyjob-resume",
     "JobStates.ResumeNeedsAFile", ""},
    {"STATE-26", "An upload can be completed in TRANSFERRED only: else BG_E_INVALID_STATE",
     "ibackgroundcopyjob-complete", "JobStates.AnUploadIsCompletedWhenItIsTransferred", ""},
    {"STATE-27", "Complete of a download under way keeps its whole files: BG_S_PARTIAL_COMPLETE",
     "ibackgroundcopyjob-complete", "JobStates.CompleteUnderWayKeepsTheWholeFiles", ""},
    {"STATE-28", "A rename that fails in Complete leaves the job in TRANSFERRED; files renamed before are there",
     "ibackgroundcopyjob-complete", "JobStates.AFailedRenameLeavesTheJobTransferred", ""},
    {"STATE-29", "Who calls Complete owns the files, even of another's job", "ibackgroundcopyjob-complete",
     "JobStates.TheCallerOfCompleteOwnsTheFiles", ""},
    {"STATE-30", "Cancel deletes the temporary files", "ibackgroundcopyjob-cancel",
     "JobStates.CancelDeletesTheTemporaryFiles", ""},
    {"STATE-31", "Temporary files that cannot be deleted make Cancel yield BG_S_UNABLE_TO_DELETE_FILES",
     "ibackgroundcopyjob-cancel", "JobStates.CancelTellsOfFilesItLeaves", ""},
    {"STATE-32", "The cancelling of an upload is tried at the server for a day, or the no-progress timeout if shorter",
     "ibackgroundcopyjob-cancel", "", "the simulated servers keep no session of an upload that could be ended"},
    {"STATE-33", "The files of a job move one after another, in the order in which they were added",
     "ibackgroundcopyjob-addfile", "JobStates.FilesMoveOneAfterAnother", ""},
    {"STATE-34", "A file that fails stops its job: those after it wait, and it cannot be taken out", "handling-errors",
     "JobStates.AFileThatFailsStopsTheJob", ""},
    {"STATE-35", "All foreground jobs move at once, beside one background job", "bg_job_priority",
     "JobStates.ForegroundJobsMoveAtOnceBesideOneBackgroundJob", ""},
    {"STATE-36", "Background jobs of one priority take turns; those of a lower one wait", "bg_job_priority",
     "JobStates.BackgroundJobsTakeTurns", ""},
    {"STATE-37",
     "When the network goes, jobs that are queued or under way are in TRANSIENT_ERROR with "
     "BG_E_NETWORK_DISCONNECTED",
     "users-and-network-connections", "JobStates.TheNetworkGoes", ""},
    {"STATE-38", "When the network is back, every job in TRANSIENT_ERROR is queued, whatever its error",
     "users-and-network-connections", "JobStates.TheNetworkComesBack", ""},
    {"STATE-39", "A server that is unavailable is a transient error, access that is denied a fatal one",
     "best-practices-when-using-bits", "JobStates.UnavailableIsTransientAndDeniedIsFatal", ""},
    {"STATE-40", "A job without activity for 90 days is cancelled by the service", "group-policies",
     "JobStates.AnInactiveJobIsCancelled", ""},
    {"STATE-41", "Progress and changes of properties begin the 90 days anew; retries do not",
     "completing-and-canceling-a-job", "JobStates.ActivityKeepsAJob", ""},
    {"STATE-42", "With a bandwidth limit of 0 background jobs are in TRANSIENT_ERROR with BG_E_BLOCKED_BY_POLICY",
     "group-policies", "JobStates.NoBandwidthBlocksBackgroundJobs", ""},
    {"STATE-43", "They are queued again when the limit no longer holds", "group-policies",
     "JobStates.NoBandwidthBlocksBackgroundJobs", ""},
};

constexpr std::string_view kSlowOrigin = "http://slow.contoso.test";
constexpr std::string_view kOther = R"(C:\Users\alice\other)";
// The slow server's 1000 bytes a second.
constexpr std::uint64_t kHourOfBytes = 3'600'000;

class JobStates : public SimulationTest {
 protected:
  // A file on the slow server.
  HttpResource& Serve(std::string_view url, std::uint64_t size) {
    return world_.network().AddHttpResource(url, FileContent::Synthetic(size, 11));
  }
  HttpServer& SlowServer() { return world_.network().GetHttpServer(kSlowOrigin); }

  // The files in alice's directory that nobody sees.
  std::vector<std::string> Temporaries() {
    std::vector<std::string> paths;
    for (const std::string& path : world_.disk().Files(R"(C:\Users\alice)")) {
      if (world_.disk().Find(path)->hidden) paths.push_back(path);
    }
    return paths;
  }

  FileProgress ProgressOf(BackgroundCopyJob& job, std::size_t index) {
    const auto files = Must(Must(job.EnumFiles())->Next(10));
    return Must(files.at(index)->GetProgress());
  }

  // A job that did not reach its server, which is there again.
  std::unique_ptr<BackgroundCopyJob> Unreached(std::string_view local = kLocal) {
    SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
    auto job = Resumed(kSlowUrl, kWhileTransferring, local);
    SlowServer().failure = HResult();
    return job;
  }

  // A job that has come to that state, which is none of the final ones.
  std::unique_ptr<BackgroundCopyJob> JobIn(JobState state) {
    switch (state) {
      case JobState::kSuspended:
        return Download(kSlowUrl);
      case JobState::kQueued:
        blocker_ = Resumed(kSlowUrl, Time{}, kOther);
        return Resumed(kSlowUrl, Time{});
      case JobState::kConnecting:
        return Resumed(kSlowUrl, kWhileConnecting);
      case JobState::kTransferring:
        return Resumed(kSlowUrl);
      case JobState::kError:
        return Resumed(kMissingUrl);
      case JobState::kTransientError:
        return Unreached();
      default:
        return Resumed(kUrl);
    }
  }
  void CancelAll() {
    for (const auto& job : Must(Must(alice_.manager->EnumJobs(0))->Next(100))) Must(job->Cancel());
    blocker_.reset();
  }

  static constexpr JobState kNotFinal[] = {JobState::kQueued,     JobState::kConnecting, JobState::kTransferring,
                                           JobState::kSuspended,  JobState::kError,      JobState::kTransientError,
                                           JobState::kTransferred};

 private:
  std::unique_ptr<BackgroundCopyJob> blocker_;
};

bool IsUnderWay(JobState state) {
  return state == JobState::kQueued || state == JobState::kConnecting || state == JobState::kTransferring;
}

// --- the states

TEST_F(JobStates, HaveTheNumbersOfTheSdk) {
  constexpr std::string_view kNames[] = {"QUEUED",          "CONNECTING",  "TRANSFERRING", "SUSPENDED", "ERROR",
                                         "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"};
  for (std::uint32_t i = 0; i < std::size(kNames); ++i) EXPECT_EQ(NameOf(static_cast<JobState>(i)), kNames[i]);
  for (const JobState state : kNotFinal) {
    const auto job = JobIn(state);
    EXPECT_EQ(StateOf(*job), state);
    CancelAll();
  }
}

TEST_F(JobStates, AResumedJobWaitsForItsTurn) {
  const auto first = Resumed(kSlowUrl);
  const auto second = Resumed(kSlowUrl, seconds(50), kOther);
  EXPECT_EQ(StateOf(*second), JobState::kQueued);
  world_.Advance(seconds(41) + kWhileConnecting);
  EXPECT_EQ(StateOf(*first), JobState::kTransferred);
  EXPECT_EQ(StateOf(*second), JobState::kConnecting);
}

TEST_F(JobStates, AJobRestsWhileItsOwnerIsLoggedOff) {
  const auto job = Resumed(kSlowUrl);
  world_.LogOff("alice");
  EXPECT_EQ(StateOf(*job), JobState::kQueued);
  const std::uint64_t bytes = Must(job->GetProgress()).bytes_transferred;
  world_.Advance(hours(24));
  EXPECT_EQ(StateOf(*job), JobState::kQueued);
  EXPECT_EQ(Must(job->GetProgress()).bytes_transferred, bytes);
  world_.LogOn("alice");
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  EXPECT_GT(Must(job->GetProgress()).bytes_transferred, bytes);
}

TEST_F(JobStates, TransfersOnceTheServerIsReached) {
  const auto job = Resumed(kSlowUrl, kWhileConnecting);
  EXPECT_EQ(StateOf(*job), JobState::kConnecting);
  world_.Advance(kToConnect);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.Advance(seconds(98));
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.Advance(seconds(3));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(JobStates, AServerThatIsNotReachedIsATransientError) {
  SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
  const auto job = Resumed(kSlowUrl, kWhileConnecting);
  EXPECT_EQ(StateOf(*job), JobState::kConnecting);
  world_.Advance(kToConnect);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(CodeOf(*job), "BG_E_CONNECT_FAILURE"_hr);
}

TEST_F(JobStates, ABrokenConnectionIsATransientError) {
  HttpResource& file = Serve(kSlowUrl, 20'000);
  file.cut_after = 5000;
  const auto job = Resumed(kSlowUrl);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(CodeOf(*job), "BG_E_CONNECTION_CLOSED"_hr);
  EXPECT_EQ(Must(job->GetProgress()).bytes_transferred, 5000U);
  // A retry that does not reach the server loses nothing either.
  SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(Must(job->GetProgress()).bytes_transferred, 5000U);
}

TEST_F(JobStates, ALocalFileThatCannotBeWrittenIsAnError) {
  const auto job = Resumed(kSlowUrl);
  world_.disk().SetLocked(Temporaries().at(0), true);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.Advance(seconds(100));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(ContextOf(*job), ErrorContext::kLocalFile);
}

TEST_F(JobStates, SuspendKeepsWhatIsThere) {
  const auto job = Download(kSlowUrl);
  world_.Advance(hours(1));
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  Must(job->Resume());
  world_.Advance(seconds(51));
  EXPECT_EQ(job->Suspend(), HResult());
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  world_.Advance(hours(1));
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  Must(job->Resume());
  world_.Advance(seconds(52));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  Must(job->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->content, FileContent::Synthetic(100'000, 7));
}

TEST_F(JobStates, NoProgressForTooLongIsAnError) {
  const auto job = Download(kUnreachableUrl);
  Must(job->SetMinimumRetryDelay(600));
  Must(job->SetNoProgressTimeout(1500));
  Must(job->Resume());
  world_.Advance(seconds(1499));
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  world_.Advance(seconds(2));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_NAME_RESOLUTION_FAILURE"_hr);
}

TEST_F(JobStates, AMissingHelperTokenIsAnError) {
  const auto job = Download(kUrl);
  Must(Must(Query<BitsTokenOptions>(*job))->SetHelperTokenFlags(HelperTokenFlags::kNetwork));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_TOKEN_REQUIRED"_hr);
}

TEST_F(JobStates, ResumeLeadsOutOfErrorOnceTheCauseIsGone) {
  const auto job = Resumed(kMissingUrl);
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  world_.network().AddHttpResource(kMissingUrl, FileContent("here"));
  Must(job->Resume());
  EXPECT_TRUE(IsUnderWay(StateOf(*job)));
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(JobStates, CompleteInErrorKeepsTheWholeFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kMissingUrl, kOther));
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kAcknowledged);
  EXPECT_NE(world_.disk().Find(kLocal), nullptr);
  EXPECT_EQ(world_.disk().Find(kOther), nullptr);
  const auto cancelled = Resumed(kMissingUrl);
  EXPECT_EQ(cancelled->Cancel(), HResult());
  EXPECT_EQ(StateOf(*cancelled), JobState::kCancelled);
}

TEST_F(JobStates, ATransientErrorIsRetriedAfterTheDelay) {
  SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
  const auto job = Download(kSlowUrl);
  Must(job->SetMinimumRetryDelay(60));
  Must(job->Resume());
  world_.Advance(seconds(2));
  SlowServer().failure = HResult();
  world_.Advance(seconds(58));
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  world_.Advance(seconds(1) + kWhileConnecting);
  EXPECT_EQ(StateOf(*job), JobState::kConnecting);
  EXPECT_EQ(CodeOf(*job), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
}

TEST_F(JobStates, ResumeRetriesATransientErrorAtOnce) {
  const auto job = Unreached();
  EXPECT_EQ(job->Resume(), HResult());
  EXPECT_EQ(StateOf(*job), JobState::kConnecting);
}

TEST_F(JobStates, FilesCanBeAddedToATransferredJob) {
  const auto job = Resumed(kUrl);
  EXPECT_EQ(job->AddFile(kUrl, kOther), HResult());
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(job->Resume(), HResult());
  EXPECT_TRUE(IsUnderWay(StateOf(*job)));
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  EXPECT_EQ(job->Complete(), HResult());
  EXPECT_NE(world_.disk().Find(kOther), nullptr);
}

TEST_F(JobStates, AFinalJobHasLeftTheQueue) {
  const auto completed = Resumed(kUrl);
  const auto cancelled = Download(kUrl, kOther);
  const Guid ids[] = {Must(completed->GetId()), Must(cancelled->GetId())};
  EXPECT_EQ(Must(Must(alice_.manager->EnumJobs(0))->GetCount()), 2U);
  Must(completed->Complete());
  Must(cancelled->Cancel());
  EXPECT_EQ(Must(Must(alice_.manager->EnumJobs(0))->GetCount()), 0U);
  for (const Guid& id : ids) EXPECT_EQ(HResultOf(alice_.manager->GetJob(id)), "BG_E_NOT_FOUND"_hr);
  world_.Advance(hours(24));
  EXPECT_EQ(StateOf(*completed), JobState::kAcknowledged);
  EXPECT_EQ(StateOf(*cancelled), JobState::kCancelled);
}

// --- who changes the state

TEST_F(JobStates, SettersLeaveTheStateAlone) {
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

TEST_F(JobStates, EveryStateCallIsLegalUntilTheEnd) {
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

TEST_F(JobStates, AFinalJobTakesNoStateCalls) {
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

TEST_F(JobStates, AStateThatIsThereAlreadyStays) {
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

TEST_F(JobStates, ResumeNeedsAFile) {
  const auto job = MakeJob();
  EXPECT_EQ(job->Resume(), "BG_E_EMPTY"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
}

// --- how jobs end

TEST_F(JobStates, AnUploadIsCompletedWhenItIsTransferred) {
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

TEST_F(JobStates, CompleteUnderWayKeepsTheWholeFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, kOther));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  EXPECT_EQ(job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  EXPECT_EQ(world_.disk().Files(R"(C:\Users\alice)"), std::vector<std::string>{std::string(kLocal)});
}

TEST_F(JobStates, AFailedRenameLeavesTheJobTransferred) {
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

TEST_F(JobStates, TheCallerOfCompleteOwnsTheFiles) {
  const auto mine = Resumed(kUrl);
  Must(mine->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->security.owner, alice_.process->token()->sid());
  const auto job = Resumed(kUrl, seconds(1), kOther);
  const Client olivia(world_, cast_.OtherAdmin());
  Must(Must(olivia.manager->GetJob(Must(job->GetId())))->Complete());
  EXPECT_EQ(world_.disk().Find(kOther)->security.owner, olivia.process->token()->sid());
}

TEST_F(JobStates, CancelDeletesTheTemporaryFiles) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, kOther));
  Must(job->Resume());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(Temporaries().size(), 2U);
  EXPECT_EQ(job->Cancel(), HResult());
  EXPECT_TRUE(world_.disk().Files(R"(C:\Users\alice)").empty());
}

TEST_F(JobStates, CancelTellsOfFilesItLeaves) {
  const auto job = Resumed(kSlowUrl);
  world_.disk().SetLocked(Temporaries().at(0), true);
  EXPECT_EQ(job->Cancel(), "BG_S_UNABLE_TO_DELETE_FILES"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kCancelled);
  EXPECT_EQ(Temporaries().size(), 1U);
}

// --- whose turn it is

TEST_F(JobStates, FilesMoveOneAfterAnother) {
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

TEST_F(JobStates, AFileThatFailsStopsTheJob) {
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

TEST_F(JobStates, ForegroundJobsMoveAtOnceBesideOneBackgroundJob) {
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

TEST_F(JobStates, BackgroundJobsTakeTurns) {
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

TEST_F(JobStates, TheNetworkGoes) {
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
}

TEST_F(JobStates, TheNetworkComesBack) {
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

TEST_F(JobStates, UnavailableIsTransientAndDeniedIsFatal) {
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

TEST_F(JobStates, AnInactiveJobIsCancelled) {
  const auto job = Download(kUrl);
  world_.Advance(hours(24 * 89));
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
  world_.Advance(hours(24 * 2));
  EXPECT_EQ(StateOf(*job), JobState::kCancelled);
  EXPECT_EQ(Must(Must(alice_.manager->EnumJobs(0))->GetCount()), 0U);
}

TEST_F(JobStates, ActivityKeepsAJob) {
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

TEST_F(JobStates, NoBandwidthBlocksBackgroundJobs) {
  const auto moving = Resumed(kSlowUrl);
  const auto foreground = Download(kSlowUrl, R"(C:\Users\alice\foreground)");
  Must(foreground->SetPriority(JobPriority::kForeground));
  Must(foreground->Resume());
  world_.SetPolicy("MaxInternetBandwidth", 0);
  const auto later = Resumed(kSlowUrl, kWhileTransferring, kOther);
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

std::span<const Fact> JobStateFacts() { return kFacts; }

}  // namespace bits::fakes
