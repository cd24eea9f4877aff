// Job access: who may connect, make jobs, find them and change them.
#include <fmt/format.h>

#include "fakes/world/world.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::Must;
using contract::NewJob;
using contract::Person;
using rules::JobCall;
using rules::JobCallSituation;
using rules::TokenKind;

// `caller` about a job of `owner`'s, by way of a pointer that the caller got.
JobCallSituation Asking(Client& caller, Client& owner, JobCall call) {
  JobCallSituation situation;
  situation.build = BuildOf(caller);
  situation.call = call;
  situation.caller = situation.holder = OwnTraits(caller);
  situation.owner = OwnTraits(owner);
  situation.caller_is_owner = situation.holder_is_owner = OwnSid(caller) == OwnSid(owner);
  return situation;
}

void PlayNewerClass(Run& run) {
  const auto client = run.stage.Start();
  JobCallSituation situation = Asking(*client, *client, JobCall::kCoCreateInstance);
  situation.class_registered = false;
  run.judge.Expect("CoCreateInstance of a newer class", situation,
                   HResultOf(client->environment().com().CoCreateInstance(ManagerClass::k10_3)));
}

// A browser's protected mode.
void PlayLowIntegrity(Run& run) {
  fakes::World& world = *run.stage.simulation();
  fakes::TokenData low = *world.LogOn("alice");
  low.facts.integrity_rid = rules::kLowIntegrity;
  const auto process = run.stage.starter()(world, fakes::MakeToken(std::move(low)));
  const Apartment apartment = Must(Apartment::Enter(process->com(), ApartmentType::kMultiThreaded));
  Must(process->com().CoInitializeSecurity({}));
  JobCallSituation situation;
  situation.build = Must(process->machine().GetOsVersion()).build;
  situation.call = JobCall::kCoCreateInstance;
  situation.caller.integrity_rid = rules::kLowIntegrity;
  run.judge.Expect("CoCreateInstance at low integrity", situation,
                   HResultOf(process->com().CoCreateInstance(ManagerClass::k1_0)));
}

void PlayRestricting(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  LogonApi& logon = client->environment().logon();
  const std::string users = "S-1-5-32-545";
  TokenRestrictions restrictions;
  restrictions.sids_to_restrict = std::span(&users, 1);
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate));
  const Token restricted = Must(logon.CreateRestrictedToken(own, restrictions));
  JobCallSituation situation = Asking(*client, *client, JobCall::kCreateJob);
  situation.caller = situation.holder = rules::TraitsOf(Must(logon.GetTokenFacts(restricted)));
  As(*client, restricted, [&] {
    run.judge.Expect("CreateJob with restricting SIDs", situation,
                     HResultOf(client->manager().CreateJob("scenario", JobType::kDownload)));
    situation.call = JobCall::kGetJob;
    run.judge.Expect("GetJob with restricting SIDs", situation,
                     HResultOf(client->manager().GetJob(Must(job->GetId()))));
    return HResult();
  });
}

void PlayNotLoggedOn(Run& run) {
  fakes::World& world = *run.stage.simulation();
  world.AddUser("carol", "password");
  const auto process = run.stage.starter()(world, world.LogOnThrough("carol", fakes::LogonRoute::kRunAs));
  const Apartment apartment = Must(Apartment::Enter(process->com(), ApartmentType::kMultiThreaded));
  Must(process->com().CoInitializeSecurity({}));
  const auto manager = Must(process->com().CoCreateInstance(ManagerClass::k1_0));
  JobCallSituation situation;
  situation.build = Must(process->machine().GetOsVersion()).build;
  situation.caller_logged_on = false;
  run.judge.Expect("CreateJob by way of RunAs", situation,
                   HResultOf(manager->CreateJob("scenario", JobType::kDownload)));
}

void PlayEnumeration(Run& run) {
  const auto client = run.stage.Start();
  run.judge.Expect("EnumJobs", Asking(*client, *client, JobCall::kEnumJobs), HResultOf(client->manager().EnumJobs(0)));
  run.judge.Expect("EnumJobs(BG_JOB_ENUM_ALL_USERS)", Asking(*client, *client, JobCall::kEnumJobsAllUsers),
                   HResultOf(client->manager().EnumJobs(EnumJobsFlags::kAllUsers)));
}

