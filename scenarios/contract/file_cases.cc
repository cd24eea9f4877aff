// The files of a job: adding them, their names, ranges and sources.
#include <algorithm>
#include <array>
#include <vector>

#include "harness/api/background_copy_job3.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

std::unique_ptr<BackgroundCopyFile> FirstFileOf(BackgroundCopyJob& job) {
  return std::move(Must(Must(job.EnumFiles())->Next(1)).at(0));
}
std::unique_ptr<BackgroundCopyFile2> FirstFile2Of(BackgroundCopyJob& job) {
  return Must(Query<BackgroundCopyFile2>(*FirstFileOf(job)));
}
std::uint32_t FileCountOf(BackgroundCopyJob& job) { return Must(Must(job.EnumFiles())->GetCount()); }

void AFileHasItsNamesAndNoProgress(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::string local = stage.Path("f\xC3\xBCnf");
  contract.Require("AddFile", job->AddFile(stage.sources().small, local), HResult());
  const auto file = FirstFileOf(*job);
  contract.Expect("GetRemoteName is what AddFile got", Must(file->GetRemoteName()) == stage.sources().small, true);
  contract.Expect("GetLocalName is what AddFile got", Must(file->GetLocalName()) == local, true);
  contract.Expect("GetProgress of the file", file->GetProgress(), FileProgress{});
  contract.Expect("GetProgress of the job", job->GetProgress(), JobProgress{std::nullopt, 0, 1, 0});
}

void AddFileSetAddsAll(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::array<FileInfo, 3> kSet{{{stage.sources().small, stage.Path("a")},
                                      {stage.sources().small, stage.Path("b")},
                                      {stage.sources().missing, stage.Path("c")}}};
  contract.Expect("AddFileSet", job->AddFileSet(kSet), HResult());
  contract.Expect("files of the job", FileCountOf(*job), 3U);
  for (const auto& file : Must(Must(job->EnumFiles())->Next(3))) {
    const FileInfo found{Must(file->GetRemoteName()), Must(file->GetLocalName())};
    const std::string name = found.local_name.substr(found.local_name.size() - 1);
    contract.Expect(fmt::format("{} is in the job as it was added", name), std::ranges::find(kSet, found) != kSet.end(),
                    true);
  }
}

void AddFileRefusesNamesThatMeanNothing(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const std::string& url = stage.sources().small;
  const std::string local = stage.Path("file");
  const struct {
    std::string_view what;
    std::string remote;
    std::string local;
  } kRows[] = {
      {"no remote name", "", local},
      {"a remote name that is no URL", "nonsense", local},
      {"a remote name of ftp", "ftp://contract.test/file", local},
      {"a remote name with a wildcard", stage.sources().small_prefix + "/*", local},
      {"a remote name of 2201 characters", stage.sources().small_prefix + "/" + std::string(2200, 'r'), local},
      {"no local name", url, ""},
      {"a relative local name", url, "file"},
      {"a local name with a wildcard", url, stage.Path("fi*le")},
      {"a local name of a stream", url, local + ":stream"},
      {"a local name beyond MAX_PATH", url, stage.Path(std::string(260, 'l'))},
      {"a local name in a directory that is not there", url, stage.Path("nowhere\\file")},
  };
  for (const auto& row : kRows) {
    contract.Expect(fmt::format("AddFile with {}", row.what), job->AddFile(row.remote, row.local), "E_INVALIDARG"_hr);
  }
}

void AnUploadHasOneFile(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  stage.Write(stage.Path("source"), "content");
  const FileInfo file{stage.sources().small, stage.Path("source")};
  const ScopedJob set = NewJob(*client, JobType::kUpload);
  const FileInfo two[] = {file, file};
  contract.Expect("AddFileSet of two files to an upload", set->AddFileSet(two), "BG_E_TOO_MANY_FILES"_hr);
  contract.Expect("files of the upload afterwards", FileCountOf(*set), 0U);
  const ScopedJob job = NewJob(*client, JobType::kUpload);
  Must(job->AddFile(file.remote_name, file.local_name));
  contract.Expect("AddFile of a second file to an upload", job->AddFile(file.remote_name, file.local_name),
                  "BG_E_TOO_MANY_FILES"_hr);
}

