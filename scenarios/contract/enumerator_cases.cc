// IEnumBackgroundCopyJobs and IEnumBackgroundCopyFiles. Positions are asked of files: other jobs may come and go.
#include <algorithm>
#include <limits>
#include <vector>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

void AddThreeFiles(BackgroundCopyJob& job, Stage& stage) {
  for (const char* const name : {"file0", "file1", "file2"}) {
    Must(job.AddFile(stage.sources().small, stage.Path(name)));
  }
}

// A job with three files, whose local names end in 0, 1 and 2 in some order.
ScopedJob WithThreeFiles(Client& client, Stage& stage) {
  ScopedJob job = NewJob(client);
  AddThreeFiles(*job, stage);
  return job;
}

template <class Enumerator>
Result<std::size_t> SizeOfNext(Enumerator& list, std::uint32_t count) {
  const auto entries = list.Next(count);
  if (!entries) return Failure(entries.error());
  return entries->size();
}

std::string NameOfNext(EnumBackgroundCopyFiles& files) {
  const auto next = Must(files.Next(1));
  return next.empty() ? "nothing" : Must(next[0]->GetLocalName());
}

void NextGivesFewerAtTheEnd(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = contract.Get("EnumFiles", job->EnumFiles());
  contract.Expect("Next(0)", SizeOfNext(*files, 0), 0);
  contract.Expect("Next(2) of three", SizeOfNext(*files, 2), 2);
  contract.Expect("Next(2) with one left", SizeOfNext(*files, 2), 1);
  contract.Expect("Next(1) at the end", SizeOfNext(*files, 1), 0);
  contract.Expect("Next(1) at the end again", SizeOfNext(*files, 1), 0);
}

void NextGivesEachEntryOnce(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) names.push_back(NameOfNext(*files));
  for (const char* const name : {"file0", "file1", "file2"}) {
    contract.Expect(fmt::format("how often {} is listed", name), std::ranges::count(names, stage.Path(name)), 1);
  }
}

void NextTakesAnyCount(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  contract.Expect("Next(4294967295) of three", SizeOfNext(*files, std::numeric_limits<std::uint32_t>::max()), 3);
}

void SkipTellsOfTheEnd(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  contract.Expect("Skip(0)", files->Skip(0), HResult());
  contract.Expect("Skip(2) of three", files->Skip(2), HResult());
  contract.Expect("Next(5) afterwards", SizeOfNext(*files, 5), 1);
  contract.Expect("Skip(1) at the end", files->Skip(1), "S_FALSE"_hr);
  Must(files->Reset());
  contract.Expect("Skip(3) of three", files->Skip(3), HResult());
  Must(files->Reset());
  contract.Expect("Skip(4) of three", files->Skip(4), "S_FALSE"_hr);
  contract.Expect("Next(1) after skipping too many", SizeOfNext(*files, 1), 0);
}

void ResetLeadsBackToTheFirst(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  const std::string first = NameOfNext(*files);
  Must(files->Skip(1));
  contract.Expect("Reset", files->Reset(), HResult());
  contract.Expect("the next entry", NameOfNext(*files), first);
  contract.Expect("how many follow", SizeOfNext(*files, 5), 2);
}

void CloneIsAtTheSamePosition(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  Must(files->Skip(1));
  const auto clone = contract.Get("Clone", files->Clone());
  const std::string second = NameOfNext(*clone);
  contract.Expect("Next(5) of the clone", SizeOfNext(*clone, 5), 1);
  contract.Expect("the original's next is what the clone's was", NameOfNext(*files), second);
  contract.Expect("GetCount of the clone", clone->GetCount(), 3U);
}

// QueryInterface gives another pointer to one object, which has one position.
void PointersToAListShareItsPosition(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  const auto same = contract.Get("QueryInterface", Query<EnumBackgroundCopyFiles>(*files));
  contract.Expect("Skip(1) by the first pointer", files->Skip(1), HResult());
  contract.Expect("Next(5) by the second", SizeOfNext(*same, 5), 2);
  contract.Expect("Next(5) by the first", SizeOfNext(*files, 5), 0);
}

void GetCountIsOfTheWholeList(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob empty = NewJob(*client);
  contract.Expect("GetCount without files", Must(empty->EnumFiles())->GetCount(), 0U);
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  contract.Expect("GetCount at the beginning", files->GetCount(), 3U);
  Must(files->Skip(2));
  contract.Expect("GetCount after Skip(2)", files->GetCount(), 3U);
}

