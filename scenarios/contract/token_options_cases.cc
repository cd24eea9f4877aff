// IBitsTokenOptions: the helper token of a job.
#include <optional>

#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

constexpr std::uint32_t kLocalFile = HelperTokenFlags::kLocalFile;
constexpr std::uint32_t kNetwork = HelperTokenFlags::kNetwork;

std::unique_ptr<BitsTokenOptions> OptionsOf(const ScopedJob& job) { return Must(Query<BitsTokenOptions>(*job)); }

std::string OwnSid(Client& client) {
  LogonApi& logon = client.environment().logon();
  return Must(logon.GetTokenFacts(Must(logon.OpenProcessToken(TokenAccess::kQuery)))).user.sid;
}

// A token of that person, logged on by the client; administrators with their full one.
Token LogOn(Client& client, Stage& stage, Person person) {
  const Account account = stage.AccountOf(person);
  std::optional<std::string_view> domain;
  if (account.domain) domain = *account.domain;
  const LogonType type = person == Person::kAdministrator ? LogonType::kBatch : LogonType::kInteractive;
  return Must(client.environment().logon().LogonUser(account.user_name, domain, account.password, type,
                                                     LogonProvider::kDefault));
}

std::string SidOf(Client& client, const Token& token) {
  return Must(client.environment().logon().GetTokenFacts(token)).user.sid;
}

// What SetHelperToken yields on a thread that is the token's user.
HResult SetHelperTokenAs(Client& client, const Token& token, BitsTokenOptions& options) {
  const Impersonation user = Must(Impersonation::Of(client.environment().logon(), token));
  return options.SetHelperToken();
}

ProxyBlanket WithCloaking(Cloaking cloaking) {
  ProxyBlanket blanket;
  blanket.cloaking = cloaking;
  return blanket;
}

ProxyBlanket WithLevel(ImpersonationLevel level) {
  ProxyBlanket blanket;
  blanket.impersonation_level = level;
  return blanket;
}

void ANewJobHasNoHelperToken(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = contract.Get("QueryInterface(IBitsTokenOptions)", Query<BitsTokenOptions>(*job));
  contract.Expect("GetHelperTokenFlags of a new job", options->GetHelperTokenFlags(), 0U);
  contract.Expect("GetHelperTokenSid of a new job", options->GetHelperTokenSid(), std::nullopt);
  contract.Expect("ClearHelperToken of a new job", options->ClearHelperToken(), HResult());
}

void HelperTokenFlagsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  for (const std::uint32_t flags : {kLocalFile, kNetwork, kLocalFile | kNetwork, 0U, kNetwork}) {
    const std::string_view again = flags == kNetwork && Must(options->GetHelperTokenFlags()) == 0 ? " again" : "";
    contract.Expect(fmt::format("SetHelperTokenFlags({}){}", flags, again), options->SetHelperTokenFlags(flags),
                    HResult());
    contract.Expect(fmt::format("GetHelperTokenFlags after {}{}", flags, again), options->GetHelperTokenFlags(), flags);
  }
  for (const std::uint32_t flags : {0x4U, 0x7U, 0x80000000U}) {  // decision D13a
    contract.Expect(fmt::format("SetHelperTokenFlags({:#x})", flags), options->SetHelperTokenFlags(flags),
                    "E_INVALIDARG"_hr);
    contract.Expect(fmt::format("GetHelperTokenFlags after {:#x}", flags), options->GetHelperTokenFlags(), kNetwork);
  }
}

void TheOwnTokenCanHelp(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Require("SetHelperToken with the own token", options->SetHelperToken(), HResult());
  contract.Expect("GetHelperTokenSid", options->GetHelperTokenSid(), OwnSid(*client));
  contract.Expect("GetHelperTokenFlags", options->GetHelperTokenFlags(), 0U);
}

