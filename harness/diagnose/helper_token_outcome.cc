#include "harness/diagnose/helper_token_outcome.h"

#include <utility>

#include <fmt/format.h>

#include "harness/rules/helper_token_rules.h"

namespace bits::diagnose {

CheckResult WithoutTokenOptions(HResult result) {
  if (result == "E_NOINTERFACE"_hr) return NotApplicable("this BITS has no helper tokens; see the check token-options");
  return UnknownBecause(result, "could not be tried", "There is no IBitsTokenOptions; see the check token-options.");
}

const rules::HelperTokenRule& RuleFor(Probe& probe, rules::TokenMethod method, const TokenFacts& helper) {
  rules::HelperTokenSituation situation;
  situation.method = method;
  situation.build = probe.Os() ? probe.Os()->build : kWindows10_1903;
  if (probe.ProcessToken()) situation.owner = rules::TraitsOf(*probe.ProcessToken());
  situation.caller = situation.owner;
  situation.helper = rules::TraitsOf(helper);
  situation.authentication_level = probe.options().security.authentication_level;
  situation.impersonation_level = probe.options().security.impersonation_level;
  situation.cloaking = probe.options().security.cloaking;
  return rules::Decide(situation);
}

CheckResult FailedByRule(const rules::HelperTokenRule& rule, std::string_view call, HResult result) {
  CheckResult check = FailedCall(call, result);
  check.source = rule.source;
  if (result != rule.then) return check;
  check.rule = rule.id;
  check.cause = rule.statement;
  if (!rule.fix.empty()) check.fix = rule.fix;
  return check;
}

CheckResult SetAndJudge(Probe& probe, BitsTokenOptions& options, const TokenFacts& helper, std::string who) {
  const rules::HelperTokenRule& rule = RuleFor(probe, rules::TokenMethod::kSetHelperToken, helper);
  const HResult result = options.SetHelperToken();
  const std::string evidence = fmt::format("SetHelperToken with {}: {}; the rule {} demands {}", who, ToString(result),
                                           rule.id, ToString(rule.then));
  CheckResult check;
  if (result == rule.then && result.Succeeded()) {
    check = Pass(evidence);
  } else if (result.Succeeded()) {
    check =
        Warn(evidence, fmt::format("The call succeeded although {} forbids it: {}", rule.id, rule.statement),
             "Report this machine's build and the output of bitsdoctor check --format json: the rule may be wrong.");
  } else {
    check = FailedByRule(rule, "SetHelperToken", result);
    check.evidence = evidence;
  }
  check.rule = rule.id;
  check.source = rule.source;
  return check;
}

}  // namespace bits::diagnose
