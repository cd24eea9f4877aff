// What a job tells of its errors.
#include <chrono>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void AMissingFileIsAnError(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("GetErrorCount", job->GetErrorCount(), 1U);
  const auto error = contract.Get("GetError of the job", job->GetError());
  contract.Expect("GetError of the error", error->GetError(),
                  JobError{ErrorContext::kRemoteFile, "BG_E_HTTP_ERROR_404"_hr});
  contract.Expect("GetProtocol", error->GetProtocol(), "http");
  const auto file = contract.Get("GetFile", error->GetFile());
  contract.Expect("GetRemoteName of its file", Must(file->GetRemoteName()) == stage.sources().missing, true);
  contract.Expect("GetLocalName of its file", Must(file->GetLocalName()) == stage.Path("file"), true);
}

void AnErrorIsDescribed(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  const auto error = contract.Get("GetError of the job", job->GetError());
  contract.Expect("GetErrorDescription in English says something", SaysSomething(error->GetErrorDescription(kEnglish)),
                  true);
  contract.Expect("GetErrorContextDescription in English says something",
                  SaysSomething(error->GetErrorContextDescription(kEnglish)), true);
  contract.Expect("GetErrorDescription in nobody's language", HResultOf(error->GetErrorDescription(kNobodys)),
                  "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
  contract.Expect("GetErrorContextDescription in nobody's language",
                  HResultOf(error->GetErrorContextDescription(kNobodys)), "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
}

void AnErrorIsASnapshot(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  const auto error = contract.Get("GetError of the job", job->GetError());
  contract.Require("Suspend of a job in ERROR", job->Suspend(), HResult());
  contract.Expect("GetError of the suspended job", HResultOf(job->GetError()), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  contract.Expect("the code of the error from before", Must(error->GetError()).code, "BG_E_HTTP_ERROR_404"_hr);
}

void AJobWithoutErrorTellsOfNone(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Expect("GetError of a suspended job", HResultOf(job->GetError()), "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("GetError of a job that is TRANSFERRED", HResultOf(job->GetError()),
                  "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
  contract.Expect("GetErrorCount", job->GetErrorCount(), 0U);
}

void AnErrorCanBeResumed(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state before", Run(stage, *job), JobState::kError);
  contract.Require("Resume of a job in ERROR", job->Resume(), HResult());
  contract.Expect("the state at the end", Settle(stage, *job), JobState::kError);
  contract.Expect("GetErrorCount counts both", job->GetErrorCount(), 2U);
}

void ACancelledErrorLeavesNothing(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state before", Run(stage, *job), JobState::kError);
  contract.Expect("Cancel of a job in ERROR", job->Cancel(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kCancelled);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void AServerThatIsAwayIsATransientError(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().unreachable, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransientError);
  const auto error = contract.Get("GetError of the job", job->GetError());
  contract.Expect("the context of the error", Must(error->GetError()).context, ErrorContext::kGeneralTransport);
  contract.Expect("Cancel of a job in TRANSIENT_ERROR", job->Cancel(), HResult());
}

void WithoutATimeoutEveryErrorIsFatal(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().unreachable, stage.Path("file"));
  Must(job->SetNoProgressTimeout(0));
  contract.Expect("the state at the end", Run(stage, *job), JobState::kError);
}

void ATransientErrorIsRetried(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().unreachable, stage.Path("file"));
  Must(job->SetMinimumRetryDelay(60));
  Must(job->SetNoProgressTimeout(300));
  contract.Expect("the state at first", Run(stage, *job), JobState::kTransientError);
  contract.Expect("GetErrorCount at first", job->GetErrorCount(), 1U);
  stage.Pass(std::chrono::seconds(130));
  contract.Expect("GetErrorCount after two retries", job->GetErrorCount(), 3U);
  contract.Expect("the state then", job->GetState(), JobState::kTransientError);
  stage.Pass(std::chrono::seconds(300));
  contract.Expect("the state after the timeout", job->GetState(), JobState::kError);
}

void AFileThatIsNotThereIsAnErrorOfItsProtocol(Contract& contract, Stage& stage) {
  if (!stage.sources().missing_file) return;
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, *stage.sources().missing_file, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  const auto error = contract.Get("GetError of the job", job->GetError());
  contract.Expect("GetError of the error", error->GetError(),
                  JobError{ErrorContext::kRemoteFile, "ERROR_FILE_NOT_FOUND"_hr});
  contract.Expect("GetProtocol", error->GetProtocol(), "file");
}

const Case kCases[] = {
    {"AMissingFileIsAnError", "ibackgroundcopyerror-geterror", {}, AMissingFileIsAnError},
    {"AnErrorIsDescribed", "ibackgroundcopyerror-geterrordescription", {}, AnErrorIsDescribed},
    {"AnErrorIsASnapshot", "ibackgroundcopyjob-geterror", {}, AnErrorIsASnapshot},
    {"AJobWithoutErrorTellsOfNone", "ibackgroundcopyjob-geterror", {}, AJobWithoutErrorTellsOfNone},
    {"AnErrorCanBeResumed", "ibackgroundcopyjob-resume", {}, AnErrorCanBeResumed},
    {"ACancelledErrorLeavesNothing", "ibackgroundcopyjob-cancel", {}, ACancelledErrorLeavesNothing},
    {"AServerThatIsAwayIsATransientError", "best-practices-when-using-bits", {}, AServerThatIsAwayIsATransientError},
    {"WithoutATimeoutEveryErrorIsFatal",
     "ibackgroundcopyjob-setnoprogresstimeout",
     {},
     WithoutATimeoutEveryErrorIsFatal},
    {"ATransientErrorIsRetried",
     "ibackgroundcopyjob-setminimumretrydelay",
     {Need::kVirtualTime},
     ATransientErrorIsRetried},
    {"AFileThatIsNotThereIsAnErrorOfItsProtocol",
     "ibackgroundcopyerror-getprotocol",
     {},
     AFileThatIsNotThereIsAnErrorOfItsProtocol},
};

}  // namespace

std::span<const Case> ErrorCases() { return kCases; }

}  // namespace bits::contract
