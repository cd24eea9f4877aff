// Impersonation levels: which COM security SetHelperToken needs, how it may be set, and what goes wrong silently.
#include <thread>

#include <fmt/format.h>

#include "harness/api/apartment.h"
#include "harness/rules/windows_profile.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::ClientOptions;
using contract::Must;
using contract::NewJob;
using rules::TokenKind;

constexpr AuthenticationLevel kAuthenticationLevels[] = {AuthenticationLevel::kNone, AuthenticationLevel::kConnect,
                                                         AuthenticationLevel::kPacketPrivacy};
constexpr ImpersonationLevel kImpersonationLevels[] = {ImpersonationLevel::kAnonymous, ImpersonationLevel::kIdentify,
                                                       ImpersonationLevel::kImpersonate, ImpersonationLevel::kDelegate};
constexpr Cloaking kCloakings[] = {Cloaking::kNone, Cloaking::kStatic, Cloaking::kDynamic};

std::unique_ptr<BitsTokenOptions> OptionsOf(BackgroundCopyJob& job) { return Must(Query<BitsTokenOptions>(job)); }

// Calls SetHelperToken as the helper, and looks whose token the job then has.
void SetAndLook(Run& run, Client& client, BitsTokenOptions& options, const Token& helper,
                const rules::HelperTokenSituation& situation) {
  const HResult set = As(client, helper, [&] { return options.SetHelperToken(); });
  const rules::HelperTokenRule& rule = run.judge.Expect("SetHelperToken as the helper", situation, set);
  if (set.Failed()) return;
  const Result<std::optional<std::string>> sid = options.GetHelperTokenSid();
  if (!sid) return;  // a blanket that keeps everybody out
  const std::string expected =
      rule.effect == rules::TokenEffect::kCapturesThread ? SidOf(client, helper) : OwnSid(client);
  run.judge.Expect("GetHelperTokenSid afterwards", rule.id, *sid, std::optional(expected));
}

// Each proxy's own blanket, set before the helper is impersonated.
void PlayBlanket(Run& run, TokenKind owner, const ProxyBlanket& blanket) {
  const auto client = run.stage.Start({.owner = owner});
  const ScopedJob job = NewJob(*client);
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  Must(options->SetProxyBlanket(blanket));
  rules::HelperTokenSituation situation = SituationOf(*client, &helper);
  situation.authentication_level = blanket.authentication_level;
  situation.impersonation_level = blanket.impersonation_level;
  situation.cloaking = blanket.cloaking;
  SetAndLook(run, *client, *options, helper, situation);
}

// CoInitializeSecurity for the whole process; no proxy has a blanket of its own.
void PlayProcess(Run& run, const ProcessSecurity& security) {
  const auto client = run.stage.Start({.connected = false});
  ComApi& com = client->environment().com();
  run.contract.Require("CoInitializeSecurity", com.CoInitializeSecurity(security), HResult());
  const auto manager = com.CoCreateInstance(ManagerClass::k4_0);
  rules::JobCallSituation connecting;
  connecting.build = BuildOf(*client);
  connecting.call = rules::JobCall::kCoCreateInstance;
  connecting.caller = OwnTraits(*client);
  connecting.authentication_level = security.authentication_level;
  connecting.impersonation_level = security.impersonation_level;
  run.judge.Expect("CoCreateInstance", connecting, HResultOf(manager));
  if (!manager) return;
  const ScopedJob job(Must((*manager)->CreateJob("scenario", JobType::kDownload)).job);
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  rules::HelperTokenSituation situation = SituationOf(*client, &helper);
  situation.authentication_level = security.authentication_level;
  situation.impersonation_level = security.impersonation_level;
  // Under static cloaking the identity is that of the first call on the proxy, and the helper makes it.
  situation.cloaking = security.cloaking == Cloaking::kStatic ? Cloaking::kDynamic : security.cloaking;
  if (security.cloaking == Cloaking::kStatic) run.judge.Note("D16");
  SetAndLook(run, *client, *options, helper, situation);
}

// CoInitializeSecurity behind the first proxy: what COM takes by default stays.
void PlayTooLate(Run& run) {
  const auto client = run.stage.Start({.connected = false});
  ComApi& com = client->environment().com();
  const auto manager = Must(com.CoCreateInstance(ManagerClass::k4_0));
  run.contract.Require("CoInitializeSecurity after the first proxy", com.CoInitializeSecurity({}), "RPC_E_TOO_LATE"_hr);
  const ScopedJob job(Must(manager->CreateJob("scenario", JobType::kDownload)).job);
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  rules::HelperTokenSituation situation = SituationOf(*client, &helper);
  situation.impersonation_level = ImpersonationLevel::kIdentify;
  situation.cloaking = Cloaking::kNone;
  SetAndLook(run, *client, *options, helper, situation);
  // And the repair, which needs no other process.
  Must(options->SetProxyBlanket({}));
  const HResult set = As(*client, helper, [&] { return options->SetHelperToken(); });
  run.judge.Expect("SetHelperToken after SetProxyBlanket", SituationOf(*client, &helper), set);
}

// The pointer is used in another apartment than the one it was made in.
void PlayWrongApartment(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(*job);
  HResult wrong;
  std::thread([&] {
    const Apartment other = Must(Apartment::Enter(client->environment().com(), ApartmentType::kSingleThreaded));
    wrong = options->SetHelperToken();
  }).join();
  run.contract.Expect("SetHelperToken in another apartment", wrong, "RPC_E_WRONG_THREAD"_hr);
  run.judge.Expect("SetHelperToken in its own", SituationOf(*client, nullptr), options->SetHelperToken());
}

