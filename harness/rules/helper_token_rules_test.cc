#include "harness/rules/helper_token_rules.h"

#include <set>

#include <gtest/gtest.h>

namespace bits::rules {
namespace {

using Administrators = AdministratorsMembership;

struct Case {
  OsBuild build;
  Administrators owner;
  Administrators helper;
  ImpersonationLevel level;
  std::string_view rule;
  HResult result;
};

constexpr auto kImpersonate = ImpersonationLevel::kImpersonate;

TEST(HelperTokenRules, DecideAsThePagesSay) {
  const Case cases[] = {
      {kWindowsVista, Administrators::kEnabled, Administrators::kAbsent, kImpersonate, "HT-01", "E_NOINTERFACE"_hr},
      {kWindows7, Administrators::kAbsent, Administrators::kAbsent, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows7, Administrators::kDenyOnly, Administrators::kAbsent, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows7, Administrators::kEnabled, Administrators::kEnabled, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1507, Administrators::kAbsent, Administrators::kAbsent, kImpersonate, "HT-06", "E_ACCESSDENIED"_hr},
      {kWindows10_1607, Administrators::kAbsent, Administrators::kAbsent, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, Administrators::kAbsent, Administrators::kEnabled, kImpersonate, "HT-07", "E_ACCESSDENIED"_hr},
      {kWindows10_1607, Administrators::kAbsent, Administrators::kDenyOnly, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, Administrators::kEnabled, Administrators::kEnabled, kImpersonate, "HT-08", "S_OK"_hr},
      {kWindows10_1607, Administrators::kEnabled, Administrators::kAbsent, ImpersonationLevel::kIdentify, "HT-03",
       "CO_E_FAILEDTOIMPERSONATE"_hr},
      {kWindows10_1607, Administrators::kEnabled, Administrators::kAbsent, ImpersonationLevel::kAnonymous, "HT-02",
       "E_ACCESSDENIED"_hr},
      {kWindows10_1607, Administrators::kAbsent, Administrators::kAbsent, ImpersonationLevel::kDelegate, "HT-08",
       "S_OK"_hr},
  };
  for (const Case& c : cases) {
    HelperTokenSituation situation;
    situation.build = c.build;
    situation.owner = c.owner;
    situation.helper = c.helper;
    situation.impersonation_level = c.level;
    const HelperTokenRule& rule = Decide(situation);
    EXPECT_EQ(rule.id, c.rule) << ToString(c.build) << " owner " << c.owner << " helper " << c.helper;
    EXPECT_EQ(rule.then, c.result) << c.rule;
  }
}

TEST(HelperTokenRules, AuthenticationLevelNoneIsRefused) {
  HelperTokenSituation situation;
  situation.build = kWindows10_1903;
  situation.owner = Administrators::kEnabled;
  situation.authentication_level = AuthenticationLevel::kNone;
  EXPECT_EQ(Decide(situation).id, "HT-02");
}

TEST(HelperTokenRules, EveryRowIsNamedStatedAndSourced) {
  std::set<std::string_view> ids;
  for (const HelperTokenRule& rule : HelperTokenRules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.statement.empty()) << rule.id;
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_LT(rule.since, rule.until) << rule.id;
  }
}

TEST(HelperTokenRules, EveryBuildIsDecided) {
  for (const OsBuild& build : {OsBuild{5, 1, 2600}, kWindowsVista, kWindows7, kWindows10_1607, OsBuild{11, 0, 1}}) {
    HelperTokenSituation situation;
    situation.build = build;
    EXPECT_FALSE(Decide(situation).id.empty()) << ToString(build);
  }
}

}  // namespace
}  // namespace bits::rules
