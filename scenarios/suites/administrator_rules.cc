// Administrator rules: whose jobs may have which helper's token, on which Windows, and in which order it is called.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/rules/windows_profile.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::Must;
using contract::NewJob;
using contract::Person;
using rules::TokenKind;
using rules::TokenMethod;

constexpr std::uint32_t kBoth = HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork;
constexpr std::string_view kProfiles[] = {"vista", "win7", "win10-1507", "win10-1607", "win11-24h2", "server2025"};

enum class Order { kTokenFirst, kFlagsFirst };

rules::HelperTokenSituation With(rules::HelperTokenSituation situation, TokenMethod method, bool helper_set,
                                 std::uint32_t flags = kBoth) {
  situation.method = method;
  situation.helper_set = helper_set;
  situation.flags = flags;
  return situation;
}

// All six ways to use IBitsTokenOptions, each as its rule says.
void CallEverything(Run& run, Client& client, BackgroundCopyJob& job, const Token* helper, Order order) {
  const rules::HelperTokenSituation situation = SituationOf(client, helper);
  const auto options = Query<BitsTokenOptions>(job);
  run.judge.Expect("QueryInterface(IBitsTokenOptions)", With(situation, TokenMethod::kQueryInterface, false),
                   HResultOf(options));
  if (!options) return;
  const auto as_helper = [&](auto call) { return helper == nullptr ? call() : As(client, *helper, call); };
  bool set = false;
  const auto set_token = [&] {
    const HResult result = as_helper([&] { return (*options)->SetHelperToken(); });
    run.judge.Expect("SetHelperToken", With(situation, TokenMethod::kSetHelperToken, false), result);
    set = result.Succeeded();
  };
  HResult flags_set;
  const auto set_flags = [&] {
    flags_set = as_helper([&] { return (*options)->SetHelperTokenFlags(kBoth); });
    run.judge.Expect("SetHelperTokenFlags", With(situation, TokenMethod::kSetHelperTokenFlags, set), flags_set);
  };
  if (order == Order::kTokenFirst) {
    set_token();
    set_flags();
  } else {
    set_flags();
    set_token();
  }
  const auto sid = as_helper([&] { return (*options)->GetHelperTokenSid(); });
  run.judge.Expect("GetHelperTokenSid", With(situation, TokenMethod::kGetHelperTokenSid, set), HResultOf(sid));
  if (sid) {
    const std::string expected = helper == nullptr ? OwnSid(client) : SidOf(client, *helper);
    run.contract.Expect("the SID", *sid, set ? std::optional(expected) : std::nullopt);
  }
  const auto flags = as_helper([&] { return (*options)->GetHelperTokenFlags(); });
  run.judge.Expect("GetHelperTokenFlags", With(situation, TokenMethod::kGetHelperTokenFlags, set), HResultOf(flags));
  if (flags) run.contract.Expect("the flags", *flags, flags_set.Succeeded() ? kBoth : 0U);
  const HResult cleared = as_helper([&] { return (*options)->ClearHelperToken(); });
  run.judge.Expect("ClearHelperToken", With(situation, TokenMethod::kClearHelperToken, set), cleared);
  if (cleared.Succeeded()) {
    run.contract.Expect("the SID after ClearHelperToken", (*options)->GetHelperTokenSid(),
                        std::optional<std::string>());
  }
}

void PlayPair(Run& run, TokenKind owner, std::optional<TokenKind> helper, Order order) {
  const auto client = run.stage.Start({.owner = owner});
  const ScopedJob job = NewJob(*client);
  if (!helper) {
    CallEverything(run, *client, *job, nullptr, order);
    return;
  }
  const Token token = run.stage.OpenHelper(*client, *helper);
  CallEverything(run, *client, *job, &token, order);
}

// The rules that decide the calls of CallEverything, as far as they go.
std::vector<std::string> RulesOf(std::string_view profile, TokenKind owner, TokenKind helper, Order order) {
  rules::HelperTokenSituation situation;
  situation.build = rules::FindProfile(profile)->build;
  situation.owner = situation.caller = rules::TraitsOf(owner);
  situation.helper = rules::TraitsOf(helper);
  std::vector<std::string> shown;
  const auto decide = [&](TokenMethod method, bool set) {
    const rules::HelperTokenRule& rule = rules::Decide(With(situation, method, set));
    if (std::ranges::find(shown, rule.id) == shown.end()) shown.emplace_back(rule.id);
    return rule.then.Succeeded();
  };
  if (!decide(TokenMethod::kQueryInterface, false)) return shown;
  const bool set = decide(TokenMethod::kSetHelperToken, false);
  decide(TokenMethod::kSetHelperTokenFlags, set && order == Order::kTokenFirst);
  for (const TokenMethod method :
       {TokenMethod::kGetHelperTokenSid, TokenMethod::kGetHelperTokenFlags, TokenMethod::kClearHelperToken}) {
    decide(method, set);
  }
  return shown;
}

