// Holds what happens to the rules, and keeps which rules were seen at work.
#pragma once

#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/rules/helper_token_rules.h"
#include "harness/rules/job_call_rules.h"
#include "scenarios/contract/contract.h"
#include "scenarios/contract/stage.h"

namespace bits::scenarios {

class Judge {
 public:
  explicit Judge(contract::Contract& contract) : contract_(contract) {}

  // The call must end as the rule says that decides the situation; `observation` is the call, in words that the
  // scenario uses once. Returns the rule.
  const rules::HelperTokenRule& Expect(std::string_view observation, const rules::HelperTokenSituation& situation,
                                       HResult actual);
  const rules::JobCallRule& Expect(std::string_view observation, const rules::JobCallSituation& situation,
                                   HResult actual);

  // Any other value that a rule or a decision demands.
  template <class Actual, class Expected>
  bool Expect(std::string_view observation, std::string_view rule, const Actual& actual, const Expected& expected) {
    Note(rule);
    return contract_.Expect(Named(observation, rule), actual, expected);
  }

  // A rule that the scenario shows in another way.
  void Note(std::string_view rule) { seen_.emplace(rule); }

  const std::set<std::string, std::less<>>& seen() const { return seen_; }

 private:
  static std::string Named(std::string_view observation, std::string_view rule);

  contract::Contract& contract_;
  std::set<std::string, std::less<>> seen_;
};

// The program's own token, as the rules look at it.
rules::TokenTraits OwnTraits(contract::Client& client);
std::string OwnSid(contract::Client& client);
std::string SidOf(contract::Client& client, const Token& token);

// The machine's build.
OsBuild BuildOf(contract::Client& client);

// The situation of a job of the client's own, whose IBitsTokenOptions it asks for as itself, and then calls as
// `helper`, or as itself without one.
rules::HelperTokenSituation SituationOf(contract::Client& client, const Token* helper,
                                        const rules::Decisions& decisions = {});

// What `call` yields while the client's thread is the token's user.
template <class Call>
auto As(contract::Client& client, const Token& token, Call call) {
  const Result<Impersonation> user = Impersonation::Of(client.environment().logon(), token);
  if (!user) throw std::runtime_error("the helper cannot be impersonated: " + ToString(user.error()));
  return call();
}

}  // namespace bits::scenarios
