// IBackgroundCopyManager.
#include <algorithm>
#include <vector>

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

constexpr Guid kNobodysId{0x4991D34B, 0x80A1, 0x4291, {0x83, 0xB6, 0x33, 0x28, 0x36, 0x6B, 0x90, 0x97}};

// How many jobs of this id a list has that have not ended.
int CountListed(BackgroundCopyManager& manager, const Guid& id, std::uint32_t flags) {
  int count = 0;
  for (const auto& job : Must(Must(manager.EnumJobs(flags))->Next(10'000))) {
    if (Must(job->GetId()) == id && !IsFinal(Must(job->GetState()))) ++count;
  }
  return count;
}

void CreateJobMakesASuspendedJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  for (const JobType type : {JobType::kDownload, JobType::kUpload, JobType::kUploadReply}) {
    CreatedJob created =
        contract.Get(fmt::format("CreateJob({})", ToString(type)), client->manager().CreateJob("bits contract", type));
    const ScopedJob job(std::move(created.job));
    contract.Expect(fmt::format("GetState of a new {} job", ToString(type)), job->GetState(), JobState::kSuspended);
    contract.Expect(fmt::format("GetType of a new {} job", ToString(type)), job->GetType(), type);
    contract.Expect(fmt::format("GetId of a new {} job is what CreateJob said", ToString(type)),
                    Must(job->GetId()) == created.id, true);
    contract.Expect(fmt::format("GetDisplayName of a new {} job", ToString(type)), job->GetDisplayName(),
                    "bits contract");
  }
}

void CreateJobTakesNamesOf256Characters(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  std::string umlauts;  // two bytes each
  for (int i = 0; i < 256; ++i) umlauts += "\xC3\xBC";
  const struct {
    std::string_view what;
    std::string name;
    HResult result;
  } kRows[] = {{"256 characters", std::string(256, 'n'), HResult()},
               {"256 characters of two bytes", umlauts, HResult()},
               {"257 characters", std::string(257, 'n'), "E_INVALIDARG"_hr}};
  for (const auto& row : kRows) {
    auto created = client->manager().CreateJob(row.name, JobType::kDownload);
    contract.Expect(fmt::format("CreateJob with a name of {}", row.what), HResultOf(created), row.result);
    if (!created) continue;
    const ScopedJob job(std::move(created->job));
    if (row.result.Succeeded()) {
      contract.Expect(fmt::format("GetDisplayName of {}", row.what), job->GetDisplayName(), row.name);
    }
  }
}

void CreateJobRefusesAnUnknownType(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  auto created = client->manager().CreateJob("bits contract", static_cast<JobType>(3));
  const ScopedJob job(created ? std::move(created->job) : nullptr);
  contract.Expect("CreateJob with type 3", HResultOf(created), "E_INVALIDARG"_hr);
}

void NamesNeedNotBeUnique(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob first = NewJob(*client);
  const ScopedJob second = NewJob(*client);
  contract.Expect("GetDisplayName of the second job", second->GetDisplayName(), Must(first->GetDisplayName()));
  contract.Expect("two jobs of one name have one id", Must(first->GetId()) == Must(second->GetId()), false);
}

void GetJobFindsAJobById(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto found = contract.Get("GetJob", client->manager().GetJob(id));
  contract.Expect("GetId of what GetJob gave is the job's", Must(found->GetId()) == id, true);
  Must(found->SetDescription("set through GetJob"));
  contract.Expect("GetDescription of the job", job->GetDescription(), "set through GetJob");
}

void GetJobKnowsNoOtherIds(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  contract.Expect("GetJob of an id that no job has", HResultOf(client->manager().GetJob(kNobodysId)),
                  "BG_E_NOT_FOUND"_hr);
  contract.Expect("GetJob of the null id", HResultOf(client->manager().GetJob(Guid{})), "BG_E_NOT_FOUND"_hr);
}

void ASecondClientOfTheUserSeesTheJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto second = stage.Start();
  contract.Expect("how often EnumJobs of the second client lists it",
                  CountListed(second->manager(), id, EnumJobsFlags::kCurrentUser), 1);
  const auto found = contract.Get("GetJob of the second client", second->manager().GetJob(id));
  Must(found->SetDescription("set by the second client"));
  contract.Expect("GetDescription for the first client", job->GetDescription(), "set by the second client");
}

void AJobOutlivesItsPointersAndItsClient(Contract& contract, Stage& stage) {
  Guid id;
  {
    const auto client = stage.Start();
    id = Must(client->manager().CreateJob("bits contract", JobType::kDownload)).id;
  }
  const auto later = stage.Start();
  auto found = contract.Get("GetJob of a later client", later->manager().GetJob(id));
  const ScopedJob job(std::move(found));
  contract.Expect("its state", job->GetState(), JobState::kSuspended);
}

