#include "fakes/world/access_control.h"

#include <gtest/gtest.h>

#include "fakes/world/test_tokens.h"

namespace bits::fakes {
namespace {

constexpr char kGroupSid[] = "S-1-5-21-1-2-3-2001";

constexpr std::uint32_t kEnabled = GroupAttributes::kEnabled;
constexpr std::uint32_t kDenyOnly = GroupAttributes::kUseForDenyOnly;

AccessEntry Allow(std::string_view sid, std::uint32_t rights = AccessRights::kAll) {
  return {.allow = true, .sid = std::string(sid), .rights = rights};
}

AccessEntry Deny(std::string_view sid, std::uint32_t rights = AccessRights::kAll) {
  return {.allow = false, .sid = std::string(sid), .rights = rights};
}

bool Opens(const TokenFacts& token, std::vector<AccessEntry> dacl, std::uint32_t rights = AccessRights::kRead) {
  return AccessCheck(token, {.owner = {}, .dacl = std::move(dacl)}, rights);
}

TokenFacts InGroup(std::uint32_t attributes) {
  return TokenOf(kAliceSid, {{.sid = kGroupSid, .account = {}, .attributes = attributes}});
}

TEST(AccessCheck, WithoutAListEverybodyMayDoEverything) {
  EXPECT_TRUE(AccessCheck(Alice(), SecurityDescriptor{}, AccessRights::kAll));
  EXPECT_TRUE(AccessCheck(TokenOf(kAnonymousSid), SecurityDescriptor{}, AccessRights::kAll));
}

TEST(AccessCheck, AnEmptyListLetsNobodyIn) { EXPECT_FALSE(Opens(Alice(), {})); }

TEST(AccessCheck, OnlyTheUserNamedIsLetIn) {
  EXPECT_TRUE(Opens(Alice(), {Allow(kAliceSid)}));
  EXPECT_FALSE(Opens(Bob(), {Allow(kAliceSid)}));
}

TEST(AccessCheck, AllRightsAskedForAreNeeded) {
  EXPECT_TRUE(Opens(Alice(), {Allow(kAliceSid, AccessRights::kRead)}, AccessRights::kRead));
  EXPECT_FALSE(Opens(Alice(), {Allow(kAliceSid, AccessRights::kRead)}, AccessRights::kAll));
}

TEST(AccessCheck, RightsAddUpOverEntries) {
  EXPECT_TRUE(Opens(Alice(), {Allow(kAliceSid, AccessRights::kRead), Allow(kEveryoneSid, AccessRights::kWrite)},
                    AccessRights::kAll));
}

TEST(AccessCheck, ADenialBeforeTheGrantCounts) { EXPECT_FALSE(Opens(Alice(), {Deny(kAliceSid), Allow(kAliceSid)})); }

TEST(AccessCheck, ADenialAfterTheGrantDoesNot) { EXPECT_TRUE(Opens(Alice(), {Allow(kAliceSid), Deny(kAliceSid)})); }

TEST(AccessCheck, ADenialBetweenTwoGrantsTakesWhatIsStillMissing) {
  EXPECT_FALSE(Opens(Alice(),
                     {Allow(kAliceSid, AccessRights::kRead), Deny(kAliceSid), Allow(kAliceSid, AccessRights::kWrite)},
                     AccessRights::kAll));
}

TEST(AccessCheck, ADenialOfOtherRightsDoesNotMatter) {
  EXPECT_TRUE(Opens(Alice(), {Deny(kAliceSid, AccessRights::kWrite), Allow(kAliceSid)}, AccessRights::kRead));
}

TEST(AccessCheck, ADenialOfAnotherUserDoesNotMatter) {
  EXPECT_TRUE(Opens(Alice(), {Deny(kBobSid), Allow(kEveryoneSid)}));
}

TEST(AccessCheck, AnEnabledGroupGrants) { EXPECT_TRUE(Opens(InGroup(kEnabled), {Allow(kGroupSid)})); }

TEST(AccessCheck, ADisabledGroupNeitherGrantsNorDenies) {
  EXPECT_FALSE(Opens(InGroup(0), {Allow(kGroupSid)}));
  EXPECT_TRUE(Opens(InGroup(0), {Deny(kGroupSid), Allow(kAliceSid)}));
}

TEST(AccessCheck, ADenyOnlyGroupGrantsNothing) {
  EXPECT_FALSE(Opens(InGroup(kDenyOnly), {Allow(kGroupSid)}));
  EXPECT_FALSE(Opens(InGroup(kDenyOnly | kEnabled), {Allow(kGroupSid)}));
}

TEST(AccessCheck, ADenyOnlyGroupStillDenies) {
  EXPECT_FALSE(Opens(InGroup(kDenyOnly), {Deny(kGroupSid), Allow(kAliceSid)}));
}

TEST(AccessCheck, ADenyOnlyUserIsDeniedButNotLetIn) {
  TokenFacts token = Alice();
  token.user.attributes = kDenyOnly;
  EXPECT_FALSE(Opens(token, {Allow(kAliceSid)}));
  EXPECT_FALSE(Opens(token, {Deny(kAliceSid), Allow(kEveryoneSid)}));
  EXPECT_TRUE(Opens(token, {Allow(kEveryoneSid)}));
}

TEST(AccessCheck, EveryTokenIsInEveryone) {
  EXPECT_TRUE(Opens(Alice(), {Allow(kEveryoneSid)}));
  EXPECT_TRUE(Opens(TokenOf(kAnonymousSid), {Allow(kEveryoneSid)}));
}

TEST(AccessCheck, AnonymousIsNoAuthenticatedUser) {
  EXPECT_TRUE(Opens(Alice(), {Allow(kAuthenticatedUsersSid)}));
  EXPECT_FALSE(Opens(TokenOf(kAnonymousSid), {Allow(kAuthenticatedUsersSid)}));
  EXPECT_TRUE(Opens(TokenOf(kAnonymousSid), {Deny(kAuthenticatedUsersSid), Allow(kEveryoneSid)}));
}

TEST(AccessCheck, AListedEveryoneCountsAsItIsListed) {
  const TokenFacts token = TokenOf(kAliceSid, {{std::string(kEveryoneSid), {}, kDenyOnly}});
  EXPECT_FALSE(Opens(token, {Allow(kEveryoneSid)}));
}

TEST(AccessCheck, NobodyIsInUsersByMagic) { EXPECT_FALSE(Opens(Alice(), {Allow(kUsersSid)})); }

TEST(AccessCheck, LocalSystemAndAdministratorsGetNothingByMagic) {
  EXPECT_FALSE(Opens(TokenOf(kLocalSystemSid), {Allow(kAliceSid)}));
  EXPECT_FALSE(Opens(TokenOf(kBobSid, {{std::string(kAdministratorsSid), {}, kEnabled}}), {Allow(kAliceSid)}));
}

TEST(AccessCheck, TheOwnerGetsNothingForBeingTheOwner) {
  EXPECT_FALSE(AccessCheck(Alice(), {.owner = kAliceSid, .dacl = {{Allow(kBobSid)}}}, AccessRights::kRead));
}

TEST(AccessCheck, RestrictingSidsMustBeLetInToo) {
  TokenFacts token = Alice();
  token.restricted_sids = {{.sid = kGroupSid, .account = {}, .attributes = 0}};
  EXPECT_FALSE(Opens(token, {Allow(kAliceSid)}));
  EXPECT_FALSE(Opens(token, {Allow(kGroupSid)}));
  EXPECT_TRUE(Opens(token, {Allow(kAliceSid), Allow(kGroupSid)}));
}

TEST(AccessCheck, RestrictingSidsAreNotInEveryoneByMagic) {
  TokenFacts token = Alice();
  token.restricted_sids = {{.sid = kGroupSid, .account = {}, .attributes = 0}};
  EXPECT_FALSE(Opens(token, {Allow(kEveryoneSid)}));
}

TEST(AccessCheck, ADeniedRestrictingSidKeepsTheTokenOut) {
  TokenFacts token = Alice();
  token.restricted_sids = {{.sid = kGroupSid, .account = {}, .attributes = 0},
                           {.sid = kAliceSid, .account = {}, .attributes = 0}};
  EXPECT_TRUE(Opens(token, {Allow(kAliceSid)}));
  EXPECT_FALSE(Opens(token, {Deny(kGroupSid), Allow(kAliceSid)}));
}

TEST(AllowOnly, LetsTheNamedInAndNobodyElse) {
  const SecurityDescriptor security = AllowOnly({kAliceSid}, AccessRights::kRead);
  EXPECT_TRUE(AccessCheck(Alice(), security, AccessRights::kRead));
  EXPECT_FALSE(AccessCheck(Alice(), security, AccessRights::kWrite));
  EXPECT_FALSE(AccessCheck(Bob(), security, AccessRights::kRead));
}

TEST(AllowOnly, OfNobodyLetsNobodyIn) { EXPECT_FALSE(AccessCheck(Alice(), AllowOnly({}), AccessRights::kRead)); }

}  // namespace
}  // namespace bits::fakes