void AJobHas200FilesAtMost(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  for (int i = 0; i < 200; ++i) Must(job->AddFile(stage.sources().small, stage.Path(fmt::format("file{}", i))));
  contract.Expect("AddFile of the 201st", job->AddFile(stage.sources().small, stage.Path("file200")),
                  "BG_E_TOO_MANY_FILES_IN_JOB"_hr);
  contract.Expect("files of the job", FileCountOf(*job), 200U);
}

void RangesAreKeptInTheirOrder(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  const std::vector<FileRange> ranges{{1000, 10}, {0, 20}, {5000, std::nullopt}};
  contract.Require("AddFileWithRanges", job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), ranges),
                   HResult());
  contract.Require("files of the job", FileCountOf(*job), 1U);
  contract.Expect("GetFileRanges", FirstFile2Of(*job)->GetFileRanges(), ranges);
}

void AWholeFileHasNoRanges(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Expect("GetFileRanges of a whole file", FirstFile2Of(*job)->GetFileRanges(), std::vector<FileRange>{});
}

void RangesAreChecked(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  const auto add = [&](const std::vector<FileRange>& ranges) {
    return job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), ranges);
  };
  contract.Expect("AddFileWithRanges of none", add({}), "E_INVALIDARG"_hr);
  contract.Expect("AddFileWithRanges that overlap", add({{0, 10}, {9, 10}}), "BG_E_OVERLAPPING_RANGES"_hr);
  contract.Expect("AddFileWithRanges that overlap to the end", add({{0, std::nullopt}, {9, 10}}),
                  "BG_E_OVERLAPPING_RANGES"_hr);
  contract.Expect("AddFileWithRanges that touch", add({{0, 10}, {10, 10}}), HResult());
  const FileRange first[] = {{0, 10}};
  const ScopedJob upload = NewJob(*client, JobType::kUpload);
  contract.Expect(
      "AddFileWithRanges to an upload",
      Must(Query<BackgroundCopyJob3>(*upload))->AddFileWithRanges(stage.sources().small, stage.Path("file"), first),
      "E_NOTIMPL"_hr);
}

void AFileHas500RangesAtMost(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  std::vector<FileRange> ranges;
  for (std::uint64_t i = 0; i < 501; ++i) ranges.push_back({i * 2, 1});
  contract.Expect("AddFileWithRanges of 501",
                  job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), ranges),
                  "BG_E_TOO_MANY_RANGES_IN_FILE"_hr);
  ranges.pop_back();
  contract.Expect("AddFileWithRanges of 500",
                  job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), ranges), HResult());
}

void RangesAreAllThatArrives(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  const std::vector<FileRange> ranges{{1000, 100}, {0, 23}};
  contract.Require("AddFileWithRanges", job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), ranges),
                   HResult());
  contract.Require("files of the job", FileCountOf(*job), 1U);
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("GetProgress of the file", FirstFileOf(*job)->GetProgress(), FileProgress{123, 123, false});
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("the size of the file", client->environment().files().GetFileSize(stage.Path("file")),
                  std::optional<std::uint64_t>(123));
}

void ARangeBeyondTheFileIsAnError(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  const FileRange beyond[] = {{stage.sources().small_size + 10, 10}};
  contract.Require("AddFileWithRanges", job3->AddFileWithRanges(stage.sources().small, stage.Path("file"), beyond),
                   HResult());
  contract.Require("files of the job", FileCountOf(*job), 1U);
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("the error", Must(Must(job->GetError())->GetError()).code, "BG_E_INVALID_RANGE"_hr);
}

void SetRemoteNameMendsADownload(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().missing, stage.Path("file"));
  contract.Require("the state before", Run(stage, *job), JobState::kError);
  const auto file = FirstFile2Of(*job);
  contract.Require("SetRemoteName", file->SetRemoteName(stage.sources().small), HResult());
  contract.Require("the state at the end", Run(stage, *job), JobState::kTransferred);
  contract.Expect("GetRemoteName is the new one", Must(file->GetRemoteName()) == stage.sources().small, true);
  contract.Expect("Complete", job->Complete(), HResult());
  contract.Expect("SetRemoteName of a job that has ended", file->SetRemoteName(stage.sources().small),
                  "BG_E_INVALID_STATE"_hr);
}