// The other value of decision D9: an elevated job may be read, and no more, without elevation.
void PlayReadableElevatedJob(Run& run) {
  const auto elevated = run.stage.Start({.owner = TokenKind::kAdminElevated});
  const ScopedJob job = NewJob(*elevated);
  const auto filtered = run.stage.Start({.owner = TokenKind::kAdminFiltered});
  JobCallSituation situation = Asking(*filtered, *elevated, JobCall::kGetJob);
  situation.decisions.elevated_job_readable = true;
  run.judge.Expect("GetJob", situation, HResultOf(filtered->manager().GetJob(Must(job->GetId()))));
  // The elevated program's own pointer, asked on a thread that UAC filters.
  situation.call = JobCall::kQueryInterface;
  fakes::World& world = *run.stage.simulation();
  const auto process = run.stage.starter()(world, world.LogOnElevated("adam"));
  const Apartment apartment = Must(Apartment::Enter(process->com(), ApartmentType::kMultiThreaded));
  Must(process->com().CoInitializeSecurity({}));
  const auto manager = Must(process->com().CoCreateInstance(ManagerClass::k1_0));
  const auto pointer = Must(manager->GetJob(Must(job->GetId())));
  const Token desktop = process->Open(world.LogOn("adam"));
  const Impersonation filtered_thread = Must(Impersonation::Of(process->logon(), desktop));
  run.judge.Expect("QueryInterface", situation, HResultOf(Query<BackgroundCopyJob2>(*pointer)));
  run.judge.Note("D9");
}

void PlayChanges(Run& run) {
  const auto client = run.stage.Start();
  const auto job = Must(client->manager().CreateJob("scenario", JobType::kDownload)).job;
  run.judge.Expect("SetDescription", Asking(*client, *client, JobCall::kModify), job->SetDescription("changed"));
  run.judge.Expect("TakeOwnership by a standard user", Asking(*client, *client, JobCall::kTakeOwnership),
                   job->TakeOwnership());
  Must(job->Cancel());
  JobCallSituation cancelled = Asking(*client, *client, JobCall::kModify);
  cancelled.state = JobState::kCancelled;
  run.judge.Expect("SetDescription of a cancelled job", cancelled, job->SetDescription("changed again"));
}

void PlayTakeOwnership(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto administrator = run.stage.Start({.person = Person::kAdministrator});
  const auto same = Must(administrator->manager().GetJob(Must(job->GetId())));
  run.judge.Expect("TakeOwnership by an elevated administrator",
                   Asking(*administrator, *client, JobCall::kTakeOwnership), same->TakeOwnership());
  run.contract.Expect("GetOwner afterwards", same->GetOwner(), OwnSid(*administrator));
  run.judge.Expect("GetJob by the former owner", Asking(*client, *administrator, JobCall::kGetJob),
                   HResultOf(client->manager().GetJob(Must(same->GetId()))));
  Must(same->Cancel());
}

}  // namespace

std::vector<Scenario> JobAccess() {
  Suite suite("JobAccess");
  suite.Add("a_class_newer_than_the_machines", {"JC-01"}, {Need::kSimulation}, PlayNewerClass).profiles = {
      "win7", "win10-1607"};
  suite.Add("low_integrity", {"JC-03"}, {Need::kSimulation}, PlayLowIntegrity);
  suite.Add("restricting_sids", {"JC-04", "JC-11"}, {Need::kHelperTokens}, PlayRestricting);
  suite.Add("not_logged_on", {"JC-05"}, {Need::kSimulation}, PlayNotLoggedOn);
  suite.Add("enumeration_by_a_user", {"JC-06", "JC-14"}, {Need::kStandardUser}, PlayEnumeration).owner =
      TokenKind::kUser;
  suite
      .Add("a_readable_elevated_job", {"JC-09", "JC-14", "D9"}, {Need::kSimulation, Need::kDecisions},
           PlayReadableElevatedJob)
      .decisions.elevated_job_readable = true;
  suite.Add("changes_by_a_user", {"JC-12", "JC-13", "JC-14"}, {Need::kStandardUser}, PlayChanges).owner =
      TokenKind::kUser;
  suite.Add("ownership_by_an_administrator", {"JC-07", "JC-14"}, {Need::kSecondUser}, PlayTakeOwnership);
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
