#include "harness/rules/token_traits.h"

#include <algorithm>

namespace bits::rules {
namespace {

using Administrators = AdministratorsMembership;

struct KindRow {
  TokenKind kind;
  TokenTraits traits;
};

constexpr KindRow kKinds[] = {
    {TokenKind::kUser, {Administrators::kAbsent, kMediumIntegrity, false, false, false}},
    {TokenKind::kAdminFiltered, {Administrators::kDenyOnly, kMediumIntegrity, false, false, false}},
    {TokenKind::kAdminElevated, {Administrators::kEnabled, kHighIntegrity, true, false, false}},
    {TokenKind::kSystem, {Administrators::kEnabled, kSystemIntegrity, true, true, false}},
    {TokenKind::kLocalService, {Administrators::kAbsent, kSystemIntegrity, true, true, false}},
    {TokenKind::kNetworkService, {Administrators::kAbsent, kSystemIntegrity, true, true, false}},
    {TokenKind::kRestricted, {Administrators::kDenyOnly, kHighIntegrity, true, false, false}},
};

}  // namespace

TokenTraits TraitsOf(const TokenFacts& facts) {
  const bool service =
      facts.user.sid == kLocalSystemSid || facts.user.sid == kLocalServiceSid || facts.user.sid == kNetworkServiceSid;
  return {.administrators = AdministratorsIn(facts),
          .integrity_rid = facts.integrity_rid.value_or(kMediumIntegrity),
          .elevated = facts.elevated.value_or(false),
          .service_account = service,
          .restricted = !facts.restricted_sids.empty()};
}

const TokenTraits& TraitsOf(TokenKind kind) { return std::ranges::find(kKinds, kind, &KindRow::kind)->traits; }

}  // namespace bits::rules
