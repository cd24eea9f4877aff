// The documented facts about helper tokens, and the calls of IBitsTokenOptions. What the tokens are used for is in
// facts_helper_token_use_test.cc, how long they last in facts_helper_token_life_test.cc.
#include <gtest/gtest.h>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/helper_token_test.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

constexpr Fact kFacts[] = {
    {"TOKEN-01", "A job has IBitsTokenOptions since Windows 7; before, its owner's token is the only one.",
     "nn-bits4_0-ibitstokenoptions", "TokenOptions.VistaHasNone", ""},
    {"TOKEN-02", "On Vista and Server 2008 the Windows Management Framework brings the interface.",
     "helper-tokens-for-bits-transfer-jobs", "", "no profile has that redistributable installed"},
    {"TOKEN-03", "Who may use the pointer is decided when it is got; calls through it may be made as somebody else.",
     "helper-tokens-for-bits-transfer-jobs", "TokenOptions.AccessIsCheckedWhenThePointerIsGot", ""},
    {"TOKEN-04", "SetHelperToken takes whoever COM says is calling, at level Impersonate or Delegate.",
     "ibitstokenoptions-sethelpertoken", "TokenOptions.LevelsImpersonateAndDelegateCapture", ""},
    {"TOKEN-05", "Dynamic cloaking shows the thread, static cloaking whom the thread was when the blanket was set.",
     "ibitstokenoptions-sethelpertoken", "TokenOptions.CloakingDecidesWhoIsCaptured", ""},
    {"TOKEN-06", "Without cloaking the process is captured, and the call succeeds.", "cloaking",
     "TokenOptions.WithoutCloakingTheProcessIsCaptured", ""},
    {"TOKEN-07", "A pointer has the process's security, not that of the pointer it came from.",
     "service-accounts-and-bits", "TokenOptions.ABlanketIsNotInherited", ""},
    {"TOKEN-08", "CoInitializeSecurity sets the security of every pointer at once.", "service-accounts-and-bits",
     "TokenOptions.ProcessSecurityIsEveryNewPointers", ""},
    {"TOKEN-09", "Below level Impersonate SetHelperToken fails with CO_E_FAILEDTOIMPERSONATE.",
     "ibitstokenoptions-sethelpertoken", "TokenOptions.TheCodeOfALevelThatIsTooLowIsADecision", ""},
    {"TOKEN-10", "Before Windows 10 1607 the owner must be an administrator for SetHelperToken.",
     "ibitstokenoptions-sethelpertoken", "TokenOptions.Before1607TheOwnerMustBeAnAdministrator", ""},
    {"TOKEN-11", "Before Windows 10 1607 the other four calls were for administrators too.",
     "ibitstokenoptions-clearhelpertoken", "TokenOptions.Before1607EveryCallIsForAdministrators", ""},
    {"TOKEN-12", "Since 1607 a standard user may set a token in which Administrators is not enabled, no other.",
     "helper-tokens-for-bits-transfer-jobs", "TokenOptions.AStandardUserSetsNoAdministratorsToken", ""},
    {"TOKEN-13", "An administrator may set any token.", "helper-tokens-for-bits-transfer-jobs",
     "TokenOptions.AnAdministratorSetsAnyToken", ""},
    {"TOKEN-14", "Since 1607 a standard user sets no flags while an administrator's token is on the job.",
     "ibitstokenoptions-sethelpertokenflags", "TokenOptions.AnAdministratorsTokenKeepsAStandardUserFromTheFlags", ""},
    {"TOKEN-15", "Reading the flags and the SID and clearing the token only need access to the job since 1607.",
     "ibitstokenoptions-gethelpertokenflags", "TokenOptions.AnAdministratorsTokenKeepsAStandardUserFromTheFlags", ""},
    {"TOKEN-16", "BG_TOKEN_LOCAL_FILE: the helper writes a download's temporary file and gives it its name.",
     "ibitstokenoptions-sethelpertokenflags", "HelperTokenUse.TheLocalFileFlagWritesTheDownload", ""},
    {"TOKEN-17", "BG_TOKEN_LOCAL_FILE: the helper reads what is uploaded.", "ibitstokenoptions-sethelpertokenflags",
     "HelperTokenUse.TheLocalFileFlagReadsTheUpload", ""},
    {"TOKEN-18", "BG_TOKEN_LOCAL_FILE: the helper writes the reply of an upload.",
     "ibitstokenoptions-sethelpertokenflags", "HelperTokenUse.TheLocalFileFlagWritesTheReply", ""},
    {"TOKEN-19", "BG_TOKEN_NETWORK: the helper opens files on file servers.", "ibitstokenoptions-sethelpertokenflags",
     "HelperTokenUse.TheNetworkFlagOpensTheFileServer", ""},
    {"TOKEN-20", "BG_TOKEN_NETWORK: the helper's logon answers a server's challenge, if SetCredentials allowed it.",
     "ibitstokenoptions-sethelpertokenflags", "HelperTokenUse.TheNetworkFlagAnswersTheServer", ""},
    {"TOKEN-21", "BG_TOKEN_NETWORK: the same for a proxy's challenge.", "authentication",
     "HelperTokenUse.TheNetworkFlagAnswersTheProxy", ""},
    {"TOKEN-22", "Each flag works for its own resources only.", "bitsadmin-sethelpertokenflags",
     "HelperTokenUse.EachFlagIsForItsOwnResources", ""},
    {"TOKEN-23", "What no flag names stays the owner's: the client certificate is from the owner's store.",
     "ibitstokenoptions-sethelpertokenflags", "HelperTokenUse.TheClientCertificateStaysTheOwners", ""},
    {"TOKEN-24", "A client certificate and BG_TOKEN_NETWORK go together for LocalSystem only; others get 0x80072F9A.",
     "ibitstokenoptions-sethelpertokenflags", "HelperTokenUse.ACertificateAndTheNetworkFlagNeedLocalSystem", ""},
    {"TOKEN-25", "Flags 0 bring the owner's token back into use and leave the helper's on the job.",
     "helper-tokens-for-bits-transfer-jobs", "HelperTokenUse.FlagsOfZeroGoBackToTheOwner", ""},
    {"TOKEN-26", "ClearHelperToken takes the token away and leaves the flags.", "ibitstokenoptions-clearhelpertoken",
     "TokenOptions.ClearHelperTokenLeavesTheFlags", ""},
    {"TOKEN-27", "GetHelperTokenSid tells the SID as text, and NULL without a token; nobody gets the token itself.",
     "ibitstokenoptions-gethelpertokensid", "TokenOptions.TheSidIsToldAndNothingElse", ""},
    {"TOKEN-28", "Token and flags may be set in either order.", "example-adding-a-helper-token",
     "TokenOptions.TokenAndFlagsComeInAnyOrder", ""},
    {"TOKEN-29", "When the owner logs off, the token goes; a job that still needs it ends in BG_E_TOKEN_REQUIRED.",
     "helper-tokens-for-bits-transfer-jobs", "HelperTokenLife.LogOffEndsAJobThatNeedsItsToken", ""},
    {"TOKEN-30", "The end of the owner's terminal session is a log-off as well.",
     "helper-tokens-for-bits-transfer-jobs", "HelperTokenLife.TheEndOfATerminalSessionIsALogOff", ""},
    {"TOKEN-31", "A job that does not use the token, or is done, survives the log-off without an error.",
     "helper-tokens-for-bits-transfer-jobs", "HelperTokenLife.LogOffSparesJobsThatDoNotNeedTheToken", ""},
    {"TOKEN-32", "Repair: SetHelperToken again, then Resume.", "helper-tokens-for-bits-transfer-jobs",
     "HelperTokenLife.SettingTheTokenAgainRepairsTheJob", ""},
    {"TOKEN-33", "Repair: clear the flags, then Resume.", "helper-tokens-for-bits-transfer-jobs",
     "HelperTokenLife.ClearingTheFlagsRepairsTheJob", ""},
    {"TOKEN-34", "A token lasts as long as the logon session it is from.", "ibitstokenoptions-sethelpertoken",
     "HelperTokenLife.TheTokenEndsWithItsOwnSession", ""},
    {"TOKEN-35", "Tokens are not persistent: after a restart of the service the job lacks its token.",
     "ibitstokenoptions-sethelpertoken", "HelperTokenLife.ARestartOfTheServiceTakesTheTokenAndLeavesTheFlags", ""},
    {"TOKEN-36", "The same after a restart of Windows.", "ibitstokenoptions-sethelpertoken",
     "HelperTokenLife.ARestartOfWindowsTakesTheToken", ""},
    {"TOKEN-37", "With BG_TOKEN_NETWORK the pre-configured proxy is the owner's before 1809 and the helper's since.",
     "authentication", "HelperTokenUse.WhoseProxyIsUsedDependsOnTheBuild", ""},
    {"TOKEN-38", "Automatic proxy configuration is done as the helper on every build.", "authentication",
     "HelperTokenUse.TheProxyIsDetectedAsTheHelper", ""},
    {"TOKEN-39", "Since 1607 a service that is no administrator downloads with a user's token.",
     "helper-tokens-for-bits-transfer-jobs", "HelperTokenUse.NetworkServiceDownloadsWithAUsersToken", ""},
    {"TOKEN-40", "BITSAdmin has switches for all of it but clearing the token.", "bitsadmin-sethelpertoken", "",
     "a command line; the simulation offers the interfaces that it calls"},
    {"TOKEN-41", "Flags beside the two that exist are refused, or ignored by decision.", "decision D13a",
     "TokenOptions.UnknownFlagsAreRefused", ""},
    {"TOKEN-42", "A completed or cancelled job takes no call about its helper token.", "decision D13b",
     "TokenOptions.AFinalJobTakesNoHelperTokenCalls", ""},
    {"TOKEN-43", "TakeOwnership takes the token away and leaves the flags, or keeps both by decision.", "decision D13c",
     "HelperTokenLife.TakeOwnershipTakesTheToken", ""},
    {"TOKEN-44", "The token survives Suspend and Resume.", "decision D13d",
     "HelperTokenLife.SuspendAndResumeKeepTheToken", ""},
    {"TOKEN-45", "Flags without a token: Resume succeeds and the job fails, or Resume fails by decision.",
     "decision D13e", "HelperTokenLife.FlagsWithoutATokenFailTheJob", ""},
    {"TOKEN-46", "Who may not change a job does not get the interface.", "decision D17",
     "TokenOptions.BystandersDoNotGetTheInterface", ""},
    {"TOKEN-47", "A token of a new-credentials logon has the caller's SID, and the other account on the network.",
     "decision D19", "HelperTokenUse.NewCredentialsShowOnTheNetworkOnly", ""},
};

}  // namespace

