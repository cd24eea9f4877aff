#include "scenarios/suites/judge.h"

#include <fmt/format.h>

#include "scenarios/contract/case_tools.h"

namespace bits::scenarios {

using contract::Client;
using contract::Must;

std::string Judge::Named(std::string_view observation, std::string_view rule) {
  return fmt::format("{} [{}]", observation, rule);
}

const rules::HelperTokenRule& Judge::Expect(std::string_view observation, const rules::HelperTokenSituation& situation,
                                            HResult actual) {
  const rules::HelperTokenRule& rule = rules::Decide(situation);
  Expect(observation, rule.id, actual, rule.then);
  return rule;
}

const rules::JobCallRule& Judge::Expect(std::string_view observation, const rules::JobCallSituation& situation,
                                        HResult actual) {
  const rules::JobCallRule& rule = rules::Decide(situation);
  Expect(observation, rule.id, actual, rule.then);
  return rule;
}

rules::TokenTraits OwnTraits(Client& client) {
  LogonApi& logon = client.environment().logon();
  return rules::TraitsOf(Must(logon.GetTokenFacts(Must(logon.OpenProcessToken(TokenAccess::kQuery)))));
}

std::string OwnSid(Client& client) {
  LogonApi& logon = client.environment().logon();
  return SidOf(client, Must(logon.OpenProcessToken(TokenAccess::kQuery)));
}

std::string SidOf(Client& client, const Token& token) {
  return Must(client.environment().logon().GetTokenFacts(token)).user.sid;
}

OsBuild BuildOf(Client& client) { return Must(client.environment().machine().GetOsVersion()).build; }

rules::HelperTokenSituation SituationOf(Client& client, const Token* helper, const rules::Decisions& decisions) {
  rules::HelperTokenSituation situation;
  situation.build = BuildOf(client);
  situation.owner = OwnTraits(client);
  situation.caller = situation.owner;
  situation.helper =
      helper == nullptr ? situation.owner : rules::TraitsOf(Must(client.environment().logon().GetTokenFacts(*helper)));
  situation.decisions = decisions;
  return situation;
}

}  // namespace bits::scenarios
