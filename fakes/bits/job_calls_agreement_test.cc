// The rules of the job calls and the simulation, compared over every combination of caller, holder, owner and COM
// security.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fakes/bits/start_client.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "harness/rules/job_call_rules.h"

namespace bits::fakes {
namespace {

using rules::JobCall;
using rules::JobCallRule;
using rules::JobCallSituation;
using rules::TokenKind;

// Who calls: the owner's people and others, and tokens that only the job calls know.
enum class Who {
  kOwner,
  kOwnerFiltered,
  kOtherUser,
  kOtherAdmin,
  kSystem,
  kNetworkService,
  kLowIntegrity,
  kRestricting
};
constexpr Who kEverybody[] = {Who::kOwner,  Who::kOwnerFiltered,  Who::kOtherUser,    Who::kOtherAdmin,
                              Who::kSystem, Who::kNetworkService, Who::kLowIntegrity, Who::kRestricting};
constexpr TokenKind kOwners[] = {TokenKind::kUser, TokenKind::kAdminElevated, TokenKind::kSystem};
constexpr JobState kStates[] = {JobState::kSuspended, JobState::kCancelled};

struct Security {
  AuthenticationLevel authentication;
  ImpersonationLevel impersonation;
};
constexpr Security kSecurities[] = {{AuthenticationLevel::kConnect, ImpersonationLevel::kImpersonate},
                                    {AuthenticationLevel::kConnect, ImpersonationLevel::kIdentify},
                                    {AuthenticationLevel::kConnect, ImpersonationLevel::kAnonymous},
                                    {AuthenticationLevel::kNone, ImpersonationLevel::kImpersonate}};

struct Case {
  JobCall call = JobCall::kCoCreateInstance;
  TokenKind owner = TokenKind::kUser;
  Who caller = Who::kOwner;
  Who holder = Who::kOwner;
  Security security = kSecurities[0];
  JobState state = JobState::kSuspended;
};

bool IsOnAPointer(JobCall call) {
  return call == JobCall::kAddFile || call == JobCall::kModify || call == JobCall::kTakeOwnership;
}

// A world in which the cases of one profile and one set of decisions are played.
class Stage {
 public:
  Stage(std::string_view profile, const rules::Decisions& decisions)
      : world_(Options(profile, decisions)), cast_(world_) {
    world_.disk().AddDirectory("C:\\Shared");
  }

  TokenPtr TokenOf(Who who, TokenKind owner) {
    switch (who) {
      case Who::kOwner:
        return cast_.Owner(owner);
      case Who::kOwnerFiltered:
        return owner == TokenKind::kAdminElevated ? cast_.Owner(TokenKind::kAdminFiltered) : cast_.Owner(owner);
      case Who::kOtherUser:
        return cast_.OtherUser();
      case Who::kOtherAdmin:
        return cast_.OtherAdmin();
      case Who::kSystem:
        return cast_.Owner(TokenKind::kSystem);
      case Who::kNetworkService:
        return cast_.Owner(TokenKind::kNetworkService);
      case Who::kLowIntegrity: {
        TokenData low = *cast_.Owner(owner);
        low.facts.integrity_rid = rules::kLowIntegrity;
        return MakeToken(std::move(low));
      }
      case Who::kRestricting: {
        TokenData restricted = *cast_.Owner(owner);
        restricted.facts.restricted_sids.push_back({"S-1-5-12", "RESTRICTED", GroupAttributes::kEnabled});
        return MakeToken(std::move(restricted));
      }
    }
    return nullptr;
  }

  JobCallSituation SituationOf(const Case& c) {
    const TokenPtr owner = cast_.Owner(c.owner);
    const TokenPtr caller = TokenOf(c.caller, c.owner);
    const TokenPtr holder = TokenOf(c.holder, c.owner);
    JobCallSituation situation;
    situation.build = world_.profile().build;
    situation.call = c.call;
    situation.caller = rules::TraitsOf(caller->facts);
    situation.caller_is_owner = caller->sid() == owner->sid();
    situation.owner = rules::TraitsOf(owner->facts);
    situation.holder = rules::TraitsOf(holder->facts);
    situation.holder_is_owner = holder->sid() == owner->sid();
    situation.authentication_level = c.security.authentication;
    situation.impersonation_level = c.security.impersonation;
    situation.state = c.state;
    situation.decisions = world_.options().decisions;
    return situation;
  }

