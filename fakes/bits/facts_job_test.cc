// What a job tells, and who owns it; the facts about jobs. Their files and settings have tests of their own.
#include <string>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/simulation_test.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::fakes {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Fact kFacts[] = {
    // --- files
    {"JOB-01", "Files can be added until Complete or Cancel", "ibackgroundcopyjob-addfile",
     "JobFiles.FilesAreAddedInEveryStateButTheFinalOnes", ""},
    {"JOB-02", "A remote name is http, https or SMB: a UNC path, a drive or a file URL; others are E_INVALIDARG",
     "bg_file_info", "JobFiles.RemoteNamesHaveAKnownProtocol", ""},
    {"JOB-03", "A remote name has at most 2,200 characters, and MAX_PATH in each segment", "bg_file_info",
     "JobFiles.RemoteNamesHaveLimits", ""},
    {"JOB-04", "A remote name has no wildcards, and in a URL only what URLs may have", "bg_file_info",
     "JobFiles.RemoteNamesHaveNoStrangeCharacters", ""},
    {"JOB-05", "A local name is a full path of at most MAX_PATH characters without wildcards, streams or \\\\?\\",
     "bg_file_info", "JobFiles.LocalNamesAreFullPaths", ""},
    {"JOB-06", "The local directory exists", "bg_file_info", "JobFiles.TheLocalDirectoryMustBeThere", ""},
    {"JOB-07", "Who may not write to the local directory gets E_ACCESSDENIED", "ibackgroundcopyjob-addfile",
     "JobFiles.TheCallerMustBeAllowedToWrite", ""},
    {"JOB-08", "An upload has one file: BG_E_TOO_MANY_FILES", "ibackgroundcopyjob-addfile",
     "JobFiles.AnUploadHasOneFile", ""},
    {"JOB-09", "A job has at most 200 files, but for administrators and services: BG_E_TOO_MANY_FILES_IN_JOB",
     "ibackgroundcopyjob-addfile", "JobFiles.HasAtMost200Files", ""},
    {"JOB-10", "AddFileSet refuses what AddFile refuses, and then adds none of the set",
     "ibackgroundcopyjob-addfileset", "JobFiles.AFileSetIsAddedAsAWhole", ""},
    {"JOB-11", "EnumFiles yields the files of the job", "ibackgroundcopyjob-enumfiles", "JobFiles.EnumeratesItsFiles",
     ""},
    // --- the four calls; see also the facts on states
    {"JOB-12", "Suspend is for jobs that are not final: else BG_E_INVALID_STATE", "ibackgroundcopyjob-suspend",
     "JobStateCalls.AFinalJobTakesNoStateCalls", ""},
    {"JOB-13", "Resume needs a file", "ibackgroundcopyjob-resume", "JobStateCalls.ResumeNeedsAFile", ""},
    {"JOB-14", "Resume begins the maximum download time anew", "ibackgroundcopyjob4-setmaximumdownloadtime",
     "JobCalls.ResumeBeginsTheDownloadTimeAnew", ""},
    {"JOB-15", "Resume makes a new remote name count", "ibackgroundcopyfile2-setremotename",
     "JobCalls.ResumeTakesTheNewRemoteName", ""},
    {"JOB-16", "Cancel tells of temporary files that it leaves", "ibackgroundcopyjob-cancel",
     "JobStateCalls.CancelTellsOfFilesItLeaves", ""},
    {"JOB-17", "Complete tells of a download that is not whole", "ibackgroundcopyjob-complete",
     "JobStateCalls.CompleteUnderWayKeepsTheWholeFiles", ""},
    {"JOB-18", "Complete tells of temporary files that it leaves: BG_S_UNABLE_TO_DELETE_FILES",
     "ibackgroundcopyjob-complete", "JobCalls.CompleteTellsOfFilesItLeaves", ""},
    {"JOB-19", "Complete yields the error of a rename that fails", "ibackgroundcopyjob-complete",
     "JobStateCalls.AFailedRenameLeavesTheJobTransferred", ""},
    // --- what it tells
    {"JOB-20", "GetId, GetType and GetState tell what the job is, also when it is final", "ibackgroundcopyjob-getstate",
     "JobCalls.TellsWhatItIs", ""},
    {"JOB-21", "A getter that is given NULL yields E_INVALIDARG", "ibackgroundcopyjob-getprogress", "",
     "getters return their values in the interfaces that the simulation has"},
    {"JOB-22", "The bytes of a job are unknown until the sizes of all its files are known",
     "ibackgroundcopyjob-getprogress", "JobCalls.KnowsItsSizeWhenItKnowsAll", ""},
    {"JOB-23", "The creation time stays", "bg_job_times", "JobCalls.TheCreationTimeStays", ""},
    {"JOB-24", "Every AddFile, setter, state call and change of state is a modification", "bg_job_times",
     "JobCalls.ChangesAreModifications", ""},
    {"JOB-25", "Bytes that move are a modification", "bg_job_times", "JobCalls.MovingBytesAreAModification", ""},
    {"JOB-26", "The completion time is when the job entered TRANSFERRED", "bg_job_times",
     "JobCalls.TheCompletionTimeIsThatOfTransferred", ""},
    {"JOB-27",
     "GetError tells why a job is in ERROR or TRANSIENT_ERROR, or in ERROR only by decision; else "
     "BG_E_ERROR_INFORMATION_UNAVAILABLE",
     "ibackgroundcopyjob-geterror; decision D3", "JobCalls.TellsOfItsError", ""},
    {"JOB-28", "What a method call refuses is no error of the job", "ibackgroundcopyjob-geterror",
     "JobCalls.ARefusedCallIsNoErrorOfTheJob", ""},
    {"JOB-29", "GetOwner is the owner's SID", "ibackgroundcopyjob-getowner", "JobCalls.TellsItsOwner", ""},
    // --- settings
    {"JOB-30", "Setters refuse a final job: BG_E_INVALID_STATE", "ibackgroundcopyjob-setdisplayname",
     "JobSettings.EverySetterRefusesAFinalJob", ""},
    {"JOB-31", "A display name has at most 256 characters: BG_E_STRING_TOO_LONG",
     "ibackgroundcopyjob-setdisplayname; decision D4", "JobSettings.TextsHaveLimits", ""},
    {"JOB-32", "A description has at most 1,024 characters: BG_E_STRING_TOO_LONG", "ibackgroundcopyjob-setdescription",
     "JobSettings.TextsHaveLimits", ""},
    {"JOB-33", "A name or description that is NULL is E_INVALIDARG", "ibackgroundcopyjob-setdescription", "",
     "texts cannot be NULL in the interfaces that the simulation has"},
    {"JOB-34", "The priority is NORMAL unless it is set; a value that is none yields E_NOTIMPL",
     "ibackgroundcopyjob-setpriority", "JobSettings.FourPrioritiesAreKnown", ""},
    {"JOB-35", "Six notify flags are known; others yield E_NOTIMPL", "ibackgroundcopyjob-setnotifyflags",
     "JobSettings.SixNotifyFlagsAreKnown", ""},
    {"JOB-36", "With BG_NOTIFY_DISABLE the other notify flags are ignored", "ibackgroundcopyjob-setnotifyflags",
     "JobSettings.DisableOverrulesTheOtherNotifyFlags", ""},
    {"JOB-37", "The last SetNotifyInterface wins", "ibackgroundcopyjob-setnotifyinterface",
     "JobSettings.TheLastCallbackIsTheOneThatIsCalled", ""},
    {"JOB-38", "NULL removes the callback", "ibackgroundcopyjob-setnotifyinterface",
     "JobSettings.NoCallbackIsCalledOnceItIsRemoved", ""},
    {"JOB-39", "A callback is not kept: it ends with its client, and with the service",
     "ibackgroundcopyjob-setnotifyinterface", "JobSettings.CallbacksEndWithTheirClientAndWithTheService", ""},
    {"JOB-40", "GetNotifyInterface yields the callback", "ibackgroundcopyjob-getnotifyinterface",
     "JobSettings.TheLastCallbackIsTheOneThatIsCalled", ""},
    {"JOB-41", "The minimum retry delay is 600 s unless it is set, and at least 5",
     "ibackgroundcopyjob-setminimumretrydelay", "JobSettings.TheRetryDelayIsTenMinutesAndAtLeastFiveSeconds", ""},
    {"JOB-42", "A retry delay beyond the no-progress timeout means no retry: ERROR at once",
     "ibackgroundcopyjob-setminimumretrydelay", "JobSettings.ARetryDelayBeyondTheTimeoutMeansNoRetry", ""},
    {"JOB-43", "A lost network, a locked disk and a bandwidth of 0 are not retried",
     "ibackgroundcopyjob-setminimumretrydelay", "JobSettings.SomeErrorsWaitForTheirEndAndNotForARetry", ""},
    {"JOB-44", "A change of the wall clock changes no retry", "ibackgroundcopyjob-setminimumretrydelay",
     "JobSettings.TheWallClockDoesNotHastenARetry", ""},
    {"JOB-45", "The no-progress timeout is 14 days unless it is set", "ibackgroundcopyjob-setnoprogresstimeout",
     "JobSettings.TheNoProgressTimeoutIsFourteenDays", ""},
    {"JOB-46", "With a no-progress timeout of 0 every error is fatal", "ibackgroundcopyjob-setnoprogresstimeout",
     "JobSettings.WithoutAnyTimeoutEveryErrorIsFatal", ""},
    {"JOB-47", "A no-progress timeout beyond the inactivity policy: the policy cancels the job",
     "ibackgroundcopyjob-setnoprogresstimeout", "JobSettings.ATimeoutBeyondTheInactivityPolicyEndsWithTheJob", ""},
    {"JOB-48", "Progress begins the no-progress timeout anew", "ibackgroundcopyjob-setnoprogresstimeout",
     "JobSettings.ProgressBeginsTheTimeoutAnew", ""},
    {"JOB-49", "GetErrorCount counts errors and failed retries, and is never reset", "ibackgroundcopyjob-geterrorcount",
     "JobSettings.TheErrorCountCountsErrorsAndFailedRetries", ""},
    {"JOB-50", "A lost network, a locked disk and a bandwidth of 0 do not count", "ibackgroundcopyjob-geterrorcount",
     "JobSettings.SomeErrorsWaitForTheirEndAndNotForARetry", ""},
    {"JOB-51", "Proxies are PRECONFIG unless they are set; lists stand with OVERRIDE, and must stand there",
     "ibackgroundcopyjob-setproxysettings", "JobSettings.ProxyListsBelongToOverride", ""},
    {"JOB-52", "A proxy usage that is none yields E_NOTIMPL", "ibackgroundcopyjob-setproxysettings",
     "JobSettings.ProxyListsBelongToOverride", ""},
    {"JOB-53", "Proxy lists have 32 KB at most", "ibackgroundcopyjob-setproxysettings; decision D5",
     "JobSettings.ProxyListsHave32KilobytesAtMost", ""},
    {"JOB-54", "Whether a proxy list makes sense is seen when it is used: ERROR, BG_E_INVALID_PROXY_INFO",
     "ibackgroundcopyjob-setproxysettings", "JobSettings.AProxyIsLookedAtWhenItIsUsed", ""},
    // --- the owner
    {"JOB-55", "TakeOwnership is for elevated administrators: else E_ACCESSDENIED", "ibackgroundcopyjob-takeownership",
     "JobCalls.IsTakenByElevatedAdministrators", ""},
    {"JOB-56", "After it the owner must be elevated to use the job", "ibackgroundcopyjob-takeownership",
     "JobCalls.ATakenJobNeedsElevation", ""},
    {"JOB-57", "After it the job runs only while the new owner is logged on", "ibackgroundcopyjob-takeownership",
     "JobCalls.ATakenJobRunsWhileTheNewOwnerIsLoggedOn", ""},
    {"JOB-58", "It drops the credentials and the command line", "ibackgroundcopyjob-takeownership",
     "JobCalls.TakingDropsWhatWasTheOldOwners", ""},
    {"JOB-59", "It leaves the callback, which is called in the program that gave it",
     "ibackgroundcopyjob-takeownership", "JobCalls.TakingLeavesTheCallback", ""},
    {"JOB-60", "A new owner who cannot use the files gets BG_E_NEW_OWNER_NO_FILE_ACCESS",
     "ibackgroundcopyjob-takeownership", "JobCalls.TheNewOwnerMustBeAbleToUseTheFiles", ""},
    {"JOB-61", "A drive that means something else to the new owner: BG_E_NEW_OWNER_DIFF_MAPPING",
     "ibackgroundcopyjob-takeownership", "", "drives are the same for everybody on the simulated machine"},
    {"JOB-62", "Only the owner and administrators change a job; an administrator need not own it for that",
     "ibackgroundcopymanager-createjob", "JobCalls.AdministratorsChangeItWithoutTakingIt", ""},
};