void AFileListIsASnapshot(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = WithThreeFiles(*client, stage);
  const auto files = Must(job->EnumFiles());
  Must(job->AddFile(stage.sources().small, stage.Path("file3")));
  contract.Expect("GetCount of the older list", files->GetCount(), 3U);
  contract.Expect("Next(5) of the older list", SizeOfNext(*files, 5), 3);
  contract.Expect("GetCount of a new list", Must(job->EnumFiles())->GetCount(), 4U);
}

// The position of a job in the list, or none.
std::optional<std::size_t> PositionOf(const Guid& id, EnumBackgroundCopyJobs& list) {
  Must(list.Reset());
  const auto jobs = Must(list.Next(10'000));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (Must(jobs[i]->GetId()) == id) return i;
  }
  return std::nullopt;
}

void AJobListIsASnapshotOfLiveJobs(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto list = contract.Get("EnumJobs", client->manager().EnumJobs(EnumJobsFlags::kCurrentUser));
  const ScopedJob later = NewJob(*client);
  contract.Expect("a job made later is listed", PositionOf(Must(later->GetId()), *list).has_value(), false);
  const std::optional<std::size_t> position = PositionOf(id, *list);
  contract.Require("a job made before is listed", position.has_value(), true);
  Must(job->SetDescription("set after EnumJobs"));
  Must(list->Reset());
  const auto jobs = Must(list->Next(static_cast<std::uint32_t>(*position) + 1));
  contract.Expect("what its entry tells", jobs.back()->GetDescription(), "set after EnumJobs");
}

void AJobListIsReadInPortions(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob first = NewJob(*client);
  const ScopedJob second = NewJob(*client);
  const auto list = Must(client->manager().EnumJobs(EnumJobsFlags::kCurrentUser));
  const std::uint32_t count = contract.Get("GetCount", list->GetCount());
  contract.Expect("GetCount is two at least", count >= 2, true);
  contract.Expect("Next(0)", SizeOfNext(*list, 0), 0);
  contract.Expect("Next(1)", SizeOfNext(*list, 1), 1);
  contract.Expect("Skip of all but one of the rest", list->Skip(count - 2), HResult());
  contract.Expect("Next(2) with one left", SizeOfNext(*list, 2), 1);
  contract.Expect("Skip(1) at the end", list->Skip(1), "S_FALSE"_hr);
  contract.Expect("Reset", list->Reset(), HResult());
  contract.Expect("Next of one more than there are gives all", Must(SizeOfNext(*list, count + 1)) == count, true);
  Must(list->Reset());
  Must(list->Skip(1));
  const auto clone = contract.Get("Clone", list->Clone());
  contract.Expect("Next of all by the clone gives all but one", Must(SizeOfNext(*clone, count)) == count - 1, true);
  contract.Expect("GetCount of the clone is the list's", Must(clone->GetCount()) == count, true);
}

const Case kCases[] = {
    {"NextGivesFewerAtTheEnd", "ienumbackgroundcopyfiles-next", {}, NextGivesFewerAtTheEnd},
    {"NextGivesEachEntryOnce", "ienumbackgroundcopyfiles-next", {}, NextGivesEachEntryOnce},
    {"NextTakesAnyCount", "ienumbackgroundcopyfiles-next", {}, NextTakesAnyCount},
    {"SkipTellsOfTheEnd", "ienumbackgroundcopyjobs-skip", {}, SkipTellsOfTheEnd},
    {"ResetLeadsBackToTheFirst", "ienumbackgroundcopyjobs-reset", {}, ResetLeadsBackToTheFirst},
    {"CloneIsAtTheSamePosition", "ienumbackgroundcopyjobs-clone", {}, CloneIsAtTheSamePosition},
    {"PointersToAListShareItsPosition", "unknwn-iunknown-queryinterface", {}, PointersToAListShareItsPosition},
    {"GetCountIsOfTheWholeList", "ienumbackgroundcopyjobs-getcount", {}, GetCountIsOfTheWholeList},
    {"AFileListIsASnapshot", "ibackgroundcopyjob-enumfiles", {}, AFileListIsASnapshot},
    {"AJobListIsASnapshotOfLiveJobs", "enumerating-jobs-in-the-transfer-queue", {}, AJobListIsASnapshotOfLiveJobs},
    {"AJobListIsReadInPortions", "ienumbackgroundcopyjobs-next", {}, AJobListIsReadInPortions},
};

}  // namespace

std::span<const Case> EnumeratorCases() { return kCases; }

}  // namespace bits::contract
