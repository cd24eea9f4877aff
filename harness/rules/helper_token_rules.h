// The documented rules of SetHelperToken, as data.
//
// One row says: on these builds, in this situation, the call ends so, and this page says it. The diagnosis compares
// what a machine does with what the rows demand.
#pragma once

#include <limits>
#include <span>
#include <string_view>

#include "harness/api/com_security.h"
#include "harness/api/hresult.h"
#include "harness/api/machine.h"
#include "harness/api/token_facts.h"

namespace bits::rules {

inline constexpr OsBuild kAnyBuild{0, 0, 0};
inline constexpr OsBuild kNoBuild{std::numeric_limits<std::uint32_t>::max(), 0, 0};

// Everything that decides how a call of SetHelperToken ends, in a caller that owns the job.
struct HelperTokenSituation {
  OsBuild build;
  AdministratorsMembership owner = AdministratorsMembership::kAbsent;   // in the token the owner calls with
  AdministratorsMembership helper = AdministratorsMembership::kAbsent;  // in the token to be captured
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
};

struct HelperTokenRule {
  std::string_view id;
  OsBuild since;                              // the first build it holds for
  OsBuild until;                              // the first build it no longer holds for
  bool (*when)(const HelperTokenSituation&);  // nullptr: in every situation
  HResult then;                               // how getting at or calling SetHelperToken ends
  std::string_view statement;                 // the rule in a sentence
  std::string_view source;                    // the page, or the decision where pages are silent
};

// In the order in which they are tried: the first that applies decides. The last applies always.
std::span<const HelperTokenRule> HelperTokenRules();

// Whether the rule holds on `build` at all.
bool HoldsOn(const HelperTokenRule& rule, const OsBuild& build);

// The rule that decides `situation`.
const HelperTokenRule& Decide(const HelperTokenSituation& situation);

}  // namespace bits::rules
