// The documented states of a job, and what leads from one to another.
#include <iterator>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/job_states_test.h"
#include "harness/api/bits_token_options.h"

namespace bits::fakes {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Fact kFacts[] = {
    // --- the states
    {"STATE-01", "The nine states have the numbers 0 (QUEUED) to 8 (CANCELLED)", "bg_job_state",
     "JobStates.HaveTheNumbersOfTheSdk", ""},
    {"STATE-02", "A resumed job waits in QUEUED until its turn comes, then it is CONNECTING", "bg_job_state",
     "JobStates.AResumedJobWaitsForItsTurn", ""},
    {"STATE-03", "When its time slice is over, a job for which another waits goes back to QUEUED", "bg_job_state",
     "JobQueue.BackgroundJobsTakeTurns", ""},
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
     "JobStateCalls.EveryStateCallIsLegalUntilTheEnd", ""},
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
     "JobStateCalls.EveryStateCallIsLegalUntilTheEnd", ""},
    {"STATE-20", "ACKNOWLEDGED and CANCELLED are final: the job left the queue and is neither listed nor found",
     "life-cycle-of-a-bits-job", "JobStates.AFinalJobHasLeftTheQueue", ""},
    // --- the rules
    {"STATE-21", "Only Suspend, Resume, Cancel and Complete change the state; setters and AddFile do not",
     "life-cycle-of-a-bits-job", "JobStateCalls.SettersLeaveTheStateAlone", ""},
    {"STATE-22", "The four are legal in every state that is not final", "life-cycle-of-a-bits-job",
     "JobStateCalls.EveryStateCallIsLegalUntilTheEnd", ""},
    {"STATE-23", "In a final state each of the four yields BG_E_INVALID_STATE", "ibackgroundcopyjob-suspend",
     "JobStateCalls.AFinalJobTakesNoStateCalls", ""},
    {"STATE-24", "Suspend on a suspended job and Resume on one under way change nothing", "life-cycle-of-a-bits-job",
     "JobStateCalls.AStateThatIsThereAlreadyStays", ""},
    {"STATE-25", "Resume of a job without files yields BG_E_EMPTY, and it stays SUSPENDED", "ibackgroundcopyjob-resume",
     "JobStateCalls.ResumeNeedsAFile", ""},
    {"STATE-26", "An upload can be completed in TRANSFERRED only: else BG_E_INVALID_STATE",
     "ibackgroundcopyjob-complete", "JobStateCalls.AnUploadIsCompletedWhenItIsTransferred", ""},
    {"STATE-27", "Complete of a download under way keeps its whole files: BG_S_PARTIAL_COMPLETE",
     "ibackgroundcopyjob-complete", "JobStateCalls.CompleteUnderWayKeepsTheWholeFiles", ""},
    {"STATE-28", "A rename that fails in Complete leaves the job in TRANSFERRED; files renamed before are there",
     "ibackgroundcopyjob-complete", "JobStateCalls.AFailedRenameLeavesTheJobTransferred", ""},
    {"STATE-29", "Who calls Complete owns the files, even of another's job", "ibackgroundcopyjob-complete",
     "JobStateCalls.TheCallerOfCompleteOwnsTheFiles", ""},
    {"STATE-30", "Cancel deletes the temporary files", "ibackgroundcopyjob-cancel",
     "JobStateCalls.CancelDeletesTheTemporaryFiles", ""},
    {"STATE-31", "Temporary files that cannot be deleted make Cancel yield BG_S_UNABLE_TO_DELETE_FILES",
     "ibackgroundcopyjob-cancel", "JobStateCalls.CancelTellsOfFilesItLeaves", ""},
    {"STATE-32", "The cancelling of an upload is tried at the server for a day, or the no-progress timeout if shorter",
     "ibackgroundcopyjob-cancel", "", "the simulated servers keep no session of an upload that could be ended"},
    {"STATE-33", "The files of a job move one after another, in the order in which they were added",
     "ibackgroundcopyjob-addfile", "JobQueue.FilesMoveOneAfterAnother", ""},
    {"STATE-34", "A file that fails stops its job: those after it wait, and it cannot be taken out", "handling-errors",
     "JobQueue.AFileThatFailsStopsTheJob", ""},
    {"STATE-35", "All foreground jobs move at once, beside one background job", "bg_job_priority",
     "JobQueue.ForegroundJobsMoveAtOnceBesideOneBackgroundJob", ""},
    {"STATE-36", "Background jobs of one priority take turns; those of a lower one wait", "bg_job_priority",
     "JobQueue.BackgroundJobsTakeTurns", ""},
    {"STATE-37",
     "When the network goes, jobs that are queued or under way are in TRANSIENT_ERROR with "
     "BG_E_NETWORK_DISCONNECTED",
     "users-and-network-connections", "JobQueue.TheNetworkGoes", ""},
    {"STATE-38", "When the network is back, every job in TRANSIENT_ERROR is queued, whatever its error",
     "users-and-network-connections", "JobQueue.TheNetworkComesBack", ""},
    {"STATE-39", "A server that is unavailable is a transient error, access that is denied a fatal one",
     "best-practices-when-using-bits", "JobQueue.UnavailableIsTransientAndDeniedIsFatal", ""},
    {"STATE-40", "A job without activity for 90 days is cancelled by the service", "group-policies",
     "JobQueue.AnInactiveJobIsCancelled", ""},
    {"STATE-41", "Progress and changes of properties begin the 90 days anew; retries do not",
     "completing-and-canceling-a-job", "JobQueue.ActivityKeepsAJob", ""},
    {"STATE-42", "With a bandwidth limit of 0 background jobs are in TRANSIENT_ERROR with BG_E_BLOCKED_BY_POLICY",
     "group-policies", "JobQueue.NoBandwidthBlocksBackgroundJobs", ""},
    {"STATE-43", "They are queued again when the limit no longer holds", "group-policies",
     "JobQueue.NoBandwidthBlocksBackgroundJobs", ""},
};

class JobStates : public JobStatesTest {};

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

}  // namespace

std::span<const Fact> JobStateFacts() { return kFacts; }

}  // namespace bits::fakes
