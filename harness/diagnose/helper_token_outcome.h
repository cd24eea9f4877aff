// What SetHelperToken did, measured by the rule that decides it.
#pragma once

#include <string>

#include "harness/diagnose/check_result.h"
#include "harness/diagnose/probe.h"

namespace bits::diagnose {

// Calls SetHelperToken on the calling thread and judges the result. `helper` are the facts of the token that the thread
// calls with, `who` names it in the evidence.
CheckResult SetAndJudge(Probe& probe, BitsTokenOptions& options, const TokenFacts& helper, std::string who);

// The result for a check that needs IBitsTokenOptions and cannot have it.
CheckResult WithoutTokenOptions(HResult result);

}  // namespace bits::diagnose