class JobCalls : public SimulationTest {
 protected:
  // The job as an administrator sees it.
  std::unique_ptr<BackgroundCopyJob> ForOlivia(BackgroundCopyJob& job) const {
    return Must(olivia_.manager->GetJob(Must(job.GetId())));
  }

  // Whether `change` moves the time of modification.
  template <class Function>
  bool IsModification(BackgroundCopyJob& job, Function change) {
    const FileTime before = Must(job.GetTimes()).modification_time;
    world_.Advance(hours(1));
    EXPECT_EQ(Must(job.GetTimes()).modification_time, before) << "nothing happened yet";
    Must(change());
    return Must(job.GetTimes()).modification_time - before >= hours(1);
  }

  Client olivia_{world_, cast_.OtherAdmin()};
};

// --- the four calls

TEST_F(JobCalls, ResumeBeginsTheDownloadTimeAnew) {
  const auto job = Download(kSlowUrl);
  Must(Must(Query<BackgroundCopyJob4>(*job))->SetMaximumDownloadTime(60));
  Must(job->Resume());
  world_.Advance(seconds(50));
  Must(job->Suspend());
  Must(job->Resume());
  world_.Advance(seconds(55));
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
  const auto longer = Download(kSlowUrl);
  Must(Must(Query<BackgroundCopyJob4>(*longer))->SetMaximumDownloadTime(60));
  Must(longer->Resume());
  world_.Advance(seconds(61));
  EXPECT_EQ(CodeOf(*longer), "BG_E_MAXDOWNLOAD_TIMEOUT"_hr);
}

