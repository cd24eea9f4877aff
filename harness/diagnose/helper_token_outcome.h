// What SetHelperToken did, measured by the rule that decides it.
#pragma once

#include <string>

#include "harness/diagnose/check_result.h"
#include "harness/diagnose/probe.h"
#include "harness/rules/helper_token_rules.h"

namespace bits::diagnose {

// The rule that decides a call of this probe's. `helper` are the facts of the token that the thread calls with.
const rules::HelperTokenRule& RuleFor(Probe& probe, rules::TokenMethod method, const TokenFacts& helper);

// A call that failed: with cause and fix of the rule, where the rule demands just this failure; else as FailedCall.
CheckResult FailedByRule(const rules::HelperTokenRule& rule, std::string_view call, HResult result);

// Calls SetHelperToken on the calling thread and judges the result. `who` names the helper in the evidence.
CheckResult SetAndJudge(Probe& probe, BitsTokenOptions& options, const TokenFacts& helper, std::string who);

// The result for a check that needs IBitsTokenOptions and cannot have it.
CheckResult WithoutTokenOptions(HResult result);

}  // namespace bits::diagnose