void ClearHelperTokenKeepsTheFlags(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  Must(options->SetHelperToken());
  Must(options->SetHelperTokenFlags(kNetwork));
  contract.Expect("ClearHelperToken", options->ClearHelperToken(), HResult());
  contract.Expect("GetHelperTokenSid afterwards", options->GetHelperTokenSid(), std::nullopt);
  contract.Expect("GetHelperTokenFlags afterwards", options->GetHelperTokenFlags(), kNetwork);
  contract.Expect("ClearHelperToken once more", options->ClearHelperToken(), HResult());
}

void NoFlagsKeepTheToken(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  Must(options->SetHelperToken());
  Must(options->SetHelperTokenFlags(kLocalFile | kNetwork));
  contract.Expect("SetHelperTokenFlags(0)", options->SetHelperTokenFlags(0), HResult());
  contract.Expect("GetHelperTokenSid afterwards", options->GetHelperTokenSid(), OwnSid(*client));
}

void EachPointerSeesTheSameToken(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  Must(options->SetHelperToken());
  Must(options->SetHelperTokenFlags(kLocalFile));
  const auto other = OptionsOf(job);
  contract.Expect("GetHelperTokenSid of another pointer", other->GetHelperTokenSid(), OwnSid(*client));
  contract.Expect("GetHelperTokenFlags of another pointer", other->GetHelperTokenFlags(), kLocalFile);
}

void SetHelperTokenNeedsLevelImpersonate(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  const struct {
    ImpersonationLevel level;
    HResult result;
  } kRows[] = {{ImpersonationLevel::kAnonymous, "E_ACCESSDENIED"_hr},  // decision D2
               {ImpersonationLevel::kIdentify, "CO_E_FAILEDTOIMPERSONATE"_hr},
               {ImpersonationLevel::kImpersonate, HResult()},
               {ImpersonationLevel::kDelegate, HResult()}};
  for (const auto& row : kRows) {
    Must(options->SetProxyBlanket(WithLevel(row.level)));
    contract.Expect(fmt::format("SetHelperToken at level {}", ToString(row.level)), options->SetHelperToken(),
                    row.result);
  }
}

void TheLevelOfTheProcessCounts(Contract& contract, Stage& stage) {
  ClientOptions identify;
  identify.security.impersonation_level = ImpersonationLevel::kIdentify;
  const auto client = stage.Start(identify);
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Expect("SetHelperToken of a process of level IDENTIFY", options->SetHelperToken(),
                  "CO_E_FAILEDTOIMPERSONATE"_hr);
  contract.Expect("GetHelperTokenSid afterwards", options->GetHelperTokenSid(), std::nullopt);
  Must(options->SetProxyBlanket(WithLevel(ImpersonationLevel::kImpersonate)));
  contract.Expect("SetHelperToken with a blanket of level IMPERSONATE", options->SetHelperToken(), HResult());
}

void CloakingDecidesWhoseTokenItIs(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const Token helper = LogOn(*client, stage, Person::kHelper);
  const std::string helpers = SidOf(*client, helper);
  const struct {
    Cloaking cloaking;
    std::string sid;
  } kRows[] = {{Cloaking::kDynamic, helpers}, {Cloaking::kNone, OwnSid(*client)}};
  for (const auto& row : kRows) {
    const ScopedJob job = NewJob(*client);
    const auto options = OptionsOf(job);
    Must(options->SetProxyBlanket(WithCloaking(row.cloaking)));
    contract.Expect(fmt::format("SetHelperToken by the helper, cloaking {}", ToString(row.cloaking)),
                    SetHelperTokenAs(*client, helper, *options), HResult());
    contract.Expect(fmt::format("GetHelperTokenSid, cloaking {}", ToString(row.cloaking)), options->GetHelperTokenSid(),
                    row.sid);
  }
}

