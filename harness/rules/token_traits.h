// What the rules look at in a token.
#pragma once

#include <cstdint>

#include "harness/api/enum_names.h"
#include "harness/api/token_facts.h"

namespace bits::rules {

// The RIDs of the mandatory labels (SECURITY_MANDATORY_*_RID).
inline constexpr std::uint32_t kLowIntegrity = 0x1000;
inline constexpr std::uint32_t kMediumIntegrity = 0x2000;
inline constexpr std::uint32_t kHighIntegrity = 0x3000;
inline constexpr std::uint32_t kSystemIntegrity = 0x4000;

struct TokenTraits {
  AdministratorsMembership administrators = AdministratorsMembership::kAbsent;
  std::uint32_t integrity_rid = kMediumIntegrity;
  bool elevated = false;
  bool service_account = false;  // LocalSystem, LocalService, NetworkService
  bool restricted = false;       // has restricting SIDs
  friend bool operator==(const TokenTraits&, const TokenTraits&) = default;
};

// The traits of a real token. A system that does not tell the integrity level is taken to mean medium.
TokenTraits TraitsOf(const TokenFacts& facts);

constexpr bool IsAdministrator(const TokenTraits& token) {
  return token.administrators == AdministratorsMembership::kEnabled;
}

// The tokens that helper-token questions are asked about.
enum class TokenKind {
  kUser,            // a standard user's
  kAdminFiltered,   // an administrator's that UAC filtered: Administrators deny-only
  kAdminElevated,   // an administrator's full token
  kSystem,          // LocalSystem's
  kLocalService,    //
  kNetworkService,  //
  kRestricted,      // an administrator's full token with Administrators disabled by CreateRestrictedToken
};

const TokenTraits& TraitsOf(TokenKind kind);

// Whether there is one account of the kind only: two tokens of it have the same SID.
constexpr bool IsSingleAccount(TokenKind kind) {
  return kind == TokenKind::kSystem || kind == TokenKind::kLocalService || kind == TokenKind::kNetworkService;
}

}  // namespace bits::rules

template <>
struct bits::EnumNames<bits::rules::TokenKind> {
  using Kind = bits::rules::TokenKind;
  static constexpr EnumName<Kind> kNames[] = {
      {Kind::kUser, "user"},
      {Kind::kAdminFiltered, "admin-filtered"},
      {Kind::kAdminElevated, "admin-elevated"},
      {Kind::kSystem, "system"},
      {Kind::kLocalService, "local-service"},
      {Kind::kNetworkService, "network-service"},
      {Kind::kRestricted, "restricted"},
  };
};
