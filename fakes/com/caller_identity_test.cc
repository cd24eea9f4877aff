#include "fakes/com/caller_identity.h"

#include <gtest/gtest.h>

#include "fakes/world/cast.h"

namespace bits::fakes::com {
namespace {

CallerIdentity CallerOf(const TokenPtr& token) {
  CallerIdentity caller;
  caller.process_id = 1234;
  caller.authentication_level = AuthenticationLevel::kPacketPrivacy;
  caller.impersonation_level = ImpersonationLevel::kDelegate;
  caller.token = token->facts;
  return caller;
}

TEST(CallerIdentity, EveryTokenOfTheCastArrivesWhole) {
  World world("win11-24h2");
  const Cast cast(world);
  for (const auto& entry : EnumNames<rules::TokenKind>::kNames) {
    const CallerIdentity caller = CallerOf(cast.Owner(entry.value));
    EXPECT_EQ(ParseCallerIdentity(Serialize(caller)), caller) << entry.name;
  }
}

TEST(CallerIdentity, WhatATokenMayLackMayBeLacking) {
  CallerIdentity caller;
  caller.token.user = {"S-1-5-7", "", 0};
  EXPECT_EQ(ParseCallerIdentity(Serialize(caller)), caller);
  caller.token.impersonation_level = ImpersonationLevel::kIdentify;
  caller.token.elevated = true;
  caller.token.elevation_type = ElevationType::kFull;
  caller.token.integrity_rid = 0x3000;
  EXPECT_EQ(ParseCallerIdentity(Serialize(caller)), caller);
}

TEST(CallerIdentity, BytesOfAnybodyElsesAreRefused) {
  World world("win11-24h2");
  const Cast cast(world);
  const std::vector<std::byte> whole = Serialize(CallerOf(cast.Owner(rules::TokenKind::kAdminElevated)));
  EXPECT_EQ(ParseCallerIdentity({}), std::nullopt);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(ParseCallerIdentity(std::span(whole).first(size)), std::nullopt) << size;
  }
  std::vector<std::byte> longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_EQ(ParseCallerIdentity(longer), std::nullopt);
  // Whatever a byte becomes, nothing worse happens than a refusal or another identity.
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<std::byte> changed = whole;
    changed[at] = std::byte{0xFF};
    static_cast<void>(ParseCallerIdentity(changed));
  }
}

}  // namespace
}  // namespace bits::fakes::com