std::span<const Fact> HelperTokenFacts() { return kFacts; }

namespace {

class TokenOptions : public HelperTokenTest {};

ProxyBlanket Blanket(ImpersonationLevel level, Cloaking cloaking) {
  ProxyBlanket blanket;
  blanket.impersonation_level = level;
  blanket.cloaking = cloaking;
  return blanket;
}

TEST_F(TokenOptions, VistaHasNone) {
  for (const std::string_view profile : {"vista", "win7"}) {
    Stage stage(profile);
    const Client adam(stage.world, stage.cast.Owner(TokenKind::kAdminElevated));
    const auto job = adam.MakeJob();
    EXPECT_EQ(HResultOf(Query<BitsTokenOptions>(*job)), profile == "vista" ? "E_NOINTERFACE"_hr : "S_OK"_hr);
  }
}

TEST_F(TokenOptions, AccessIsCheckedWhenThePointerIsGot) {
  const auto job = MakeJob();
  // Helen first: COM does not ask the service again for an interface that it has got once.
  EXPECT_EQ(As(alice_, Helen(), [&] { return HResultOf(Query<BitsTokenOptions>(*job)); }), "E_ACCESSDENIED"_hr);
  const auto options = OptionsOf(*job);
  EXPECT_EQ(As(alice_, Helen(), [&] { return HResultOf(options->GetHelperTokenFlags()); }), "S_OK"_hr);
  EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), Helen()->sid());
}

