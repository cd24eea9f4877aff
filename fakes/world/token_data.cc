#include "fakes/world/token_data.h"

#include <utility>

namespace bits::fakes {

TokenPtr MakeToken(TokenData token) {
  token.administrator = AdministratorsIn(token.facts) == AdministratorsMembership::kEnabled;
  token.elevated = token.facts.elevated.value_or(false);
  token.service_account = token.session != nullptr && token.session->service;
  token.restricted = !token.facts.restricted_sids.empty();
  token.integrity_rid = token.facts.integrity_rid.value_or(0);
  token.level = token.facts.type == TokenType::kImpersonation
                    ? token.facts.impersonation_level.value_or(ImpersonationLevel::kImpersonate)
                    : ImpersonationLevel::kDelegate;
  return std::make_shared<const TokenData>(std::move(token));
}

}  // namespace bits::fakes