void SetRemoteNameIsForDownloads(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  stage.Write(stage.Path("source"), "content");
  const ScopedJob upload = NewJob(*client, JobType::kUpload);
  Must(upload->AddFile(stage.sources().small, stage.Path("source")));
  contract.Expect("SetRemoteName of an upload", FirstFile2Of(*upload)->SetRemoteName(stage.sources().small),
                  "E_NOTIMPL"_hr);
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  contract.Expect("SetRemoteName with nothing", FirstFile2Of(*job)->SetRemoteName(""), "E_INVALIDARG"_hr);
}

void PrefixesAreReplaced(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, "http://old.contract.test/file", stage.Path("file"));
  Must(job->AddFile("http://OLD.contract.test/file", stage.Path("other")));
  const auto job3 = Must(Query<BackgroundCopyJob3>(*job));
  contract.Require("ReplaceRemotePrefix",
                   job3->ReplaceRemotePrefix("http://old.contract.test/", "http://new.contract.test/"), HResult());
  std::vector<std::string> names;
  for (const auto& file : Must(Must(job->EnumFiles())->Next(2))) names.push_back(Must(file->GetRemoteName()));
  std::ranges::sort(names);
  contract.Expect("the remote names", names,
                  std::vector<std::string>{"http://OLD.contract.test/file", "http://new.contract.test/file"});
  contract.Expect("ReplaceRemotePrefix of what no name has",
                  job3->ReplaceRemotePrefix("http://old.contract.test/", "http://new.contract.test/"), "S_FALSE"_hr);
  const ScopedJob upload = NewJob(*client, JobType::kUpload);
  contract.Expect("ReplaceRemotePrefix of an upload",
                  Must(Query<BackgroundCopyJob3>(*upload))->ReplaceRemotePrefix("http://a/", "http://b/"),
                  "E_NOTIMPL"_hr);
}

const Case kCases[] = {
    {"AFileHasItsNamesAndNoProgress", "ibackgroundcopyjob-addfile", {}, AFileHasItsNamesAndNoProgress},
    {"AddFileSetAddsAll", "ibackgroundcopyjob-addfileset", {}, AddFileSetAddsAll},
    {"AddFileRefusesNamesThatMeanNothing", "bg_file_info", {}, AddFileRefusesNamesThatMeanNothing},
    {"AnUploadHasOneFile", "ibackgroundcopyjob-addfileset", {}, AnUploadHasOneFile},
    {"AJobHas200FilesAtMost", "ibackgroundcopyjob-addfile", {Need::kStandardUser}, AJobHas200FilesAtMost},
    {"RangesAreKeptInTheirOrder", "ibackgroundcopyfile2-getfileranges", {}, RangesAreKeptInTheirOrder},
    {"AWholeFileHasNoRanges", "ibackgroundcopyfile2-getfileranges", {}, AWholeFileHasNoRanges},
    {"RangesAreChecked", "ibackgroundcopyjob3-addfilewithranges", {}, RangesAreChecked},
    {"AFileHas500RangesAtMost",
     "ibackgroundcopyjob3-addfilewithranges",
     {Need::kStandardUser},
     AFileHas500RangesAtMost},
    {"RangesAreAllThatArrives", "ibackgroundcopyjob3-addfilewithranges", {}, RangesAreAllThatArrives},
    {"ARangeBeyondTheFileIsAnError", "ibackgroundcopyjob3-addfilewithranges", {}, ARangeBeyondTheFileIsAnError},
    {"SetRemoteNameMendsADownload", "ibackgroundcopyfile2-setremotename", {}, SetRemoteNameMendsADownload},
    {"SetRemoteNameIsForDownloads", "ibackgroundcopyfile2-setremotename", {}, SetRemoteNameIsForDownloads},
    {"PrefixesAreReplaced", "ibackgroundcopyjob3-replaceremoteprefix", {}, PrefixesAreReplaced},
};

}  // namespace

std::span<const Case> FileCases() { return kCases; }

}  // namespace bits::contract
