// The four calls that change a job's state, and what is left to a job that has ended.
#include <functional>
#include <vector>

#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

struct StateCall {
  std::string_view name;
  HResult (BackgroundCopyJob::*make)();
};

constexpr StateCall kStateCalls[] = {{"Suspend", &BackgroundCopyJob::Suspend},
                                     {"Resume", &BackgroundCopyJob::Resume},
                                     {"Cancel", &BackgroundCopyJob::Cancel},
                                     {"Complete", &BackgroundCopyJob::Complete}};

void ExpectNoMoreStateCalls(Contract& contract, BackgroundCopyJob& job, JobState final_state) {
  for (const StateCall& call : kStateCalls) {
    contract.Expect(fmt::format("{} of a job that has ended", call.name), (job.*call.make)(), "BG_E_INVALID_STATE"_hr);
  }
  contract.Expect("the state stays", job.GetState(), final_state);
}

void AnEmptyJobCannotBeResumed(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  contract.Expect("Resume without files", job->Resume(), "BG_E_EMPTY"_hr);
  contract.Expect("the state afterwards", job->GetState(), JobState::kSuspended);
}

void ASuspendedJobStaysSuspended(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  contract.Expect("Suspend of a suspended job", job->Suspend(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kSuspended);
}

void CancelEndsAJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Expect("Cancel", job->Cancel(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kCancelled);
  ExpectNoMoreStateCalls(contract, *job, JobState::kCancelled);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void CompleteEndsAJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Require("the state before", Run(stage, *job), JobState::kTransferred);
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kAcknowledged);
  ExpectNoMoreStateCalls(contract, *job, JobState::kAcknowledged);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{"file"});
}

void CompleteBeforeTheTransferIsPartial(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Expect("Complete of a job that never ran", job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  contract.Expect("the state afterwards", job->GetState(), JobState::kAcknowledged);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void CompleteKeepsWhatIsWhole(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("whole"));
  Must(job->AddFile(stage.sources().missing, stage.Path("missing")));
  contract.Require("the state before", Run(stage, *job), JobState::kError);
  contract.Expect("files_transferred before", Must(job->GetProgress()).files_transferred, 1U);
  contract.Expect("Complete of a job with one file of two", job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  contract.Expect("the state afterwards", job->GetState(), JobState::kAcknowledged);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{"whole"});
}

void AnUploadIsCompletedOnlyAtItsEnd(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  stage.Write(stage.Path("source"), "content");
  const ScopedJob job = NewJob(*client, JobType::kUpload);
  contract.Expect("AddFile", job->AddFile(stage.sources().small, stage.Path("source")), HResult());
  contract.Expect("Complete of an upload that never ran", job->Complete(), "BG_E_INVALID_STATE"_hr);
  contract.Expect("the state afterwards", job->GetState(), JobState::kSuspended);
}

void AnUploadThatIsCancelledKeepsItsSource(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  stage.Write(stage.Path("source"), "content");
  const ScopedJob job = NewJob(*client, JobType::kUpload);
  Must(job->AddFile(stage.sources().small, stage.Path("source")));
  contract.Expect("Cancel", job->Cancel(), HResult());
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{"source"});
}

void ResumeAfterTheEndFetchesFurtherFiles(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("first"));
  contract.Require("the state before", Run(stage, *job), JobState::kTransferred);
  contract.Expect("AddFile to a job that is TRANSFERRED", job->AddFile(stage.sources().small, stage.Path("second")),
                  HResult());
  contract.Require("Resume of it", job->Resume(), HResult());
  contract.Require("the state at the end", Settle(stage, *job), JobState::kTransferred);
  contract.Expect("files_transferred at the end", Must(job->GetProgress()).files_transferred, 2U);
  contract.Expect("Complete", job->Complete(), HResult());
}

void SuspendAndResumeOfATransferredJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Require("the state before", Run(stage, *job), JobState::kTransferred);
  contract.Require("Suspend", job->Suspend(), HResult());
  contract.Expect("the state after Suspend", job->GetState(), JobState::kSuspended);
  contract.Expect("Resume", job->Resume(), HResult());
  contract.Expect("the state at the end", Settle(stage, *job), JobState::kTransferred);
}