TEST_F(JobCalls, ResumeTakesTheNewRemoteName) {
  const auto rename = [](BackgroundCopyJob& job) {
    const auto file = std::move(Must(Must(job.EnumFiles())->Next(1)).at(0));
    Must(Must(Query<BackgroundCopyFile2>(*file))->SetRemoteName(kUrl));
  };
  const auto missing = Resumed(kMissingUrl);
  rename(*missing);
  Must(missing->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*missing), JobState::kTransferred);
  Must(missing->Cancel());
  // What was there of another file is not kept.
  const auto moving = Resumed(kSlowUrl);
  rename(*moving);
  Must(moving->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(StateOf(*moving), JobState::kTransferred);
  Must(moving->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->content, FileContent::Synthetic(1'000'000, 1));
}

TEST_F(JobCalls, CompleteTellsOfFilesItLeaves) {
  const auto job = Resumed(kSlowUrl);
  world_.disk().SetLocked(world_.disk().Files(R"(C:\Users\alice)").at(0), true);
  EXPECT_EQ(job->Complete(), "BG_S_UNABLE_TO_DELETE_FILES"_hr);
  EXPECT_EQ(StateOf(*job), JobState::kAcknowledged);
}

// --- what it tells

TEST_F(JobCalls, TellsWhatItIs) {
  const CreatedJob created = Must(alice_.manager->CreateJob("a job", JobType::kUpload));
  Must(created.job->Cancel());
  EXPECT_EQ(Must(created.job->GetId()), created.id);
  EXPECT_EQ(Must(created.job->GetType()), JobType::kUpload);
  EXPECT_EQ(Must(created.job->GetState()), JobState::kCancelled);
}