// A blanket is one pointer's own: the next pointer of the same job has what the process has.
void PlayNotInherited(Run& run) {
  const auto client = run.stage.Start({.security = {.cloaking = Cloaking::kNone}});
  const ScopedJob job = NewJob(*client);
  Must(job->SetProxyBlanket({}));
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  rules::HelperTokenSituation situation = SituationOf(*client, &helper);
  situation.cloaking = Cloaking::kNone;
  SetAndLook(run, *client, *options, helper, situation);
  Must(options->SetProxyBlanket({}));
  const HResult set = As(*client, helper, [&] { return options->SetHelperToken(); });
  run.judge.Expect("SetHelperToken after the pointer's own blanket", SituationOf(*client, &helper), set);
  run.contract.Expect("GetHelperTokenSid then", options->GetHelperTokenSid(), std::optional(SidOf(*client, helper)));
}

// The thread is the helper when the blanket is set: static cloaking keeps that identity.
void PlayStaticAsTheHelper(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  As(*client, helper, [&] {
    Must(options->SetProxyBlanket({.cloaking = Cloaking::kStatic}));
    return HResult();
  });
  run.contract.Expect("SetHelperToken as oneself", options->SetHelperToken(), HResult());
  run.judge.Expect("GetHelperTokenSid", "D16", options->GetHelperTokenSid(), std::optional(SidOf(*client, helper)));
}

void PlayIdentifyIsDenied(Run& run) {
  rules::Decisions decisions;
  decisions.identify_result = "E_ACCESSDENIED"_hr;
  const auto client = run.stage.Start();
  const ScopedJob job = NewJob(*client);
  const Token helper = run.stage.OpenHelper(*client, TokenKind::kUser);
  const auto options = OptionsOf(*job);
  Must(options->SetProxyBlanket({.impersonation_level = ImpersonationLevel::kIdentify}));
  rules::HelperTokenSituation situation = SituationOf(*client, &helper, decisions);
  situation.impersonation_level = ImpersonationLevel::kIdentify;
  SetAndLook(run, *client, *options, helper, situation);
}

// The rules that decide a situation of these people.
std::vector<std::string> RulesOf(std::string_view profile, TokenKind owner, AuthenticationLevel authentication,
                                 ImpersonationLevel level, Cloaking cloaking) {
  rules::HelperTokenSituation situation;
  situation.build = rules::FindProfile(profile)->build;
  situation.owner = situation.caller = rules::TraitsOf(owner);
  situation.helper = rules::TraitsOf(TokenKind::kUser);
  situation.authentication_level = authentication;
  situation.impersonation_level = level;
  situation.cloaking = cloaking;
  return {std::string(rules::Decide(situation).id)};
}

std::string NameOf(AuthenticationLevel authentication, ImpersonationLevel level, Cloaking cloaking) {
  return fmt::format("{}_{}_{}", ToString(level), ToString(authentication), ToString(cloaking));
}

}  // namespace

std::vector<Scenario> ImpersonationLevels() {
  const std::vector<Need> needs = {Need::kHelperAccounts};
  const std::vector<Need> own_security = {Need::kHelperAccounts, Need::kOwnSecurity};
  Suite suite("ImpersonationLevels", {Need::kHelperTokens}, TokenKind::kUser);
  for (const AuthenticationLevel authentication : kAuthenticationLevels) {
    for (const ImpersonationLevel level : kImpersonationLevels) {
      for (const Cloaking cloaking : kCloakings) {
        const std::string name = NameOf(authentication, level, cloaking);
        ProxyBlanket blanket;
        blanket.authentication_level = authentication;
        blanket.impersonation_level = level;
        blanket.cloaking = cloaking;
        for (const TokenKind owner : {TokenKind::kUser, TokenKind::kAdminElevated}) {
          // Before Windows 10 1607 only an administrator's job gets that far.
          const std::string_view profile = owner == TokenKind::kUser ? kUsualProfile : "win7";
          Scenario& scenario = suite.Add(fmt::format("{}_by_blanket_owner_{}", name, ToString(owner)),
                                         RulesOf(profile, owner, authentication, level, cloaking), needs,
                                         [owner, blanket](Run& run) { PlayBlanket(run, owner, blanket); });
          scenario.owner = owner;
          scenario.profiles = {profile};
        }
        const ProcessSecurity security{authentication, level, cloaking};
        const bool identified = authentication != AuthenticationLevel::kNone && level != ImpersonationLevel::kAnonymous;
        std::vector<std::string> shown = RulesOf(kUsualProfile, TokenKind::kUser, authentication, level,
                                                 cloaking == Cloaking::kStatic ? Cloaking::kDynamic : cloaking);
        if (!identified) shown = {"JC-02"};
        if (identified) shown.emplace_back("JC-14");
        if (identified && cloaking == Cloaking::kStatic) shown.emplace_back("D16");
        suite.Add(name + "_by_process", std::move(shown), own_security,
                  [security](Run& run) { PlayProcess(run, security); });
      }
    }
  }
  suite.Add("too_late", {"HT-03", "HT-08"}, own_security, PlayTooLate);
  suite.Add("wrong_apartment", {"HT-08"}, {Need::kVirtualTime}, PlayWrongApartment).helper.reset();
  suite.Add("cloaking_is_not_inherited", {"HT-08", "HT-09"}, own_security, PlayNotInherited);
  suite.Add("static_cloaking_as_the_helper", {"D16"}, needs, PlayStaticAsTheHelper);
  Scenario& denied =
      suite.Add("identify_is_denied", {"HT-03b"}, {Need::kHelperAccounts, Need::kDecisions}, PlayIdentifyIsDenied);
  denied.decisions.identify_result = "E_ACCESSDENIED"_hr;
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