TEST_F(TokenOptions, BystandersDoNotGetTheInterface) {
  const auto job = MakeJob();
  EXPECT_EQ(As(alice_, cast_.OtherUser(), [&] { return HResultOf(Query<BitsTokenOptions>(*job)); }),
            "E_ACCESSDENIED"_hr);
  EXPECT_EQ(As(alice_, cast_.OtherAdmin(), [&] { return HResultOf(Query<BitsTokenOptions>(*job)); }), "S_OK"_hr);
}

TEST_F(TokenOptions, LevelsImpersonateAndDelegateCapture) {
  const auto options = OptionsOf(*MakeJob());
  for (const auto level : {ImpersonationLevel::kImpersonate, ImpersonationLevel::kDelegate}) {
    Must(options->SetProxyBlanket(Blanket(level, Cloaking::kDynamic)));
    Must(options->ClearHelperToken());
    EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
    EXPECT_EQ(SidOf(*options), Helen()->sid()) << ToString(level);
  }
}

TEST_F(TokenOptions, CloakingDecidesWhoIsCaptured) {
  const auto options = OptionsOf(*MakeJob());
  Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kDynamic)));
  EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), Helen()->sid());

  Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kStatic)));
  EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), alice_.process->token()->sid()) << "who set the blanket";

  const TokenPtr helen = Helen();
  As(alice_, helen, [&] {
    Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kStatic)));
    return 0;
  });
  EXPECT_EQ(options->SetHelperToken(), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), helen->sid()) << "though the thread is alice again";
}