// --- where the helper's token comes from

constexpr LogonType kLogonTypes[] = {LogonType::kInteractive, LogonType::kNetwork,          LogonType::kBatch,
                                     LogonType::kService,     LogonType::kNetworkCleartext, LogonType::kNewCredentials};

void PlayLogon(Run& run, Person person, LogonType type) {
  const auto client = run.stage.Start();
  const contract::Account account = run.stage.AccountOf(person);
  std::optional<std::string_view> domain;
  if (account.domain) domain = *account.domain;
  const bool new_credentials = type == LogonType::kNewCredentials;
  const Result<Token> token =
      client->environment().logon().LogonUser(account.user_name, domain, account.password, type,
                                              new_credentials ? LogonProvider::kWinNt50 : LogonProvider::kDefault);
  // Which accounts have the right for batch and service logons is the machine's own affair.
  const bool not_granted = !token && token.error() == "ERROR_LOGON_TYPE_NOT_GRANTED"_hr;
  run.contract.Require("LogonUser", not_granted ? HResult() : HResultOf(token), HResult());
  if (!token) return;
  const TokenFacts facts = Must(client->environment().logon().GetTokenFacts(*token));
  if (new_credentials) run.judge.Expect("the SID of a new-credentials token", "D19", facts.user.sid, OwnSid(*client));
  if (person == Person::kAdministrator && !new_credentials) {
    const bool full = type == LogonType::kBatch || type == LogonType::kService;
    run.judge.Expect("Administrators are enabled in the token", "D18",
                     AdministratorsIn(facts) == AdministratorsMembership::kEnabled, full);
  }
  const ScopedJob job = NewJob(*client);
  CallEverything(run, *client, *job, &*token, Order::kTokenFirst);
}

void PlayWrongPassword(Run& run) {
  const auto client = run.stage.Start();
  const contract::Account account = run.stage.AccountOf(Person::kHelper);
  std::optional<std::string_view> domain;
  if (account.domain) domain = *account.domain;
  LogonApi& logon = client->environment().logon();
  const Secret wrong("not the password");
  run.contract.Expect(
      "LogonUser with a wrong password",
      HResultOf(logon.LogonUser(account.user_name, domain, wrong, LogonType::kInteractive, LogonProvider::kDefault)),
      "ERROR_LOGON_FAILURE"_hr);
  const Result<Token> token =
      logon.LogonUser(account.user_name, domain, wrong, LogonType::kNewCredentials, LogonProvider::kWinNt50);
  run.judge.Expect("the same with new credentials", "D19", HResultOf(token), HResult());
}

// UAC's other half: without SeTcbPrivilege it is good for identification only.
void PlayLinked(Run& run) {
  const auto client = run.stage.Start();
  const Token filtered = run.stage.OpenHelper(*client, TokenKind::kAdminFiltered);
  const Result<Token> linked = client->environment().logon().GetLinkedToken(filtered);
  run.contract.Require("GetLinkedToken", HResultOf(linked), HResult());
  const ScopedJob job = NewJob(*client);
  const auto options = Must(Query<BitsTokenOptions>(*job));
  const HResult set = As(*client, *linked, [&] { return options->SetHelperToken(); });
  rules::HelperTokenSituation situation = SituationOf(*client, &*linked);
  situation.impersonation_level = ImpersonationLevel::kIdentify;  // of the token, whatever the proxy allows
  run.judge.Expect("SetHelperToken with the linked token", situation, set);
}

// --- who asks

void PlayOtherCaller(Run& run, Person person, TokenKind owner) {
  const auto client = run.stage.Start({.owner = owner});
  const ScopedJob job = NewJob(*client);
  const Guid id = Must(job->GetId());
  const auto other = run.stage.Start({.person = person});
  rules::JobCallSituation looking;
  looking.build = BuildOf(*client);
  looking.call = rules::JobCall::kGetJob;
  looking.owner = OwnTraits(*client);
  looking.caller = looking.holder = OwnTraits(*other);
  looking.caller_is_owner = looking.holder_is_owner = OwnSid(*other) == OwnSid(*client);
  const auto found = other->manager().GetJob(id);
  run.judge.Expect("GetJob", looking, HResultOf(found));
  // The owner's own pointer, asked on a thread that is the other.
  rules::HelperTokenSituation asking = SituationOf(*client, nullptr);
  asking.method = TokenMethod::kQueryInterface;
  asking.caller_is_owner = looking.caller_is_owner;
  const Token here =
      run.stage.OpenHelper(*client, person == Person::kAdministrator ? TokenKind::kAdminElevated : TokenKind::kUser);
  asking.caller = rules::TraitsOf(Must(client->environment().logon().GetTokenFacts(here)));
  const HResult asked = As(*client, here, [&] { return HResultOf(Query<BitsTokenOptions>(*job)); });
  run.judge.Expect("QueryInterface as another user", asking, asked);
}