void AJobThatEndedIsOutOfTheQueue(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  contract.Expect("how often EnumJobs lists it before", CountListed(client->manager(), id, 0), 1);
  Must(job->Cancel());
  contract.Expect("how often EnumJobs lists it afterwards", CountListed(client->manager(), id, 0), 0);
  contract.Expect("GetJob afterwards", HResultOf(client->manager().GetJob(id)), "BG_E_NOT_FOUND"_hr);
}

void OthersMayNotUseTheJob(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto other = stage.Start({.person = Person::kHelper});
  contract.Expect("GetJob of another user", HResultOf(other->manager().GetJob(id)), "E_ACCESSDENIED"_hr);
  contract.Expect("how often another user's EnumJobs lists it", CountListed(other->manager(), id, 0), 0);
  const auto administrator = stage.Start({.person = Person::kAdministrator});
  const auto found = contract.Get("GetJob of an administrator", administrator->manager().GetJob(id));
  contract.Expect("SetDescription by an administrator", found->SetDescription("helped"), HResult());
  contract.Expect("how often an administrator's EnumJobs lists it", CountListed(administrator->manager(), id, 0), 0);
  contract.Expect("how often EnumJobs(ALL_USERS) lists it",
                  CountListed(administrator->manager(), id, EnumJobsFlags::kAllUsers), 1);
}

void EnumJobsOfAllUsersIsForAdministrators(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  contract.Expect("EnumJobs(ALL_USERS) by a standard user",
                  HResultOf(client->manager().EnumJobs(EnumJobsFlags::kAllUsers)), "E_ACCESSDENIED"_hr);
}

void AUserHas60JobsAtMost(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  std::vector<ScopedJob> jobs;
  for (int i = 0; i < 60; ++i) jobs.push_back(NewJob(*client));
  contract.Expect("CreateJob of the 61st", HResultOf(client->manager().CreateJob("bits contract", JobType::kDownload)),
                  "BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  jobs.pop_back();
  contract.Expect("CreateJob after one was cancelled",
                  HResultOf(client->manager().CreateJob("bits contract", JobType::kDownload)), HResult());
}

void GetErrorDescriptionSpeaksALanguage(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  BackgroundCopyManager& manager = client->manager();
  const auto text = manager.GetErrorDescription("BG_E_NOT_FOUND"_hr, kEnglish);
  contract.Require("GetErrorDescription in English says something", SaysSomething(text), true);
  contract.Expect("two codes have one text", *text == Must(manager.GetErrorDescription("BG_E_EMPTY"_hr, kEnglish)),
                  false);
  contract.Expect("GetErrorDescription in nobody's language",
                  HResultOf(manager.GetErrorDescription("BG_E_NOT_FOUND"_hr, kNobodys)),
                  "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
}

const Case kCases[] = {
    {"CreateJobMakesASuspendedJob", "ibackgroundcopymanager-createjob", {}, CreateJobMakesASuspendedJob},
    {"CreateJobTakesNamesOf256Characters", "ibackgroundcopymanager-createjob", {}, CreateJobTakesNamesOf256Characters},
    {"CreateJobRefusesAnUnknownType", "ibackgroundcopymanager-createjob", {}, CreateJobRefusesAnUnknownType},
    {"NamesNeedNotBeUnique", "ibackgroundcopymanager-createjob", {}, NamesNeedNotBeUnique},
    {"GetJobFindsAJobById", "ibackgroundcopymanager-getjob", {}, GetJobFindsAJobById},
    {"GetJobKnowsNoOtherIds", "ibackgroundcopymanager-getjob", {}, GetJobKnowsNoOtherIds},
    {"ASecondClientOfTheUserSeesTheJob", "ibackgroundcopymanager-getjob", {}, ASecondClientOfTheUserSeesTheJob},
    {"AJobOutlivesItsPointersAndItsClient", "life-cycle-of-a-bits-job", {}, AJobOutlivesItsPointersAndItsClient},
    {"AJobThatEndedIsOutOfTheQueue", "life-cycle-of-a-bits-job", {Need::kPromptQueue}, AJobThatEndedIsOutOfTheQueue},
    {"OthersMayNotUseTheJob", "ibackgroundcopymanager-getjob", {Need::kSecondUser}, OthersMayNotUseTheJob},
    {"EnumJobsOfAllUsersIsForAdministrators",
     "ibackgroundcopymanager-enumjobs",
     {Need::kStandardUser},
     EnumJobsOfAllUsersIsForAdministrators},
    {"AUserHas60JobsAtMost", "ibackgroundcopymanager-createjob", {Need::kStandardUser}, AUserHas60JobsAtMost},
    {"GetErrorDescriptionSpeaksALanguage",
     "ibackgroundcopymanager-geterrordescription",
     {},
     GetErrorDescriptionSpeaksALanguage},
};

}  // namespace

std::span<const Case> ManagerCases() { return kCases; }

}  // namespace bits::contract