void SuspendInTheMiddleKeepsWhatIsThere(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().slow, stage.Path("file"));
  Must(job->Resume());
  contract.Expect("something arrives", stage.WaitUntil([&] { return Must(job->GetProgress()).bytes_transferred > 0; }),
                  true);
  contract.Expect("the state while it does", job->GetState(), JobState::kTransferring);
  contract.Expect("Resume of a job that moves", job->Resume(), HResult());
  contract.Expect("the state after that", job->GetState(), JobState::kTransferring);
  contract.Expect("Suspend in the middle", job->Suspend(), HResult());
  contract.Expect("the state after Suspend", job->GetState(), JobState::kSuspended);
  const std::uint64_t kept = Must(job->GetProgress()).bytes_transferred;
  contract.Expect("what is there is kept", kept > 0, true);
  Must(job->Resume());
  contract.Expect("it goes on where it was",
                  stage.WaitUntil([&] { return Must(job->GetProgress()).bytes_transferred > kept; }), true);
}

void CancelInTheMiddleLeavesNothing(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().slow, stage.Path("file"));
  Must(job->Resume());
  contract.Expect("something arrives", stage.WaitUntil([&] { return Must(job->GetProgress()).bytes_transferred > 0; }),
                  true);
  contract.Expect("the file is not visible under its name",
                  client->environment().files().GetFileSize(stage.Path("file")), std::nullopt);
  contract.Expect("Cancel in the middle", job->Cancel(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kCancelled);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void CompleteInTheMiddleKeepsNoPiece(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().slow, stage.Path("file"));
  Must(job->Resume());
  stage.WaitUntil([&] { return Must(job->GetProgress()).bytes_transferred > 0; });
  contract.Expect("Complete in the middle", job->Complete(), "BG_S_PARTIAL_COMPLETE"_hr);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

struct Setter {
  std::string_view name;
  std::function<HResult(BackgroundCopyJob4& job)> make;
};

// Each with values that a new job takes.
std::vector<Setter> Setters(Stage& stage) {
  const std::string remote = stage.sources().small;
  const std::string local = stage.Path("file");
  return {
      {"AddFile", [=](auto& job) { return job.AddFile(remote, local); }},
      {"AddFileSet",
       [=](auto& job) {
         const FileInfo set[] = {{remote, local}};
         return job.AddFileSet(set);
       }},
      {"SetDisplayName", [](auto& job) { return job.SetDisplayName("name"); }},
      {"SetDescription", [](auto& job) { return job.SetDescription("text"); }},
      {"SetPriority", [](auto& job) { return job.SetPriority(JobPriority::kHigh); }},
      {"SetNotifyFlags", [](auto& job) { return job.SetNotifyFlags(NotifyFlags::kJobError); }},
      {"SetNotifyInterface", [](auto& job) { return job.SetNotifyInterface(nullptr); }},
      {"SetMinimumRetryDelay", [](auto& job) { return job.SetMinimumRetryDelay(60); }},
      {"SetNoProgressTimeout", [](auto& job) { return job.SetNoProgressTimeout(60); }},
      {"SetProxySettings", [](auto& job) { return job.SetProxySettings(ProxyUsage::kNoProxy, {}, {}); }},
      {"SetNotifyCmdLine", [](auto& job) { return job.SetNotifyCmdLine("C:\\program.exe", "parameters"); }},
      {"SetCredentials",
       [](auto& job) {
         return job.SetCredentials({AuthTarget::kServer, AuthScheme::kNtlm, std::nullopt, nullptr});
       }},
      {"RemoveCredentials", [](auto& job) { return job.RemoveCredentials(AuthTarget::kServer, AuthScheme::kNtlm); }},
      {"ReplaceRemotePrefix", [](auto& job) { return job.ReplaceRemotePrefix("http://a/", "http://b/"); }},
      {"AddFileWithRanges",
       [=](auto& job) {
         const FileRange ranges[] = {{0, 10}};
         return job.AddFileWithRanges(remote, local, ranges);
       }},
      {"SetFileACLFlags", [](auto& job) { return job.SetFileACLFlags(FileAclFlags::kOwner); }},
      {"SetPeerCachingFlags", [](auto& job) { return job.SetPeerCachingFlags(PeerCachingFlags::kEnableClient); }},
      {"SetMaximumDownloadTime", [](auto& job) { return job.SetMaximumDownloadTime(60); }},
  };
}

void ExpectSettersRefuse(Contract& contract, Stage& stage, BackgroundCopyJob4& job) {
  for (const Setter& setter : Setters(stage)) {
    contract.Expect(fmt::format("{} of a job that has ended", setter.name), setter.make(job), "BG_E_INVALID_STATE"_hr);
  }
}

void SettersRefuseACancelledJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Must(Query<BackgroundCopyJob4>(*job));
  Must(job->Cancel());
  ExpectSettersRefuse(contract, stage, *job4);
}

void SettersRefuseACompletedJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto job4 = Must(Query<BackgroundCopyJob4>(*job));
  contract.Require("the state before", Run(stage, *job), JobState::kTransferred);
  Must(job->Complete());
  ExpectSettersRefuse(contract, stage, *job4);
}

void HttpOptionsRefuseAJobThatHasEnded(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = Must(Query<BackgroundCopyJobHttpOptions>(*job));
  Must(job->Cancel());
  contract.Expect("SetCustomHeaders of a job that has ended", options->SetCustomHeaders("A: b\r\n"),
                  "BG_E_INVALID_STATE"_hr);
  contract.Expect("SetSecurityFlags of a job that has ended",
                  options->SetSecurityFlags(HttpSecurityFlags::kEnableCrlCheck), "BG_E_INVALID_STATE"_hr);
  contract.Expect("RemoveClientCertificate of a job that has ended", options->RemoveClientCertificate(),
                  "BG_E_INVALID_STATE"_hr);
}

void AJobThatHasEndedStillTellsOfItself(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const Guid id = Must(job->GetId());
  Must(job->Cancel());
  contract.Expect("GetId gives its id", Must(job->GetId()) == id, true);
  contract.Expect("GetState", job->GetState(), JobState::kCancelled);
  contract.Expect("GetDisplayName", job->GetDisplayName(), "bits contract");
  contract.Expect("GetType", job->GetType(), JobType::kDownload);
  contract.Expect("GetNotifyFlags", job->GetNotifyFlags(), 3U);
  const auto files = contract.Get("EnumFiles", job->EnumFiles());
  contract.Expect("GetCount of its files", files->GetCount(), 1U);
}

const Case kCases[] = {
    {"AnEmptyJobCannotBeResumed", "ibackgroundcopyjob-resume", {}, AnEmptyJobCannotBeResumed},
    {"ASuspendedJobStaysSuspended", "ibackgroundcopyjob-suspend", {}, ASuspendedJobStaysSuspended},
    {"CancelEndsAJob", "ibackgroundcopyjob-cancel", {}, CancelEndsAJob},
    {"CompleteEndsAJob", "ibackgroundcopyjob-complete", {}, CompleteEndsAJob},
    {"CompleteBeforeTheTransferIsPartial", "ibackgroundcopyjob-complete", {}, CompleteBeforeTheTransferIsPartial},
    {"CompleteKeepsWhatIsWhole", "ibackgroundcopyjob-complete", {}, CompleteKeepsWhatIsWhole},
    {"AnUploadIsCompletedOnlyAtItsEnd", "ibackgroundcopyjob-complete", {}, AnUploadIsCompletedOnlyAtItsEnd},
    {"AnUploadThatIsCancelledKeepsItsSource", "ibackgroundcopyjob-cancel", {}, AnUploadThatIsCancelledKeepsItsSource},
    {"ResumeAfterTheEndFetchesFurtherFiles", "life-cycle-of-a-bits-job", {}, ResumeAfterTheEndFetchesFurtherFiles},
    {"SuspendAndResumeOfATransferredJob", "life-cycle-of-a-bits-job", {}, SuspendAndResumeOfATransferredJob},
    {"SuspendInTheMiddleKeepsWhatIsThere",
     "ibackgroundcopyjob-suspend",
     {Need::kInterruption},
     SuspendInTheMiddleKeepsWhatIsThere},
    {"CancelInTheMiddleLeavesNothing",
     "ibackgroundcopyjob-cancel",
     {Need::kInterruption},
     CancelInTheMiddleLeavesNothing},
    {"CompleteInTheMiddleKeepsNoPiece",
     "ibackgroundcopyjob-complete",
     {Need::kInterruption},
     CompleteInTheMiddleKeepsNoPiece},
    {"SettersRefuseACancelledJob", "life-cycle-of-a-bits-job", {}, SettersRefuseACancelledJob},
    {"SettersRefuseACompletedJob", "life-cycle-of-a-bits-job", {}, SettersRefuseACompletedJob},
    {"HttpOptionsRefuseAJobThatHasEnded",
     "ibackgroundcopyjobhttpoptions-setcustomheaders",
     {},
     HttpOptionsRefuseAJobThatHasEnded},
    {"AJobThatHasEndedStillTellsOfItself", "life-cycle-of-a-bits-job", {}, AJobThatHasEndedStillTellsOfItself},
};

}  // namespace

std::span<const Case> JobStateCases() { return kCases; }

}  // namespace bits::contract