TEST_F(TokenOptions, WithoutCloakingTheProcessIsCaptured) {
  const auto options = OptionsOf(*MakeJob());
  Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kNone)));
  EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), alice_.process->token()->sid());
}

TEST_F(TokenOptions, ABlanketIsNotInherited) {
  const Client careless(world_, cast_.Owner(TokenKind::kUser),
                        {AuthenticationLevel::kConnect, ImpersonationLevel::kIdentify, Cloaking::kNone});
  const auto job = careless.MakeJob();
  Must(job->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kDynamic)));
  const auto options = OptionsOf(*job);
  EXPECT_EQ(Must(options->QueryProxyBlanket()).cloaking, Cloaking::kNone);
  EXPECT_EQ(SetToken(careless, *options, Helen()), "CO_E_FAILEDTOIMPERSONATE"_hr);
  Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kImpersonate, Cloaking::kDynamic)));
  EXPECT_EQ(SetToken(careless, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), Helen()->sid());
}

TEST_F(TokenOptions, ProcessSecurityIsEveryNewPointers) {
  // The fixture called CoInitializeSecurity; no test of this file but the ones above sets a blanket.
  const auto options = OptionsOf(*MakeJob());
  EXPECT_EQ(Must(options->QueryProxyBlanket()).cloaking, Cloaking::kDynamic);
  EXPECT_EQ(Must(options->QueryProxyBlanket()).impersonation_level, ImpersonationLevel::kImpersonate);
  EXPECT_EQ(SetToken(alice_, *options, Helen()), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), Helen()->sid());
}

TEST_F(TokenOptions, TheCodeOfALevelThatIsTooLowIsADecision) {
  for (const HResult code : {"CO_E_FAILEDTOIMPERSONATE"_hr, "E_ACCESSDENIED"_hr}) {
    WorldOptions windows;
    windows.decisions.identify_result = code;
    Stage stage(windows);
    const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
    const auto options = OptionsOf(*alice.MakeJob());
    Must(options->SetProxyBlanket(Blanket(ImpersonationLevel::kIdentify, Cloaking::kDynamic)));
    EXPECT_EQ(SetToken(alice, *options, stage.cast.Helper(TokenKind::kUser)), code);
    EXPECT_EQ(options->SetHelperTokenFlags(kNetwork), "S_OK"_hr) << "only SetHelperToken needs more";
    EXPECT_EQ(SidOf(*options), std::nullopt);
  }
}