// An elevated administrator's job is for their elevated programs.
void PlayNotElevatedAnyMore(Run& run) {
  const auto elevated = run.stage.Start({.owner = TokenKind::kAdminElevated});
  const ScopedJob job = NewJob(*elevated);
  const auto filtered = run.stage.Start({.owner = TokenKind::kAdminFiltered});
  rules::JobCallSituation situation;
  situation.build = BuildOf(*elevated);
  situation.call = rules::JobCall::kGetJob;
  situation.owner = OwnTraits(*elevated);
  situation.caller = situation.holder = OwnTraits(*filtered);
  run.judge.Expect("GetJob without elevation", situation, HResultOf(filtered->manager().GetJob(Must(job->GetId()))));
}

void PlayHigherIntegrity(Run& run) {
  const auto system = run.stage.Start({.owner = TokenKind::kSystem});
  const ScopedJob job = NewJob(*system);
  const auto administrator = run.stage.Start({.person = Person::kAdministrator});
  rules::JobCallSituation situation;
  situation.build = BuildOf(*system);
  situation.call = rules::JobCall::kGetJob;
  situation.owner = OwnTraits(*system);
  situation.caller = situation.holder = OwnTraits(*administrator);
  situation.caller_is_owner = situation.holder_is_owner = false;
  run.judge.Expect("GetJob as an elevated administrator", situation,
                   HResultOf(administrator->manager().GetJob(Must(job->GetId()))));
  rules::HelperTokenSituation asking = SituationOf(*system, nullptr);
  asking.method = TokenMethod::kQueryInterface;
  asking.caller = rules::TraitsOf(TokenKind::kAdminElevated);
  asking.caller_is_owner = false;
  const Token token = run.stage.OpenHelper(*system, TokenKind::kAdminElevated);
  const HResult asked = As(*system, token, [&] { return HResultOf(Query<BitsTokenOptions>(*job)); });
  run.judge.Expect("QueryInterface as an elevated administrator", asking, asked);
}

// --- the state and the arguments

void PlayFinalState(Run& run) {
  const auto client = run.stage.Start();
  const auto job = Must(client->manager().CreateJob("scenario", JobType::kDownload)).job;
  const auto options = Must(Query<BitsTokenOptions>(*job));
  Must(job->Cancel());
  rules::HelperTokenSituation situation = SituationOf(*client, nullptr);
  situation.state = JobState::kCancelled;
  run.judge.Expect("SetHelperToken of a cancelled job", With(situation, TokenMethod::kSetHelperToken, false),
                   options->SetHelperToken());
  run.judge.Expect("SetHelperTokenFlags of a cancelled job", With(situation, TokenMethod::kSetHelperTokenFlags, false),
                   options->SetHelperTokenFlags(kBoth));
  run.judge.Expect("ClearHelperToken of a cancelled job", With(situation, TokenMethod::kClearHelperToken, false),
                   options->ClearHelperToken());
  run.judge.Note("D13b");
}

void PlayUnknownFlags(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = Must(Query<BitsTokenOptions>(*job));
  Must(options->SetHelperTokenFlags(kBoth));
  for (const std::uint32_t flags : {0x4U, 0x80000003U}) {
    run.judge.Expect(fmt::format("SetHelperTokenFlags({:#x})", flags),
                     With(SituationOf(*client, nullptr), TokenMethod::kSetHelperTokenFlags, false, flags),
                     options->SetHelperTokenFlags(flags));
  }
  run.judge.Expect("GetHelperTokenFlags afterwards", "D13a", options->GetHelperTokenFlags(), kBoth);
}

