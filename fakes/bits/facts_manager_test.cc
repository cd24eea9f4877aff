// The documented behaviour of the manager and of enumerators.
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/simulation_test.h"

namespace bits::fakes {
namespace {

constexpr Fact kFacts[] = {
    {"MANAGER-01", "CreateJob takes names of up to 256 characters, also one that is taken; longer: E_INVALIDARG",
     "ibackgroundcopymanager-createjob", "Manager.TakesNamesOf256Characters", ""},
    {"MANAGER-02", "A job needs a name, and CreateJob somewhere to put the id: NULL is E_INVALIDARG",
     "ibackgroundcopymanager-createjob", "",
     "names and results cannot be NULL in the interfaces that the simulation has"},
    {"MANAGER-03", "A new job is SUSPENDED and belongs to who made it", "ibackgroundcopymanager-createjob",
     "Manager.MakesSuspendedJobsOfTheCaller", ""},
    {"MANAGER-04", "Restricted tokens make no jobs", "users-and-network-connections", "Manager.RefusesRestrictedTokens",
     ""},
    {"MANAGER-05", "A user has at most 60 jobs: BG_E_TOO_MANY_JOBS_PER_USER", "ibackgroundcopymanager-createjob",
     "Manager.LimitsTheJobsOfAUser", ""},
    {"MANAGER-06", "A machine has at most 300 jobs: BG_E_TOO_MANY_JOBS_PER_MACHINE", "ibackgroundcopymanager-createjob",
     "Manager.LimitsTheJobsOfTheMachine", ""},
    {"MANAGER-07", "The limits are not for administrators and services", "ibackgroundcopymanager-createjob",
     "Manager.LimitsNoAdministratorsAndServices", ""},
    {"MANAGER-08", "GetJob yields a job to its owner and to administrators; others get E_ACCESSDENIED",
     "ibackgroundcopymanager-getjob", "Manager.GivesJobsToTheirOwnerAndAdministrators", ""},
    {"MANAGER-09", "GetJob yields BG_E_NOT_FOUND for an id that no job has", "ibackgroundcopymanager-getjob",
     "Manager.FindsNoJobThatIsNotThere", ""},
    {"MANAGER-10", "EnumJobs lists the caller's jobs", "ibackgroundcopymanager-enumjobs",
     "Manager.ListsTheJobsOfTheCaller", ""},
    {"MANAGER-11", "EnumJobs lists everybody's jobs to administrators; others get E_ACCESSDENIED",
     "ibackgroundcopymanager-enumjobs", "Manager.ListsEverybodysJobsToAdministrators", ""},
    {"MANAGER-12", "The order of a list means nothing", "enumerating-jobs-in-the-transfer-queue", "",
     "an order that means nothing cannot be asserted; no test relies on one"},
    {"MANAGER-13", "A list is as it was when it was asked for, what its jobs tell is as it is now",
     "enumerating-jobs-in-the-transfer-queue", "Manager.ListsAreSnapshotsOfLiveJobs", ""},
    {"MANAGER-14", "GetErrorDescription knows its language or yields ERROR_RESOURCE_LANG_NOT_FOUND",
     "ibackgroundcopymanager-geterrordescription", "Manager.DescribesErrorsInTheLanguagesItHas", ""},
    {"MANAGER-15", "Since Vista texts of HTTP errors are in the user's language",
     "ibackgroundcopymanager-geterrordescription", "", "the simulation's texts are in English only"},
    {"MANAGER-16", "Next yields what was asked for; fewer, which is S_FALSE, at the end",
     "ienumbackgroundcopyjobs-next", "Manager.NextYieldsFewerAtTheEnd", ""},
    {"MANAGER-17", "Next can do without the number of entries only when it is asked for one",
     "ienumbackgroundcopyjobs-next", "", "entries come with their number in the interfaces that the simulation has"},
    {"MANAGER-18", "Skip passes over entries, and yields S_FALSE past the end", "ienumbackgroundcopyjobs-skip",
     "Manager.SkipTellsOfTheEnd", ""},
    {"MANAGER-19", "Reset leads back to the first entry", "ienumbackgroundcopyjobs-reset",
     "Manager.ResetLeadsBackToTheFirst", ""},
    {"MANAGER-20", "Clone is at the same place of the same list, and goes on by itself",
     "ienumbackgroundcopyjobs-clone", "Manager.CloneIsAtTheSamePlace", ""},
    {"MANAGER-21", "GetCount is the number of all entries, wherever the place is", "ienumbackgroundcopyjobs-getcount",
     "Manager.GetCountCountsAll", ""},
};

class Manager : public SimulationTest {
 protected:
  Manager() {
    for (int i = 0; i < 3; ++i) Must(files_->AddFile(kUrl, std::string(kLocal) + std::to_string(i)));
  }