TEST_F(TokenOptions, Before1607TheOwnerMustBeAnAdministrator) {
  for (const std::string_view profile : {"win10-1507", "win10-1607"}) {
    Stage stage(profile);
    const bool old = profile == "win10-1507";
    const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
    const Client adam(stage.world, stage.cast.Owner(TokenKind::kAdminElevated));
    const TokenPtr helen = stage.cast.Helper(TokenKind::kUser);
    EXPECT_EQ(SetToken(alice, *OptionsOf(*alice.MakeJob()), helen), old ? "E_ACCESSDENIED"_hr : "S_OK"_hr) << profile;
    EXPECT_EQ(SetToken(adam, *OptionsOf(*adam.MakeJob()), helen), "S_OK"_hr) << profile;
    EXPECT_EQ(SetToken(adam, *OptionsOf(*adam.MakeJob()), stage.cast.Helper(TokenKind::kAdminElevated)), "S_OK"_hr);
  }
}

TEST_F(TokenOptions, Before1607EveryCallIsForAdministrators) {
  for (const TokenKind owner : {TokenKind::kUser, TokenKind::kAdminElevated}) {
    Stage stage("win7");
    const Client client(stage.world, stage.cast.Owner(owner));
    const auto options = OptionsOf(*client.MakeJob());
    const HResult expected = owner == TokenKind::kUser ? "E_ACCESSDENIED"_hr : "S_OK"_hr;
    EXPECT_EQ(options->SetHelperTokenFlags(kNetwork), expected);
    EXPECT_EQ(HResultOf(options->GetHelperTokenFlags()), expected);
    EXPECT_EQ(HResultOf(options->GetHelperTokenSid()), expected);
    EXPECT_EQ(options->ClearHelperToken(), expected);
  }
}