void StaticCloakingFixesTheIdentity(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const Token helper = LogOn(*client, stage, Person::kHelper);
  const ScopedJob job = NewJob(*client);
  const auto as_owner = OptionsOf(job);
  Must(as_owner->SetProxyBlanket(WithCloaking(Cloaking::kStatic)));
  Must(SetHelperTokenAs(*client, helper, *as_owner));
  contract.Expect("GetHelperTokenSid, when the blanket was set by the owner", as_owner->GetHelperTokenSid(),
                  OwnSid(*client));
  const auto as_helper = OptionsOf(job);
  {
    const Impersonation user = Must(Impersonation::Of(client->environment().logon(), helper));
    Must(as_helper->SetProxyBlanket(WithCloaking(Cloaking::kStatic)));
  }
  contract.Expect("SetHelperToken after the end of the impersonation", as_helper->SetHelperToken(), HResult());
  contract.Expect("GetHelperTokenSid, when the blanket was set by the helper", as_helper->GetHelperTokenSid(),
                  SidOf(*client, helper));
}

void TheInterfaceIsAskedForByTheOwner(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const Token helper = LogOn(*client, stage, Person::kHelper);
  const ScopedJob job = NewJob(*client);
  {
    const Impersonation user = Must(Impersonation::Of(client->environment().logon(), helper));
    contract.Expect("QueryInterface(IBitsTokenOptions) by the helper", HResultOf(Query<BitsTokenOptions>(*job)),
                    "E_ACCESSDENIED"_hr);  // decision D17
  }
  contract.Expect("QueryInterface(IBitsTokenOptions) by the owner", HResultOf(Query<BitsTokenOptions>(*job)),
                  HResult());
}

void AStandardUserGetsNoAdministratorsHelp(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const Token administrator = LogOn(*client, stage, Person::kAdministrator);
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  contract.Expect("SetHelperToken by an administrator", SetHelperTokenAs(*client, administrator, *options),
                  "E_ACCESSDENIED"_hr);
  contract.Expect("GetHelperTokenSid afterwards", options->GetHelperTokenSid(), std::nullopt);
}

void FlagsWithoutATokenEndInAnError(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto options = OptionsOf(job);
  Must(options->SetHelperTokenFlags(kNetwork));
  contract.Require("Resume", job->Resume(), HResult());  // decision D13e
  contract.Require("the state at the end", Settle(stage, *job), JobState::kError);
  contract.Expect("the error", Must(job->GetError())->GetError(),
                  JobError{ErrorContext::kGeneralQueueManager, "BG_E_TOKEN_REQUIRED"_hr});
  contract.Expect("SetHelperToken then", options->SetHelperToken(), HResult());
  contract.Expect("the state after Resume", Run(stage, *job), JobState::kTransferred);
}

void ClearedFlagsMendAJobWithoutAToken(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().small, stage.Path("file"));
  const auto options = OptionsOf(job);
  Must(options->SetHelperTokenFlags(kLocalFile));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("SetHelperTokenFlags(0) then", options->SetHelperTokenFlags(0), HResult());
  contract.Expect("the state after Resume", Run(stage, *job), JobState::kTransferred);
}

void AJobWithAHelperArrives(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const Token helper = LogOn(*client, stage, Person::kHelper);
  for (const std::uint32_t flags : {kLocalFile, kNetwork, kLocalFile | kNetwork}) {
    const std::string name = fmt::format("file{}", flags);
    const ScopedJob job = Download(*client, stage.sources().small, stage.Path(name));
    const auto options = OptionsOf(job);
    Must(SetHelperTokenAs(*client, helper, *options));
    Must(options->SetHelperTokenFlags(flags));
    contract.Expect(fmt::format("the state at the end with flags {}", flags), Run(stage, *job), JobState::kTransferred);
    contract.Expect(fmt::format("Complete with flags {}", flags), job->Complete(), HResult());
    contract.Expect(fmt::format("the content is the source's with flags {}", flags),
                    client->environment().files().HashSha256(stage.Path(name)), stage.sources().small_sha256);
  }
}

