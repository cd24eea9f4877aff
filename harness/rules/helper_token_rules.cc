#include "harness/rules/helper_token_rules.h"

#include <algorithm>

namespace bits::rules {
namespace {

using Situation = HelperTokenSituation;

bool CallerIsNotIdentified(const Situation& s) {
  return s.authentication_level == AuthenticationLevel::kNone ||
         s.impersonation_level == ImpersonationLevel::kAnonymous;
}
bool LevelIsIdentify(const Situation& s) { return s.impersonation_level == ImpersonationLevel::kIdentify; }
bool OwnerIsNotAdministrator(const Situation& s) { return s.owner != AdministratorsMembership::kEnabled; }
bool OnlyHelperIsAdministrator(const Situation& s) {
  return OwnerIsNotAdministrator(s) && s.helper == AdministratorsMembership::kEnabled;
}

constexpr HelperTokenRule kRules[] = {
    {.id = "HT-01",
     .since = kAnyBuild,
     .until = kWindows7,
     .when = nullptr,
     .then = "E_NOINTERFACE"_hr,
     .statement =
         "Before Windows 7 and Server 2008 R2 a job has one token, its owner's: there is no IBitsTokenOptions.",
     .source = "helper-tokens-for-bits-transfer-jobs"},
    {.id = "HT-02",
     .since = kWindows7,
     .until = kNoBuild,
     .when = CallerIsNotIdentified,
     .then = "E_ACCESSDENIED"_hr,
     .statement = "A caller whom COM does not identify (authentication level none, impersonation level anonymous) is "
                  "refused every call.",
     .source = "connecting-to-the-bits-service; decisions D1, D2, D20"},
    {.id = "HT-03",
     .since = kWindows7,
     .until = kNoBuild,
     .when = LevelIsIdentify,
     .then = "CO_E_FAILEDTOIMPERSONATE"_hr,
     .statement = "SetHelperToken needs impersonation level Impersonate or Delegate on its own proxy.",
     .source = "ibitstokenoptions-sethelpertoken; decision D2"},
    {.id = "HT-06",
     .since = kWindows7,
     .until = kWindows10_1607,
     .when = OwnerIsNotAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .statement = "Before Windows 10 1607 and Server 2016 the job's owner must be an administrator.",
     .source = "ibitstokenoptions-sethelpertoken"},
    {.id = "HT-07",
     .since = kWindows10_1607,
     .until = kNoBuild,
     .when = OnlyHelperIsAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .statement = "Since Windows 10 1607 an owner who is no administrator may set helper tokens in which "
                  "BUILTIN\\Administrators is not enabled, and no others.",
     .source = "helper-tokens-for-bits-transfer-jobs"},
    {.id = "HT-08",
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .statement = "The token that the call is made with becomes the job's helper token.",
     .source = "ibitstokenoptions-sethelpertoken"},
};

}  // namespace

std::span<const HelperTokenRule> HelperTokenRules() { return kRules; }

bool HoldsOn(const HelperTokenRule& rule, const OsBuild& build) { return rule.since <= build && build < rule.until; }

const HelperTokenRule& Decide(const HelperTokenSituation& situation) {
  const auto* decisive = std::ranges::find_if(kRules, [&](const HelperTokenRule& rule) {
    return HoldsOn(rule, situation.build) && (rule.when == nullptr || rule.when(situation));
  });
  return *decisive;
}

}  // namespace bits::rules