TEST_F(JobCalls, KnowsItsSizeWhenItKnowsAll) {
  const auto job = Download(kUrl);
  Must(job->AddFile(kSlowUrl, R"(C:\Users\alice\other)"));
  EXPECT_EQ(Must(job->GetProgress()).bytes_total, std::nullopt);
  Must(job->Resume());
  world_.Advance(kWhileConnecting);
  EXPECT_EQ(Must(job->GetProgress()).files_transferred, 1U);
  EXPECT_EQ(Must(job->GetProgress()).bytes_total, std::nullopt);
  world_.Advance(kToConnect);
  EXPECT_EQ(Must(job->GetProgress()).bytes_total, 1'100'000U);
}

TEST_F(JobCalls, TheCreationTimeStays) {
  const FileTime before = std::chrono::time_point_cast<FileTime::duration>(world_.WallClock());
  const auto job = Download(kUrl);
  world_.Advance(hours(1));
  Must(job->Resume());
  world_.Advance(hours(1));
  const JobTimes times = Must(job->GetTimes());
  EXPECT_GE(times.creation_time, before);
  EXPECT_LT(times.creation_time - before, seconds(1));
}

TEST_F(JobCalls, ChangesAreModifications) {
  const auto job = MakeJob();
  EXPECT_TRUE(IsModification(*job, [&] { return job->AddFile(kUrl, kLocal); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetDisplayName("name"); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetDescription("text"); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetPriority(JobPriority::kHigh); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetNotifyFlags(0); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetNotifyInterface(nullptr); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetMinimumRetryDelay(60); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetNoProgressTimeout(600); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->SetProxySettings(ProxyUsage::kNoProxy, {}, {}); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->Suspend(); }));
  EXPECT_TRUE(IsModification(*job, [&] { return job->Resume(); }));
  world_.Advance(seconds(1));
  EXPECT_TRUE(IsModification(*job, [&] { return job->Complete(); }));
  const auto cancelled = Download(kMissingUrl);
  EXPECT_TRUE(IsModification(*cancelled, [&] { return cancelled->Cancel(); }));
  EXPECT_FALSE(IsModification(*cancelled, [&] { return HResultOf(cancelled->GetState()); }));
  // A change of state that nobody asked for.
  const auto job_in_error = Resumed(kSlowUrl);
  world_.LogOff("alice");
  const FileTime queued = Must(job_in_error->GetTimes()).modification_time;
  world_.Advance(hours(1));
  const TokenPtr again = world_.LogOn("alice");
  EXPECT_GE(Must(job_in_error->GetTimes()).modification_time - queued, hours(1));
}