  HResult Play(const Case& c) {
    const std::unique_ptr<Process> owner = Start(cast_.Owner(c.owner));
    const Apartment owners_apartment = *Apartment::Enter(owner->com(), ApartmentType::kMultiThreaded);
    static_cast<void>(owner->com().CoInitializeSecurity({}));
    const auto owners_manager = *owner->com().CoCreateInstance(ManagerClass::k1_0);
    const CreatedJob job = *owners_manager->CreateJob("job", JobType::kDownload);
    const HResult result = PlayOn(c, job, *owner);
    job.job->Cancel();
    return result;
  }

 private:
  static WorldOptions Options(std::string_view profile, const rules::Decisions& decisions) {
    WorldOptions options;
    options.profile = profile;
    options.decisions = decisions;
    return options;
  }

  std::unique_ptr<Process> Start(TokenPtr token) { return StartClient(world_, std::move(token)); }

  // The calls that need no pointer to the job are made by a process of the caller's. The others are made in the
  // holder's process, by a thread that is the caller.
  HResult PlayOn(const Case& c, const CreatedJob& job, Process&) {
    const bool on_pointer = IsOnAPointer(c.call) || c.call == JobCall::kQueryInterface;
    const std::unique_ptr<Process> process = Start(TokenOf(on_pointer ? c.holder : c.caller, c.owner));
    const Apartment apartment = *Apartment::Enter(process->com(), ApartmentType::kMultiThreaded);
    ProcessSecurity security;
    if (c.call == JobCall::kCoCreateInstance) {
      security = {c.security.authentication, c.security.impersonation, Cloaking::kDynamic};
    }
    static_cast<void>(process->com().CoInitializeSecurity(security));
    if (c.call == JobCall::kCoCreateInstance) return HResultOf(process->com().CoCreateInstance(ManagerClass::k1_0));

    // Whom the rules keep out earlier: the manager is got by a thread that may have it.
    const Token system = process->Open(world_.ServiceToken(kLocalSystemSid));
    static_cast<void>(process->logon().ImpersonateLoggedOnUser(system));
    const auto manager = *process->com().CoCreateInstance(ManagerClass::k1_0);
    static_cast<void>(process->logon().RevertToSelf());
    ProxyBlanket blanket;
    blanket.authentication_level = c.security.authentication;
    blanket.impersonation_level = c.security.impersonation;
    if (!on_pointer) {
      static_cast<void>(manager->SetProxyBlanket(blanket));
      if (c.call == JobCall::kCreateJob) {
        const Result<CreatedJob> created = manager->CreateJob("another", JobType::kDownload);
        if (created) created->job->Cancel();
        return HResultOf(created);
      }
      if (c.call == JobCall::kGetJob) return HResultOf(manager->GetJob(job.id));
      return HResultOf(manager->EnumJobs(c.call == JobCall::kEnumJobsAllUsers ? 1 : 0));
    }
    // QueryInterface is asked of a pointer that LocalSystem got, who gets every pointer.
    const bool query = c.call == JobCall::kQueryInterface;
    if (query || world_.profile().build < kWindows7)
      static_cast<void>(process->logon().ImpersonateLoggedOnUser(system));
    const auto pointer = manager->GetJob(job.id);
    static_cast<void>(process->logon().RevertToSelf());
    if (!pointer)
      return c.security.authentication == AuthenticationLevel::kNone ? "E_ACCESSDENIED"_hr : pointer.error();
    if (c.state == JobState::kCancelled) job.job->Cancel();
    const Token caller = process->Open(TokenOf(c.caller, c.owner));
    static_cast<void>(process->logon().ImpersonateLoggedOnUser(caller));
    static_cast<void>((*pointer)->SetProxyBlanket(blanket));
    HResult result;
    if (query) result = HResultOf(Query<BackgroundCopyJob2>(**pointer));
    if (c.call == JobCall::kAddFile) result = (*pointer)->AddFile("http://h/f", "C:\\Shared\\f");
    if (c.call == JobCall::kModify) result = (*pointer)->SetDescription("changed");
    if (c.call == JobCall::kTakeOwnership) result = (*pointer)->TakeOwnership();
    static_cast<void>(process->logon().RevertToSelf());
    return result;
  }

  World world_;
  Cast cast_;
};

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const auto& call : EnumNames<JobCall>::kNames) {
    for (const TokenKind owner : kOwners) {
      for (const Who caller : kEverybody) {
        for (const Security& security : kSecurities) {
          if (!IsOnAPointer(call.value)) {
            cases.push_back({call.value, owner, caller, Who::kOwner, security, JobState::kSuspended});
            continue;
          }
          for (const Who holder : kEverybody) {
            for (const JobState state : kStates) cases.push_back({call.value, owner, caller, holder, security, state});
          }
        }
      }
    }
  }
  return cases;
}