// An administrator's token, set by LocalSystem on a user's job: the user may not change what it is used for.
void PlayTokenSetByAnother(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = Must(Query<BitsTokenOptions>(*job));
  const auto system = run.stage.Start({.owner = TokenKind::kSystem});
  const auto same = Must(system->manager().GetJob(Must(job->GetId())));
  const auto theirs = Must(Query<BitsTokenOptions>(*same));
  const Token administrator = run.stage.OpenHelper(*system, TokenKind::kAdminElevated);
  Must(As(*system, administrator, [&] { return theirs->SetHelperToken(); }));
  const Token here = run.stage.OpenHelper(*client, TokenKind::kAdminElevated);
  const rules::HelperTokenSituation situation = SituationOf(*client, &here);
  run.judge.Expect("SetHelperTokenFlags", With(situation, TokenMethod::kSetHelperTokenFlags, true),
                   options->SetHelperTokenFlags(kBoth));
  run.judge.Expect("ClearHelperToken", With(situation, TokenMethod::kClearHelperToken, true),
                   options->ClearHelperToken());
  run.judge.Expect("SetHelperTokenFlags without the token", With(situation, TokenMethod::kSetHelperTokenFlags, false),
                   options->SetHelperTokenFlags(kBoth));
}

}  // namespace

std::vector<Scenario> AdministratorRules() {
  Suite suite("AdministratorRules", {Need::kHelperTokens});
  std::vector<std::optional<TokenKind>> helpers = {std::nullopt};
  for (const auto& kind : EnumNames<TokenKind>::kNames) helpers.emplace_back(kind.value);
  for (const auto& owner : EnumNames<TokenKind>::kNames) {
    for (const std::optional<TokenKind>& helper : helpers) {
      for (const Order order : {Order::kTokenFirst, Order::kFlagsFirst}) {
        const bool token_first = order == Order::kTokenFirst;
        std::vector<std::string> shown;
        for (const std::string_view profile : kProfiles) {
          for (std::string& rule : RulesOf(profile, owner.value, helper.value_or(owner.value), order)) {
            if (std::ranges::find(shown, rule) == shown.end()) shown.push_back(std::move(rule));
          }
        }
        Scenario& scenario =
            suite.Add(fmt::format("owner_{}_helper_{}_{}", owner.name, helper ? ToString(*helper) : "same_as_owner",
                                  token_first ? "token_first" : "flags_first"),
                      std::move(shown), {},
                      [owner = owner.value, helper, order](Run& run) { PlayPair(run, owner, helper, order); });
        scenario.owner = owner.value;
        scenario.helper = helper;
        // Without the interface there is nothing to see on Vista but that.
        scenario.profiles.assign(std::begin(kProfiles), std::end(kProfiles));
        if (!token_first) scenario.profiles = {"win7", kUsualProfile};
        if (helper) scenario.needs.push_back(Need::kHelperAccounts);
      }
    }
  }
  for (const LogonType type : kLogonTypes) {
    for (const Person person : {Person::kHelper, Person::kAdministrator}) {
      const bool administrator = person == Person::kAdministrator;
      std::vector<std::string> shown = {"HT-07", "HT-08", "HT-11", "HT-14", "HT-15", "HT-16", "HT-17", "HT-18"};
      if (type == LogonType::kNewCredentials) shown.emplace_back("D19");
      if (administrator) shown.emplace_back("D18");
      suite.Add(fmt::format("logon_{}_{}", ToString(type), administrator ? "administrator" : "user"), std::move(shown),
                {Need::kHelperAccounts, Need::kStandardUser},
                [person, type](Run& run) { PlayLogon(run, person, type); });
    }
  }
  suite.Add("wrong_password", {"D19"}, {Need::kHelperAccounts}, PlayWrongPassword);
  suite.Add("linked_token", {"HT-03"}, {Need::kHelperAccounts, Need::kStandardUser}, PlayLinked).helper =
      TokenKind::kAdminFiltered;
  for (const TokenKind owner : {TokenKind::kUser, TokenKind::kAdminElevated}) {
    suite.Add(fmt::format("another_user_asks_for_a_job_of_{}", ToString(owner)), {"JC-07", "HT-04"},
              {Need::kSecondUser}, [owner](Run& run) { PlayOtherCaller(run, Person::kHelper, owner); });
    suite.Add(fmt::format("an_administrator_asks_for_a_job_of_{}", ToString(owner)), {"JC-14", "HT-14"},
              {Need::kSecondUser}, [owner](Run& run) { PlayOtherCaller(run, Person::kAdministrator, owner); });
  }
  suite.Add("an_elevated_job_without_elevation", {"JC-08"}, {Need::kSecondUser}, PlayNotElevatedAnyMore);
  suite.Add("a_job_of_higher_integrity", {"JC-10", "HT-05"}, {Need::kSecondUser}, PlayHigherIntegrity);
  suite.Add("a_cancelled_job", {"HT-13", "D13b"}, {}, PlayFinalState);
  suite.Add("unknown_flags", {"HT-12", "D13a"}, {}, PlayUnknownFlags);
  suite.Add("a_token_that_another_has_set", {"HT-11", "HT-15", "HT-17"}, {Need::kSecondUser}, PlayTokenSetByAnother);
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
