#include "harness/rules/helper_token_rules.h"

#include <set>

#include <gtest/gtest.h>

namespace bits::rules {
namespace {

constexpr auto kImpersonate = ImpersonationLevel::kImpersonate;

HelperTokenSituation Situation(const OsBuild& build, TokenKind owner, TokenKind helper) {
  HelperTokenSituation situation;
  situation.build = build;
  situation.owner = TraitsOf(owner);
  situation.caller = TraitsOf(owner);
  situation.helper = TraitsOf(helper);
  return situation;
}

struct Case {
  OsBuild build;
  TokenKind owner;
  TokenKind helper;
  ImpersonationLevel level;
  std::string_view rule;
  HResult result;
};

TEST(HelperTokenRules, DecideAsThePagesSay) {
  using enum TokenKind;
  const Case cases[] = {
      {kWindowsVista, kAdminElevated, kUser, kImpersonate, "HT-01", "E_NOINTERFACE"_hr},
      {kWindows7, kUser, kUser, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows7, kAdminFiltered, kUser, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows7, kAdminElevated, kAdminElevated, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1507, kUser, kUser, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows10_1607, kUser, kUser, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, kUser, kAdminElevated, kImpersonate, "HT-07", "E_ACCESSDENIED"_hr},
      {kWindows10_1607, kUser, kAdminFiltered, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, kNetworkService, kUser, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, kAdminElevated, kAdminElevated, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, kAdminElevated, kUser, ImpersonationLevel::kIdentify, "HT-03", "CO_E_FAILEDTOIMPERSONATE"_hr},
      {kWindows10_1607, kAdminElevated, kUser, ImpersonationLevel::kAnonymous, "HT-02", "E_ACCESSDENIED"_hr},
      {kWindows10_1607, kUser, kUser, ImpersonationLevel::kDelegate, "HT-08", "S_OK"_hr},
  };
  for (const Case& c : cases) {
    HelperTokenSituation situation = Situation(c.build, c.owner, c.helper);
    situation.impersonation_level = c.level;
    const HelperTokenRule& rule = Decide(situation);
    EXPECT_EQ(rule.id, c.rule) << ToString(c.build) << " owner " << ToString(c.owner) << " helper "
                               << ToString(c.helper);
    EXPECT_EQ(rule.then, c.result) << c.rule;
  }
}

TEST(HelperTokenRules, AuthenticationLevelNoneIsRefused) {
  HelperTokenSituation situation = Situation(kWindows10_1903, TokenKind::kAdminElevated, TokenKind::kUser);
  situation.authentication_level = AuthenticationLevel::kNone;
  EXPECT_EQ(Decide(situation).id, "HT-02");
}

TEST(HelperTokenRules, AFinalJobTakesNoCalls) {
  HelperTokenSituation situation = Situation(kWindows10_1903, TokenKind::kUser, TokenKind::kUser);
  situation.state = JobState::kCancelled;
  EXPECT_EQ(Decide(situation).id, "HT-13");
  situation.method = TokenMethod::kQueryInterface;
  EXPECT_EQ(Decide(situation).id, "HT-14");
}

TEST(HelperTokenRules, UnknownFlagsAreRefusedUnlessDecidedOtherwise) {
  HelperTokenSituation situation = Situation(kWindows10_1903, TokenKind::kUser, TokenKind::kUser);
  situation.method = TokenMethod::kSetHelperTokenFlags;
  situation.flags = 4;
  EXPECT_EQ(Decide(situation).id, "HT-12");
  situation.decisions.ignore_unknown_flags = true;
  EXPECT_EQ(Decide(situation).id, "HT-15");
}

TEST(HelperTokenRules, TheLevelThatOrdinaryCallsNeedIsADecision) {
  HelperTokenSituation situation = Situation(kWindows10_1903, TokenKind::kUser, TokenKind::kUser);
  situation.method = TokenMethod::kGetHelperTokenSid;
  situation.impersonation_level = ImpersonationLevel::kIdentify;
  EXPECT_EQ(Decide(situation).id, "HT-18");
  situation.decisions.ordinary_call_level = ImpersonationLevel::kImpersonate;
  EXPECT_EQ(Decide(situation).id, "HT-02");
}

TEST(HelperTokenRules, TheCodeOfALevelThatIsTooLowIsADecision) {
  HelperTokenSituation situation = Situation(kWindows10_1903, TokenKind::kUser, TokenKind::kUser);
  situation.impersonation_level = ImpersonationLevel::kIdentify;
  situation.decisions.identify_result = "E_ACCESSDENIED"_hr;
  EXPECT_EQ(Decide(situation).then, "E_ACCESSDENIED"_hr);
}

TEST(HelperTokenRules, EveryRowIsNamedStatedAndSourced) {
  std::set<std::string_view> ids;
  for (const HelperTokenRule& rule : HelperTokenRules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.statement.empty()) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_LT(rule.since, rule.until) << rule.id;
    EXPECT_NE(rule.methods, 0U) << rule.id;
  }
}

TEST(HelperTokenRules, EveryBuildAndMethodIsDecided) {
  for (const OsBuild& build : {OsBuild{5, 1, 2600}, kWindowsVista, kWindows7, kWindows10_1607, OsBuild{11, 0, 1}}) {
    for (const auto& method : EnumNames<TokenMethod>::kNames) {
      HelperTokenSituation situation = Situation(build, TokenKind::kAdminElevated, TokenKind::kUser);
      situation.method = method.value;
      EXPECT_FALSE(Decide(situation).id.empty()) << ToString(build) << " " << method.name;
    }
  }
}

}  // namespace
}  // namespace bits::rules