  static std::set<std::string> Owners(const Client& client, std::uint32_t flags) {
    std::set<std::string> owners;
    for (const auto& job : Must(Must(client.manager->EnumJobs(flags))->Next(1000))) {
      owners.insert(Must(job->GetOwner()));
    }
    return owners;
  }
  static HResult Create(const Client& client) { return HResultOf(client.manager->CreateJob("a job", {})); }
  // The number in the local name of the enumerator's next file.
  static char NextOf(EnumBackgroundCopyFiles& files) { return Must(Must(files.Next(1)).at(0)->GetLocalName()).back(); }

  std::unique_ptr<BackgroundCopyJob> files_ = MakeJob();  // with three files: 0, 1, 2
};

// --- jobs

TEST_F(Manager, TakesNamesOf256Characters) {
  std::string umlauts;  // two bytes each
  for (int i = 0; i < 256; ++i) umlauts += "\xC3\xBC";
  for (const std::string& name : {std::string(), std::string(256, 'n'), std::string(256, 'n'), umlauts}) {
    const Result<CreatedJob> created = alice_.manager->CreateJob(name, JobType::kDownload);
    ASSERT_EQ(HResultOf(created), HResult());
    EXPECT_EQ(Must(created->job->GetDisplayName()), name);
  }
  EXPECT_EQ(HResultOf(alice_.manager->CreateJob(std::string(257, 'n'), {})), "E_INVALIDARG"_hr);
  EXPECT_EQ(HResultOf(alice_.manager->CreateJob(umlauts + "n", {})), "E_INVALIDARG"_hr);
}

TEST_F(Manager, MakesSuspendedJobsOfTheCaller) {
  for (const JobType type : {JobType::kDownload, JobType::kUpload, JobType::kUploadReply}) {
    const CreatedJob created = Must(alice_.manager->CreateJob("a job", type));
    EXPECT_EQ(Must(created.job->GetId()), created.id);
    EXPECT_EQ(Must(created.job->GetType()), type);
    EXPECT_EQ(StateOf(*created.job), JobState::kSuspended);
    EXPECT_EQ(Must(created.job->GetOwner()), alice_.process->token()->sid());
  }
  // The thread's user, if it is another's than the process's.
  const Token helen = alice_.process->Open(cast_.Helper(rules::TokenKind::kUser));
  Must(alice_.process->logon().ImpersonateLoggedOnUser(helen));
  const auto hers = MakeJob();
  EXPECT_EQ(Must(hers->GetOwner()), cast_.Helper(rules::TokenKind::kUser)->sid());
  Must(alice_.process->logon().RevertToSelf());
}

TEST_F(Manager, RefusesRestrictedTokens) {
  LogonApi& logon = alice_.process->logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kMaximumAllowed));
  const std::string sids[] = {alice_.process->token()->sid()};
  TokenRestrictions restrictions;
  restrictions.sids_to_restrict = sids;
  const Token restricted = Must(logon.CreateRestrictedToken(own, restrictions));
  Must(logon.ImpersonateLoggedOnUser(restricted));
  EXPECT_EQ(Create(alice_), "E_ACCESSDENIED"_hr);
  Must(logon.RevertToSelf());
  EXPECT_EQ(Create(alice_), HResult());
}