std::string Describe(const Case& c) {
  return fmt::format("{} on a job of {} by caller {}, holder {}, authentication {}, impersonation {}, {}",
                     ToString(c.call), ToString(c.owner), static_cast<int>(c.caller), static_cast<int>(c.holder),
                     ToString(c.security.authentication), ToString(c.security.impersonation), ToString(c.state));
}

class JobCallsAgreement : public ::testing::TestWithParam<std::string_view> {};

TEST_P(JobCallsAgreement, RulesAndSimulationAgree) {
  for (const bool readable : {false, true}) {
    rules::Decisions decisions;
    decisions.elevated_job_readable = readable;
    Stage stage(GetParam(), decisions);
    int differences = 0;
    for (const Case& c : AllCases()) {
      const JobCallRule& rule = rules::Decide(stage.SituationOf(c));
      const HResult played = stage.Play(c);
      if (played == rule.then) continue;
      if (++differences <= 5)
        ADD_FAILURE() << Describe(c) << ": " << rule.id << " demands " << rule.then << ", not " << played;
    }
    EXPECT_EQ(differences, 0) << "of " << AllCases().size() << " cases";
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, JobCallsAgreement, ::testing::Values("vista", "win7", "win10-1607", "server2025"),
                         [](const auto& info) {
                           std::string name(info.param);
                           std::erase(name, '-');
                           return name;
                         });

// Rules that the cases above do not reach, or that the simulation is held to elsewhere.
constexpr std::string_view kElsewhere[] = {
    "JC-01",  // JobCalls.AClassNewerThanTheMachinesIsNotRegistered
    "JC-05",  // JobCalls.SomebodyWhoIsNotLoggedOnMakesNoJobs
};

TEST(JobCallRules, AChangeOfAnyOneIsFound) {
  rules::Decisions readable;
  readable.elevated_job_readable = true;
  std::array<Stage, 2> stages = {Stage("win10-1607", {}), Stage("win10-1607", readable)};
  const std::vector<Case> cases = AllCases();
  for (std::size_t i = 0; i < rules::JobCallRules().size(); ++i) {
    const std::string_view id = rules::JobCallRules()[i].id;
    if (std::ranges::find(kElsewhere, id) != std::end(kElsewhere)) continue;
    const auto decides = [&](Stage& stage) {
      return std::ranges::any_of(cases, [&](const Case& c) { return rules::Decide(stage.SituationOf(c)).id == id; });
    };
    EXPECT_TRUE(std::ranges::any_of(stages, decides)) << id << " decides no case: breaking it would not be seen";
  }
}

TEST(JobCalls, AClassNewerThanTheMachinesIsNotRegistered) {
  World world("win7");
  world.AddUser("alice", "password");
  const auto process = StartClient(world, world.LogOn("alice"));
  const Apartment apartment = *Apartment::Enter(process->com(), ApartmentType::kMultiThreaded);
  JobCallSituation situation;
  situation.build = kWindows7;
  situation.call = JobCall::kCoCreateInstance;
  situation.class_registered = false;
  EXPECT_EQ(HResultOf(process->com().CoCreateInstance(ManagerClass::k5_0)), rules::Decide(situation).then);
  EXPECT_EQ(HResultOf(process->com().CoCreateInstance(ManagerClass::k4_0)), "S_OK"_hr);
}

TEST(JobCalls, SomebodyWhoIsNotLoggedOnMakesNoJobs) {
  World world("win10-1607");
  world.AddUser("alice", "password");
  TokenPtr batch;
  world.Change([&] { batch = world.accounts().LogOn(world.accounts().Get("alice"), LogonType::kBatch, false); });
  const auto process = StartClient(world, batch);
  const Apartment apartment = *Apartment::Enter(process->com(), ApartmentType::kMultiThreaded);
  const auto manager = *process->com().CoCreateInstance(ManagerClass::k1_0);
  JobCallSituation situation;
  situation.build = kWindows10_1607;
  situation.caller_logged_on = false;
  EXPECT_EQ(HResultOf(manager->CreateJob("job", JobType::kDownload)), rules::Decide(situation).then);
  world.LogOn("alice");
  EXPECT_EQ(HResultOf(manager->CreateJob("job", JobType::kDownload)), "S_OK"_hr);
}

}  // namespace
}  // namespace bits::fakes
