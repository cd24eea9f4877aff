#include "harness/rules/decision_space.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace bits::rules {
namespace {

// A cell as the documented example meets it, on one build.
Cell Example(std::string_view profile, TokenKind owner, TokenKind helper) {
  Cell cell;
  cell.profile = FindProfile(profile);
  cell.owner = owner;
  cell.helper = helper;
  return cell;
}

TEST(DecisionSpace, HasEveryCombinationOnce) {
  EXPECT_EQ(DecisionSpaceSize(), 14U * 7 * 4 * 8 * 3 * 4 * 3 * 4 * 6);
  std::set<std::string_view> profiles;
  std::set<std::string_view> helpers;
  for (std::size_t i = 0; i < DecisionSpaceSize(); i += 6 * 4 * 3 * 4 * 3) {
    const Cell cell = CellAt(i);
    profiles.insert(cell.profile->name);
    helpers.insert(HelperName(cell));
  }
  EXPECT_EQ(profiles.size(), 14U);
  EXPECT_EQ(helpers.size(), 8U);
  const Cell first = CellAt(0);
  const Cell last = CellAt(DecisionSpaceSize() - 1);
  EXPECT_EQ(first.profile->name, "vista");
  EXPECT_EQ(last.profile->name, "server2025");
  EXPECT_EQ(last.method, TokenMethod::kGetHelperTokenSid);
  EXPECT_TRUE(last.helper_same_as_owner);
}

TEST(DecisionSpace, EveryCellIsDecided) {
  for (std::size_t i = 0; i < DecisionSpaceSize(); ++i) {
    const Verdict verdict = Judge(CellAt(i));
    ASSERT_NE(verdict.rule, nullptr) << i;
    ASSERT_EQ(verdict.result, verdict.rule->then);
  }
}

TEST(DecisionSpace, DynamicCloakingCapturesTheHelperAndNothingElseDoes) {
  Cell cell = Example("win10-1607", TokenKind::kNetworkService, TokenKind::kUser);
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kHelper);
  cell.cloaking = Cloaking::kStatic;
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kOwner);
  EXPECT_EQ(Judge(cell).result, "S_OK"_hr);
  cell.cloaking = Cloaking::kNone;
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kOwner);
}

TEST(DecisionSpace, ATokenSetBeforeIsSeenAndCleared) {
  Cell cell = Example("win10-1607", TokenKind::kUser, TokenKind::kAdminElevated);
  cell.method = TokenMethod::kGetHelperTokenSid;
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kHelper);
  cell.method = TokenMethod::kSetHelperTokenFlags;
  EXPECT_EQ(Judge(cell).rule->id, "HT-11");
  cell.method = TokenMethod::kClearHelperToken;
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kNone);
  cell.profile = FindProfile("win7");
  cell.method = TokenMethod::kGetHelperTokenSid;
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kNone) << "nobody can set one on a user's job";
}

TEST(DecisionSpace, AServiceIsOneAccount) {
  Cell cell = Example("win10-1607", TokenKind::kSystem, TokenKind::kSystem);
  EXPECT_EQ(Judge(cell).captured_sid, CapturedSid::kOwner);
  cell.caller_at_query = CallerAtQuery::kHelper;
  EXPECT_EQ(Judge(cell).result, "S_OK"_hr);
}

TEST(DecisionSpace, JobsOfServicesAreBeyondAnAdministrator) {
  Cell cell = Example("win10-1607", TokenKind::kSystem, TokenKind::kUser);
  cell.caller_at_query = CallerAtQuery::kOtherAdmin;
  EXPECT_EQ(Judge(cell).rule->id, "HT-05");
  cell.owner = TokenKind::kUser;
  EXPECT_EQ(Judge(cell).rule->id, "HT-08");
}

TEST(DecisionSpace, ProfilesAreOrderedAndNamedOnce) {
  std::set<std::string_view> names;
  for (const WindowsProfile& profile : WindowsProfiles()) EXPECT_TRUE(names.insert(profile.name).second);
  EXPECT_EQ(FindProfile("windows 3.1"), nullptr);
}

TEST(Decisions, AreNamedOnceAndAskSomething) {
  std::set<std::string_view> ids;
  for (const Decision& decision : DecisionTable()) {
    EXPECT_TRUE(ids.insert(decision.id).second) << decision.id;
    EXPECT_TRUE(decision.question.ends_with("?")) << decision.id;
    EXPECT_FALSE(decision.taken.empty()) << decision.id;
    EXPECT_EQ(decision.others.empty(), decision.option.empty()) << decision.id;
  }
}

// A rule that speaks of a decision must speak of one that is in the table.
TEST(Decisions, ThatRulesCiteExist) {
  std::set<std::string> known;
  for (const Decision& decision : DecisionTable()) known.insert(std::string(decision.id));
  for (const HelperTokenRule& rule : HelperTokenRules()) {
    std::string_view source = rule.source;
    for (std::size_t at = source.find(" D"); at != std::string_view::npos; at = source.find(" D", at + 1)) {
      const std::string_view rest = source.substr(at + 1);
      const std::string id(rest.substr(0, rest.find_first_not_of("D0123456789abcdef")));
      EXPECT_TRUE(known.contains(id)) << rule.id << " cites " << id;
    }
  }
}

}  // namespace
}  // namespace bits::rules