TEST_F(Manager, LimitsTheJobsOfAUser) {
  for (int i = 1; i < 60; ++i) ASSERT_EQ(Create(alice_), HResult()) << i;
  EXPECT_EQ(Create(alice_), "BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  EXPECT_EQ(Create(Client(world_, cast_.OtherUser())), HResult());
  Must(files_->Cancel());
  EXPECT_EQ(Create(alice_), HResult());
}

TEST_F(Manager, LimitsTheJobsOfTheMachine) {
  world_.SetPolicy("MaxJobsPerUser", 1000);
  for (int i = 1; i < 300; ++i) ASSERT_EQ(Create(alice_), HResult()) << i;
  EXPECT_EQ(Create(alice_), "BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr);
  EXPECT_EQ(Create(Client(world_, cast_.OtherUser())), "BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr);
  Must(files_->Cancel());
  EXPECT_EQ(Create(alice_), HResult());
}

TEST_F(Manager, LimitsNoAdministratorsAndServices) {
  for (const rules::TokenKind kind : {rules::TokenKind::kAdminElevated, rules::TokenKind::kSystem,
                                      rules::TokenKind::kLocalService, rules::TokenKind::kNetworkService}) {
    const Client client(world_, cast_.Owner(kind));
    for (int i = 0; i < 310; ++i) ASSERT_EQ(Create(client), HResult()) << i;
  }
}

TEST_F(Manager, GivesJobsToTheirOwnerAndAdministrators) {
  const Guid id = Must(files_->GetId());
  const Client olivia(world_, cast_.OtherAdmin());
  for (const Client* const client : std::initializer_list<const Client*>{&alice_, &olivia}) {
    const auto job = client->manager->GetJob(id);
    ASSERT_EQ(HResultOf(job), HResult());
    EXPECT_EQ(Must((*job)->GetId()), id);
  }
  EXPECT_EQ(HResultOf(Client(world_, cast_.OtherUser()).manager->GetJob(id)), "E_ACCESSDENIED"_hr);
  // An administrator without elevation is none, nor may one touch what LocalSystem made.
  EXPECT_EQ(HResultOf(Client(world_, world_.LogOn("olivia")).manager->GetJob(id)), "E_ACCESSDENIED"_hr);
  const Client system(world_, world_.ServiceToken(kLocalSystemSid));
  EXPECT_EQ(HResultOf(olivia.manager->GetJob(Must(system.MakeJob()->GetId()))), "E_ACCESSDENIED"_hr);
}

TEST_F(Manager, FindsNoJobThatIsNotThere) { EXPECT_EQ(HResultOf(alice_.manager->GetJob(Guid{})), "BG_E_NOT_FOUND"_hr); }

TEST_F(Manager, ListsTheJobsOfTheCaller) {
  const Client oscar(world_, cast_.OtherUser());
  const auto his = oscar.MakeJob();
  EXPECT_EQ(Owners(alice_, EnumJobsFlags::kCurrentUser), std::set<std::string>{alice_.process->token()->sid()});
  EXPECT_EQ(Owners(oscar, EnumJobsFlags::kCurrentUser), std::set<std::string>{oscar.process->token()->sid()});
  const Client olivia(world_, cast_.OtherAdmin());
  EXPECT_TRUE(Owners(olivia, EnumJobsFlags::kCurrentUser).empty());
}

TEST_F(Manager, ListsEverybodysJobsToAdministrators) {
  const Client oscar(world_, cast_.OtherUser());
  const auto his = oscar.MakeJob();
  const Client olivia(world_, cast_.OtherAdmin());
  const std::set<std::string> both = {alice_.process->token()->sid(), oscar.process->token()->sid()};
  EXPECT_EQ(Owners(olivia, EnumJobsFlags::kAllUsers), both);
  EXPECT_EQ(HResultOf(alice_.manager->EnumJobs(EnumJobsFlags::kAllUsers)), "E_ACCESSDENIED"_hr);
  const Client filtered(world_, world_.LogOn("olivia"));
  EXPECT_EQ(HResultOf(filtered.manager->EnumJobs(EnumJobsFlags::kAllUsers)), "E_ACCESSDENIED"_hr);
}

TEST_F(Manager, ListsAreSnapshotsOfLiveJobs) {
  const auto list = Must(alice_.manager->EnumJobs(EnumJobsFlags::kCurrentUser));
  const auto later = MakeJob();
  Must(files_->SetDisplayName("renamed"));
  EXPECT_EQ(Must(list->GetCount()), 1U);
  const auto jobs = Must(list->Next(10));
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(Must(jobs[0]->GetDisplayName()), "renamed");
  Must(files_->Cancel());
  EXPECT_EQ(StateOf(*jobs[0]), JobState::kCancelled);
  EXPECT_EQ(Must(list->GetCount()), 1U);
}

TEST_F(Manager, DescribesErrorsInTheLanguagesItHas) {
  constexpr std::uint32_t kEnglish = 0x0409;
  constexpr std::uint32_t kNobodys = 0x1234;
  const std::string text = Must(alice_.manager->GetErrorDescription("BG_E_EMPTY"_hr, kEnglish));
  EXPECT_FALSE(text.empty());
  EXPECT_NE(text, Must(alice_.manager->GetErrorDescription("BG_E_NOT_FOUND"_hr, kEnglish)));
  EXPECT_EQ(HResultOf(alice_.manager->GetErrorDescription("BG_E_EMPTY"_hr, kNobodys)),
            "ERROR_RESOURCE_LANG_NOT_FOUND"_hr);
}

// --- enumerators

TEST_F(Manager, NextYieldsFewerAtTheEnd) {
  const auto files = Must(files_->EnumFiles());
  EXPECT_EQ(Must(files->Next(2)).size(), 2U);
  EXPECT_EQ(Must(files->Next(2)).size(), 1U);
  EXPECT_TRUE(Must(files->Next(2)).empty());
  const auto jobs = Must(alice_.manager->EnumJobs(0));
  EXPECT_TRUE(Must(jobs->Next(0)).empty());
  EXPECT_EQ(Must(jobs->Next(1)).size(), 1U);
  EXPECT_TRUE(Must(jobs->Next(1)).empty());
}

TEST_F(Manager, SkipTellsOfTheEnd) {
  const auto files = Must(files_->EnumFiles());
  EXPECT_EQ(files->Skip(1), HResult());
  EXPECT_EQ(NextOf(*files), '1');
  EXPECT_EQ(files->Skip(1), HResult());
  EXPECT_EQ(files->Skip(1), "S_FALSE"_hr);
  EXPECT_TRUE(Must(files->Next(1)).empty());
}

TEST_F(Manager, ResetLeadsBackToTheFirst) {
  const auto files = Must(files_->EnumFiles());
  Must(files->Skip(10));
  EXPECT_EQ(files->Reset(), HResult());
  EXPECT_EQ(NextOf(*files), '0');
}

TEST_F(Manager, CloneIsAtTheSamePlace) {
  const auto files = Must(files_->EnumFiles());
  Must(files->Skip(1));
  const auto clone = Must(files->Clone());
  EXPECT_EQ(NextOf(*clone), '1');
  EXPECT_EQ(NextOf(*clone), '2');
  EXPECT_EQ(NextOf(*files), '1');
  Must(files_->AddFile(kUrl, R"(C:\Users\alice\file3)"));
  EXPECT_TRUE(Must(clone->Next(1)).empty());
}

TEST_F(Manager, GetCountCountsAll) {
  const auto files = Must(files_->EnumFiles());
  EXPECT_EQ(Must(files->GetCount()), 3U);
  Must(files->Skip(2));
  EXPECT_EQ(Must(files->GetCount()), 3U);
}

}  // namespace

std::span<const Fact> ManagerFacts() { return kFacts; }

}  // namespace bits::fakes