void TokenOptionsRefuseAJobThatHasEnded(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto options = OptionsOf(job);
  Must(job->Cancel());
  constexpr HResult kRefused = "BG_E_INVALID_STATE"_hr;  // decision D13b
  contract.Expect("SetHelperTokenFlags of a job that has ended", options->SetHelperTokenFlags(kNetwork), kRefused);
  contract.Expect("GetHelperTokenFlags of a job that has ended", options->GetHelperTokenFlags(), kRefused);
  contract.Expect("SetHelperToken of a job that has ended", options->SetHelperToken(), kRefused);
  contract.Expect("ClearHelperToken of a job that has ended", options->ClearHelperToken(), kRefused);
  contract.Expect("GetHelperTokenSid of a job that has ended", options->GetHelperTokenSid(), kRefused);
}

const Case kCases[] = {
    {"ANewJobHasNoHelperToken", "nn-bits4_0-ibitstokenoptions", {}, ANewJobHasNoHelperToken},
    {"HelperTokenFlagsAreKept",
     "ibitstokenoptions-sethelpertokenflags",
     {Need::kHelperTokens},
     HelperTokenFlagsAreKept},
    {"TheOwnTokenCanHelp", "ibitstokenoptions-sethelpertoken", {Need::kHelperTokens}, TheOwnTokenCanHelp},
    {"ClearHelperTokenKeepsTheFlags",
     "ibitstokenoptions-clearhelpertoken",
     {Need::kHelperTokens},
     ClearHelperTokenKeepsTheFlags},
    {"NoFlagsKeepTheToken", "helper-tokens-for-bits-transfer-jobs", {Need::kHelperTokens}, NoFlagsKeepTheToken},
    {"EachPointerSeesTheSameToken",
     "ibitstokenoptions-gethelpertokensid",
     {Need::kHelperTokens},
     EachPointerSeesTheSameToken},
    {"SetHelperTokenNeedsLevelImpersonate",
     "ibitstokenoptions-sethelpertoken",
     {Need::kHelperTokens},
     SetHelperTokenNeedsLevelImpersonate},
    {"TheLevelOfTheProcessCounts",
     "ibitstokenoptions-sethelpertoken",
     {Need::kHelperTokens, Need::kOwnSecurity},
     TheLevelOfTheProcessCounts},
    {"CloakingDecidesWhoseTokenItIs",
     "ibitstokenoptions-sethelpertoken",
     {Need::kHelperTokens, Need::kSecondUser},
     CloakingDecidesWhoseTokenItIs},
    {"StaticCloakingFixesTheIdentity",
     "ne-objidl-eole_authentication_capabilities",
     {Need::kHelperTokens, Need::kSecondUser},
     StaticCloakingFixesTheIdentity},
    {"TheInterfaceIsAskedForByTheOwner",
     "helper-tokens-for-bits-transfer-jobs",
     {Need::kHelperTokens, Need::kSecondUser},
     TheInterfaceIsAskedForByTheOwner},
    {"AStandardUserGetsNoAdministratorsHelp",
     "ibitstokenoptions-sethelpertoken",
     {Need::kHelperTokens, Need::kSecondUser, Need::kStandardUser},
     AStandardUserGetsNoAdministratorsHelp},
    {"FlagsWithoutATokenEndInAnError",
     "helper-tokens-for-bits-transfer-jobs",
     {Need::kHelperTokens},
     FlagsWithoutATokenEndInAnError},
    {"ClearedFlagsMendAJobWithoutAToken",
     "helper-tokens-for-bits-transfer-jobs",
     {Need::kHelperTokens},
     ClearedFlagsMendAJobWithoutAToken},
    {"AJobWithAHelperArrives",
     "ibitstokenoptions-sethelpertokenflags",
     {Need::kHelperTokens, Need::kSecondUser},
     AJobWithAHelperArrives},
    {"TokenOptionsRefuseAJobThatHasEnded",
     "nn-bits4_0-ibitstokenoptions",
     {Need::kHelperTokens},
     TokenOptionsRefuseAJobThatHasEnded},
};

}  // namespace

std::span<const Case> TokenOptionsCases() { return kCases; }

}  // namespace bits::contract
