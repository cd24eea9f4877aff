// Guid, Secret, Token, TokenFacts, OsBuild: the value types of the seams.
#include <gtest/gtest.h>

#include "harness/api/guid.h"
#include "harness/api/logon_api.h"
#include "harness/api/machine.h"
#include "harness/api/secret.h"
#include "harness/api/token_facts.h"

namespace bits {
namespace {

TEST(Guid, RoundTripsThroughText) {
  constexpr std::string_view kText = "{4991D34B-80A1-4291-83B6-3328366B9097}";
  const std::optional<Guid> guid = ParseGuid(kText);
  ASSERT_TRUE(guid);
  EXPECT_EQ(guid->data1, 0x4991D34BU);
  EXPECT_EQ(guid->data4[7], 0x97);
  EXPECT_EQ(ToString(*guid), kText);
  EXPECT_EQ(ParseGuid("4991d34b-80a1-4291-83b6-3328366b9097"), guid);
}

TEST(Guid, RefusesOtherText) {
  EXPECT_FALSE(ParseGuid(""));
  EXPECT_FALSE(ParseGuid("{4991D34B-80A1-4291-83B6-3328366B9097"));
  EXPECT_FALSE(ParseGuid("4991D34B-80A1-4291-83B6-3328366B909G"));
  EXPECT_FALSE(ParseGuid("4991D34B80A1-4291-83B6-3328366B90970"));
}

TEST(Secret, IsGoneWhereItWasMovedFrom) {
  Secret first("password");
  const std::string_view where = first.Reveal();
  Secret second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second.Reveal(), "password");
  EXPECT_EQ(second.Reveal().data(), where.data()) << "moving must not leave a copy behind";
}

TEST(WipeMemory, LeavesNothing) {
  char text[] = "password";
  WipeMemory(text, sizeof text);
  for (const char c : text) EXPECT_EQ(c, '\0');
}

TEST(AdministratorsIn, TellsTheFourCases) {
  TokenFacts facts;
  EXPECT_EQ(AdministratorsIn(facts), AdministratorsMembership::kAbsent);
  facts.groups = {{std::string(kAdministratorsSid), "", GroupAttributes::kUseForDenyOnly}};
  EXPECT_EQ(AdministratorsIn(facts), AdministratorsMembership::kDenyOnly);
  facts.groups[0].attributes = GroupAttributes::kMandatory | GroupAttributes::kEnabled;
  EXPECT_EQ(AdministratorsIn(facts), AdministratorsMembership::kEnabled);
  facts.groups[0].attributes = 0;
  EXPECT_EQ(AdministratorsIn(facts), AdministratorsMembership::kDisabled);
}

TEST(IntegrityName, NamesLevels) {
  EXPECT_EQ(IntegrityName(0x3000), "high");
  EXPECT_EQ(IntegrityName(0x1234), "0x1234");
}

TEST(OsBuild, OrdersWindows) {
  EXPECT_LT(kWindows7, kWindows10_1507);
  EXPECT_LT(kWindows10_1507, kWindows10_1607);
  EXPECT_EQ(ToString(kWindows10_1607), "10.0.14393");
}

TEST(EnumNames, ShowNumbersWithoutAName) {
  EXPECT_EQ(ToString(LogonType::kNewCredentials), "new-credentials");
  EXPECT_EQ(ToString(static_cast<LogonType>(42)), "42");
  EXPECT_EQ(FromName<LogonType>("batch"), LogonType::kBatch);
  EXPECT_EQ(FromName<LogonType>("Batch"), std::nullopt);
}

}  // namespace
}  // namespace bits