TEST_F(JobCalls, MovingBytesAreAModification) {
  const auto job = Resumed(kSlowUrl);
  const JobTimes before = Must(job->GetTimes());
  world_.Advance(seconds(20));
  EXPECT_GE(Must(job->GetTimes()).modification_time - before.modification_time, seconds(20));
}

TEST_F(JobCalls, TheCompletionTimeIsThatOfTransferred) {
  const auto job = Resumed(kSlowUrl);
  const FileTime began = Must(job->GetTimes()).creation_time;
  EXPECT_EQ(Must(job->GetTimes()).transfer_completion_time, std::nullopt);
  world_.Advance(hours(1));
  Must(job->Complete());
  const auto completed = Must(job->GetTimes()).transfer_completion_time;
  ASSERT_TRUE(completed);
  EXPECT_GE(*completed - began, seconds(101));
  EXPECT_LT(*completed - began, seconds(102));
}

TEST_F(JobCalls, TellsOfItsError) {
  const auto job = Resumed(kUnreachableUrl);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(CodeOf(*job), "BG_E_NAME_RESOLUTION_FAILURE"_hr);
  Must(job->Suspend());
  EXPECT_EQ(CodeOf(*job), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  EXPECT_EQ(CodeOf(*Resumed(kMissingUrl)), "BG_E_HTTP_ERROR_404"_hr);
  EXPECT_EQ(CodeOf(*Resumed(kSlowUrl)), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
}

class JobCallsByDecision : public SimulationTest {
 protected:
  JobCallsByDecision() : SimulationTest(WithErrorsInErrorOnly()) {}

 private:
  static WorldOptions WithErrorsInErrorOnly() {
    WorldOptions options;
    options.decisions.error_in_transient_state = false;
    return options;
  }
};

TEST_F(JobCallsByDecision, TellNothingOfATransientError) {
  const auto job = Resumed(kUnreachableUrl);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(CodeOf(*job), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  EXPECT_EQ(CodeOf(*Resumed(kMissingUrl)), "BG_E_HTTP_ERROR_404"_hr);
}

TEST_F(JobCalls, ARefusedCallIsNoErrorOfTheJob) {
  const auto job = MakeJob();
  EXPECT_EQ(job->Resume(), "BG_E_EMPTY"_hr);
  EXPECT_EQ(CodeOf(*job), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  EXPECT_EQ(Must(job->GetErrorCount()), 0U);
  EXPECT_EQ(StateOf(*job), JobState::kSuspended);
}

TEST_F(JobCalls, TellsItsOwner) {
  const auto job = MakeJob();
  EXPECT_EQ(Must(job->GetOwner()), alice_.process->token()->sid());
  EXPECT_EQ(Must(ForOlivia(*job)->GetOwner()), alice_.process->token()->sid());
}

// --- the owner

TEST_F(JobCalls, IsTakenByElevatedAdministrators) {
  const auto job = MakeJob();
  EXPECT_EQ(job->TakeOwnership(), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(ForOlivia(*job)->TakeOwnership(), HResult());
  EXPECT_EQ(Must(job->GetOwner()), olivia_.process->token()->sid());
  const Client filtered(world_, world_.LogOn("adam"));
  EXPECT_EQ(filtered.MakeJob()->TakeOwnership(), "E_ACCESSDENIED"_hr);
}

TEST_F(JobCalls, ATakenJobNeedsElevation) {
  const Client filtered(world_, world_.LogOn("olivia"));
  const auto job = filtered.MakeJob();
  const Guid id = Must(job->GetId());
  EXPECT_EQ(HResultOf(filtered.manager->GetJob(id)), HResult());
  Must(ForOlivia(*job)->TakeOwnership());
  EXPECT_EQ(HResultOf(filtered.manager->GetJob(id)), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(HResultOf(olivia_.manager->GetJob(id)), HResult());
  EXPECT_EQ(HResultOf(alice_.manager->GetJob(id)), "E_ACCESSDENIED"_hr);
}

TEST_F(JobCalls, ATakenJobRunsWhileTheNewOwnerIsLoggedOn) {
  const auto job = Resumed(kSlowUrl);
  world_.LogOff("alice");
  EXPECT_EQ(StateOf(*job), JobState::kQueued);
  Must(ForOlivia(*job)->TakeOwnership());
  world_.Advance(kWhileTransferring);
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.LogOff("olivia");
  EXPECT_EQ(StateOf(*job), JobState::kQueued);
}

TEST_F(JobCalls, TakingDropsWhatWasTheOldOwners) {
  constexpr std::string_view kReport = "http://files.contoso.test/private/report.docx";
  const Secret password(Cast::kPassword);
  const auto job = Download(kReport);
  const auto second = Must(Query<BackgroundCopyJob2>(*job));
  Must(second->SetNotifyCmdLine(R"(C:\Windows\System32\notepad.exe)", std::nullopt));
  Must(second->SetCredentials({AuthTarget::kServer, AuthScheme::kNtlm, "helen", &password}));
  const auto options = Must(Query<BackgroundCopyJobHttpOptions>(*job));
  Must(options->SetCustomHeaders("X-Who: alice"));
  Must(job->Resume());
  world_.Advance(seconds(1));
  ASSERT_EQ(StateOf(*job), JobState::kTransferred) << "with the credentials";
  Must(job->AddFile(kReport, R"(C:\Users\alice\again)"));
  Must(ForOlivia(*job)->TakeOwnership());
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(CodeOf(*job), "BG_E_HTTP_ERROR_401"_hr);
  EXPECT_EQ(Must(second->GetNotifyCmdLine()), NotifyCmdLine{});
  EXPECT_EQ(Must(options->GetCustomHeaders()), "");
}

TEST_F(JobCalls, TakingLeavesTheCallback) {
  const auto job = Download(kUrl);
  const auto callback = std::make_shared<CountingCallback>();
  Must(job->SetNotifyInterface(callback));
  Must(ForOlivia(*job)->TakeOwnership());
  Must(job->Resume());
  world_.Advance(seconds(1));
  EXPECT_EQ(callback->transferred, 1);
}

TEST_F(JobCalls, TheNewOwnerMustBeAbleToUseTheFiles) {
  world_.disk().AddDirectory(R"(C:\alices)", AllowOnly({alice_.process->token()->sid()}));
  const auto job = Download(kUrl, R"(C:\alices\file)");
  EXPECT_EQ(ForOlivia(*job)->TakeOwnership(), "BG_E_NEW_OWNER_NO_FILE_ACCESS"_hr);
  EXPECT_EQ(Must(job->GetOwner()), alice_.process->token()->sid());
}

TEST_F(JobCalls, AdministratorsChangeItWithoutTakingIt) {
  const auto job = MakeJob();
  const auto for_olivia = ForOlivia(*job);
  EXPECT_EQ(for_olivia->AddFile(kUrl, kLocal), HResult());
  EXPECT_EQ(for_olivia->SetDescription("changed"), HResult());
  EXPECT_EQ(Must(job->GetDescription()), "changed");
  EXPECT_EQ(Must(job->GetOwner()), alice_.process->token()->sid());
  const Client oscar(world_, cast_.OtherUser());
  EXPECT_EQ(HResultOf(oscar.manager->GetJob(Must(job->GetId()))), "E_ACCESSDENIED"_hr);
}

}  // namespace

std::span<const Fact> JobFacts() { return kFacts; }

}  // namespace bits::fakes