TEST_F(TokenOptions, AStandardUserSetsNoAdministratorsToken) {
  const auto options = OptionsOf(*MakeJob());
  EXPECT_EQ(SetToken(alice_, *options, cast_.Helper(TokenKind::kAdminElevated)), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(SetToken(alice_, *options, world_.ServiceToken(kLocalSystemSid)), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(SidOf(*options), std::nullopt);
  // Administrators for deny only passes, whether by UAC or by a restriction.
  for (const TokenKind kind : {TokenKind::kUser, TokenKind::kAdminFiltered, TokenKind::kRestricted}) {
    EXPECT_EQ(SetToken(alice_, *options, cast_.Helper(kind)), "S_OK"_hr) << ToString(kind);
    EXPECT_EQ(SidOf(*options), cast_.Helper(kind)->sid()) << ToString(kind);
  }
}

TEST_F(TokenOptions, AnAdministratorSetsAnyToken) {
  const Client adam(world_, cast_.Owner(TokenKind::kAdminElevated));
  const auto options = OptionsOf(*adam.MakeJob());
  for (const TokenKind kind : {TokenKind::kUser, TokenKind::kAdminFiltered, TokenKind::kAdminElevated}) {
    EXPECT_EQ(SetToken(adam, *options, cast_.Helper(kind)), "S_OK"_hr) << ToString(kind);
    EXPECT_EQ(SidOf(*options), cast_.Helper(kind)->sid()) << ToString(kind);
  }
}

TEST_F(TokenOptions, AnAdministratorsTokenKeepsAStandardUserFromTheFlags) {
  const auto job = MakeJob();
  const auto options = OptionsOf(*job);
  Must(options->SetHelperTokenFlags(kLocalFile));
  // An administrator, who may change alice's job, puts another administrator's token on it.
  const Client olivia(world_, cast_.OtherAdmin());
  const auto hers = OptionsOf(*Must(olivia.manager->GetJob(Must(job->GetId()))));
  Must(SetToken(olivia, *hers, cast_.Helper(TokenKind::kAdminElevated)));

  EXPECT_EQ(options->SetHelperTokenFlags(kNetwork), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(Must(options->GetHelperTokenFlags()), kLocalFile);
  EXPECT_EQ(SidOf(*options), cast_.Helper(TokenKind::kAdminElevated)->sid());
  EXPECT_EQ(hers->SetHelperTokenFlags(kNetwork), "S_OK"_hr);
  EXPECT_EQ(options->ClearHelperToken(), "S_OK"_hr);
  EXPECT_EQ(options->SetHelperTokenFlags(kLocalFile), "S_OK"_hr);
}

TEST_F(TokenOptions, ClearHelperTokenLeavesTheFlags) {
  const auto job = MakeJob();
  const auto options = Help(*job, kLocalFile | kNetwork);
  EXPECT_EQ(options->ClearHelperToken(), "S_OK"_hr);
  EXPECT_EQ(SidOf(*options), std::nullopt);
  EXPECT_EQ(Must(options->GetHelperTokenFlags()), kLocalFile | kNetwork);
  EXPECT_EQ(options->ClearHelperToken(), "S_OK"_hr) << "there is none to clear, which is no error";
}

TEST_F(TokenOptions, TheSidIsToldAndNothingElse) {
  const auto job = MakeJob();
  const auto options = OptionsOf(*job);
  EXPECT_EQ(SidOf(*options), std::nullopt);
  Must(SetToken(alice_, *options, Helen()));
  const Result<std::optional<std::string>> sid = options->GetHelperTokenSid();
  ASSERT_TRUE(sid);
  EXPECT_EQ(*sid, Must(alice_.process->logon().LookupAccountName("helen")));
}

TEST_F(TokenOptions, TokenAndFlagsComeInAnyOrder) {
  for (const bool flags_first : {false, true}) {
    const auto job = MakeJob();
    const auto options = OptionsOf(*job);
    As(alice_, Helen(), [&] {
      if (flags_first) Must(options->SetHelperTokenFlags(kNetwork));
      Must(options->SetHelperToken());
      if (!flags_first) Must(options->SetHelperTokenFlags(kNetwork));
      return 0;
    });
    EXPECT_EQ(SidOf(*options), Helen()->sid());
    EXPECT_EQ(Must(options->GetHelperTokenFlags()), kNetwork);
  }
}

TEST_F(TokenOptions, UnknownFlagsAreRefused) {
  const auto options = OptionsOf(*MakeJob());
  Must(options->SetHelperTokenFlags(kLocalFile));
  for (const std::uint32_t unknown : {0x4U, 0x80000000U, 0x7U}) {
    EXPECT_EQ(options->SetHelperTokenFlags(unknown), "E_INVALIDARG"_hr) << unknown;
    EXPECT_EQ(Must(options->GetHelperTokenFlags()), kLocalFile) << "nothing changes";
  }
  for (const std::uint32_t known : {3U, 2U, 1U, 0U}) {
    EXPECT_EQ(options->SetHelperTokenFlags(known), "S_OK"_hr);
    EXPECT_EQ(Must(options->GetHelperTokenFlags()), known);
  }

  WorldOptions windows;
  windows.decisions.ignore_unknown_flags = true;
  Stage stage(windows);
  const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
  const auto others = OptionsOf(*alice.MakeJob());
  EXPECT_EQ(others->SetHelperTokenFlags(kNetwork | 0x4U), "S_OK"_hr);
  EXPECT_EQ(Must(others->GetHelperTokenFlags()), kNetwork);
}

TEST_F(TokenOptions, AFinalJobTakesNoHelperTokenCalls) {
  for (const bool cancelled : {true, false}) {
    const auto job = MakeJob();
    const auto options = Help(*job, kNetwork);
    Must(cancelled ? job->Cancel() : job->Complete());
    EXPECT_EQ(SetToken(alice_, *options, Helen()), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(options->SetHelperTokenFlags(0), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(HResultOf(options->GetHelperTokenFlags()), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(options->ClearHelperToken(), "BG_E_INVALID_STATE"_hr);
    EXPECT_EQ(HResultOf(options->GetHelperTokenSid()), "BG_E_INVALID_STATE"_hr);
  }
}

}  // namespace
}  // namespace bits::fakes
