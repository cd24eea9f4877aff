// Downloads, from Resume to the file under its own name.
#include <vector>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void ADownloadArrives(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const std::string local = stage.Path("file");
  const std::uint64_t size = stage.sources().small_size;
  const ScopedJob job = Download(*client, stage.sources().small, local);
  contract.Expect("Resume", job->Resume(), HResult());
  contract.Require("the state at the end", Settle(stage, *job), JobState::kTransferred);
  contract.Expect("GetProgress of the job", job->GetProgress(), JobProgress{size, size, 1, 1});
  const auto file = std::move(Must(Must(job->EnumFiles())->Next(1)).at(0));
  contract.Expect("GetProgress of the file before Complete", file->GetProgress(), FileProgress{size, size, false});
  contract.Expect("the file is not there before Complete", files.GetFileSize(local), std::nullopt);
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kAcknowledged);
  contract.Expect("GetProgress of the file after Complete", file->GetProgress(), FileProgress{size, size, true});
  contract.Expect("the size of the file", files.GetFileSize(local), std::optional<std::uint64_t>(size));
  contract.Expect("the content is the source's", Must(files.HashSha256(local)) == stage.sources().small_sha256, true);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{"file"});
}

void AnExistingFileIsReplacedByCompleteOnly(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const std::string local = stage.Path("file");
  stage.Write(local, "precious");
  const std::string before = Must(files.HashSha256(local));
  const ScopedJob job = Download(*client, stage.sources().small, local);
  contract.Expect("the file is untouched after AddFile", Must(files.HashSha256(local)) == before, true);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("the file is untouched after the transfer", Must(files.HashSha256(local)) == before, true);
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("the content is the source's", Must(files.HashSha256(local)) == stage.sources().small_sha256, true);
}

void CancelKeepsAnExistingFile(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const std::string local = stage.Path("file");
  stage.Write(local, "precious");
  const ScopedJob job = Download(*client, stage.sources().small, local);
  contract.Expect("Cancel", job->Cancel(), HResult());
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{"file"});
}

void CancelAfterTheTransferLeavesNothing(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("Cancel", job->Cancel(), HResult());
  contract.Expect("the state afterwards", job->GetState(), JobState::kCancelled);
  contract.Expect("files that are left", stage.Files(), std::vector<std::string>{});
}

void SeveralFilesArrive(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const ScopedJob job = NewJob(*client);
  const std::uint64_t size = stage.sources().small_size;
  for (const char* const name : {"a", "b", "c"}) Must(job->AddFile(stage.sources().small, stage.Path(name)));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("GetProgress of the job", job->GetProgress(), JobProgress{3 * size, 3 * size, 3, 3});
  contract.Expect("Complete", job->Complete(), HResult());
  for (const char* const name : {"a", "b", "c"}) {
    contract.Expect(fmt::format("the content of {} is the source's", name),
                    Must(files.HashSha256(stage.Path(name))) == stage.sources().small_sha256, true);
  }
}

void AFileErrorStopsTheJobThere(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("missing"));
  Must(job->AddFile(stage.sources().small, stage.Path("later")));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("files_transferred", Must(job->GetProgress()).files_transferred, 0U);
  contract.Expect("files_total", Must(job->GetProgress()).files_total, 2U);
}

void JobsOfEachPriorityArrive(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  std::vector<ScopedJob> jobs;
  for (const auto& [priority, name] : EnumNames<JobPriority>::kNames) {
    jobs.push_back(Download(*client, stage.sources().small, stage.Path(name)));
    Must(jobs.back()->SetPriority(priority));
  }
  for (const ScopedJob& job : jobs) Must(job->Resume());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const std::string_view name = EnumNames<JobPriority>::kNames[i].name;
    contract.Expect(fmt::format("the state of {} at the end", name), Settle(stage, *jobs[i]), JobState::kTransferred);
    contract.Expect(fmt::format("Complete of {}", name), jobs[i]->Complete(), HResult());
  }
  contract.Expect("how many files are left", stage.Files().size(), 4U);
}

void AFileIsFetchedFromTheFileSystem(Contract& contract, Stage& stage) {
  if (!stage.sources().file) return;
  const auto client = stage.Start();
  FileSystem& files = client->environment().files();
  const ScopedJob job = Download(*client, *stage.sources().file, stage.Path("file"));
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("the content is the source's",
                  Must(files.HashSha256(stage.Path("file"))) == stage.sources().small_sha256, true);
}

void ProgressGrows(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().slow, stage.Path("file"));
  contract.Expect("bytes_total before Resume", Must(job->GetProgress()).bytes_total, std::nullopt);
  Must(job->Resume());
  std::uint64_t seen = 0;
  for (const std::string_view time : {"first", "second", "third"}) {
    contract.Expect(fmt::format("the {} look sees more", time),
                    stage.WaitUntil([&] { return Must(job->GetProgress()).bytes_transferred > seen; }), true);
    const JobProgress progress = Must(job->GetProgress());
    contract.Expect(fmt::format("the {} look sees no more than the total", time),
                    progress.bytes_total && progress.bytes_transferred <= *progress.bytes_total, true);
    seen = progress.bytes_transferred;
  }
}

const Case kCases[] = {
    {"ADownloadArrives", "ibackgroundcopyjob-complete", {}, ADownloadArrives},
    {"AnExistingFileIsReplacedByCompleteOnly",
     "ibackgroundcopyjob-complete",
     {},
     AnExistingFileIsReplacedByCompleteOnly},
    {"CancelKeepsAnExistingFile", "ibackgroundcopyjob-cancel", {}, CancelKeepsAnExistingFile},
    {"CancelAfterTheTransferLeavesNothing", "ibackgroundcopyjob-cancel", {}, CancelAfterTheTransferLeavesNothing},
    {"SeveralFilesArrive", "ibackgroundcopyjob-getprogress", {}, SeveralFilesArrive},
    {"AFileErrorStopsTheJobThere", "life-cycle-of-a-bits-job", {}, AFileErrorStopsTheJobThere},
    {"JobsOfEachPriorityArrive", "bg_job_priority", {}, JobsOfEachPriorityArrive},
    {"AFileIsFetchedFromTheFileSystem", "bg_file_info", {}, AFileIsFetchedFromTheFileSystem},
    {"ProgressGrows", "ibackgroundcopyjob-getprogress", {Need::kInterruption}, ProgressGrows},
};

}  // namespace

std::span<const Case> TransferCases() { return kCases; }

}  // namespace bits::contract
