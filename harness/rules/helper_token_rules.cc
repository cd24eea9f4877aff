#include "harness/rules/helper_token_rules.h"

#include <algorithm>

namespace bits::rules {
namespace {

using Situation = HelperTokenSituation;

// Whom BITS sees at QueryInterface: without cloaking the process, which is the owner's.
const TokenTraits& CallerSeen(const Situation& s) { return s.cloaking == Cloaking::kNone ? s.owner : s.caller; }
bool CallerSeenIsOwner(const Situation& s) { return s.cloaking == Cloaking::kNone || s.caller_is_owner; }

// Whom BITS sees at the call: the thread under dynamic cloaking, else who was there when the blanket was set.
const TokenTraits& TokenSeen(const Situation& s) { return s.cloaking == Cloaking::kDynamic ? s.helper : s.owner; }

bool CallerIsNotIdentified(const Situation& s) {
  return s.authentication_level == AuthenticationLevel::kNone ||
         s.impersonation_level < s.decisions.ordinary_call_level;
}
bool CallerIsNobody(const Situation& s) { return !CallerSeenIsOwner(s) && !IsAdministrator(CallerSeen(s)); }
bool CallerHasLowerIntegrity(const Situation& s) { return CallerSeen(s).integrity_rid < s.owner.integrity_rid; }
bool JobIsFinal(const Situation& s) { return IsFinal(s.state); }
bool LevelIsIdentify(const Situation& s) {
  return s.impersonation_level == ImpersonationLevel::kIdentify &&
         s.decisions.identify_result == "CO_E_FAILEDTOIMPERSONATE"_hr;
}
bool LevelIsIdentifyAndDenied(const Situation& s) {
  return s.impersonation_level == ImpersonationLevel::kIdentify && s.decisions.identify_result == "E_ACCESSDENIED"_hr;
}
bool CallerIsNotAdministrator(const Situation& s) { return !IsAdministrator(CallerSeen(s)); }
bool OwnerIsNotAdministrator(const Situation& s) { return !IsAdministrator(s.owner); }
bool OnlyHelperIsAdministrator(const Situation& s) {
  return CallerIsNotAdministrator(s) && IsAdministrator(TokenSeen(s));
}
bool OnlyTokenSetIsAdministrator(const Situation& s) {
  return CallerIsNotAdministrator(s) && s.helper_set && IsAdministrator(s.helper);
}
bool FlagsAreUnknown(const Situation& s) { return (s.flags & ~3U) != 0 && !s.decisions.ignore_unknown_flags; }
bool CloakingIsNotDynamic(const Situation& s) { return s.cloaking != Cloaking::kDynamic; }

constexpr std::uint32_t kQuery = MethodBit(TokenMethod::kQueryInterface);
constexpr std::uint32_t kSet = MethodBit(TokenMethod::kSetHelperToken);
constexpr std::uint32_t kSetFlags = MethodBit(TokenMethod::kSetHelperTokenFlags);
constexpr std::uint32_t kGetFlags = MethodBit(TokenMethod::kGetHelperTokenFlags);
constexpr std::uint32_t kClear = MethodBit(TokenMethod::kClearHelperToken);
constexpr std::uint32_t kGetSid = MethodBit(TokenMethod::kGetHelperTokenSid);
constexpr std::uint32_t kMethods = kSet | kSetFlags | kGetFlags | kClear | kGetSid;
constexpr std::uint32_t kAll = kQuery | kMethods;

constexpr HelperTokenRule kRules[] = {
    // --- getting at the interface
    {.id = "HT-01",
     .methods = kAll,
     .since = kAnyBuild,
     .until = kWindows7,
     .when = nullptr,
     .then = "E_NOINTERFACE"_hr,
     .effect = TokenEffect::kNone,
     .statement =
         "Before Windows 7 and Server 2008 R2 a job has one token, its owner's: there is no IBitsTokenOptions.",
     .source = "helper-tokens-for-bits-transfer-jobs",
     .fix = "Update Windows; on Vista SP1 and Server 2008 SP2 install the Windows Management Framework, which brings "
            "BITS 4.0."},
    {.id = "HT-02",
     .methods = kAll,
     .since = kWindows7,
     .until = kNoBuild,
     .when = CallerIsNotIdentified,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "A caller whom COM does not identify (authentication level none, impersonation level anonymous) is "
                  "refused every call.",
     .source = "connecting-to-the-bits-service; decisions D1, D2, D20",
     .fix = "Call CoInitializeSecurity before the first proxy with RPC_C_AUTHN_LEVEL_CONNECT, "
            "RPC_C_IMP_LEVEL_IMPERSONATE and EOAC_DYNAMIC_CLOAKING."},
    {.id = "HT-04",
     .methods = kAll,
     .since = kWindows7,
     .until = kNoBuild,
     .when = CallerIsNobody,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "Only the job's owner and administrators get IBitsTokenOptions: access is checked in QueryInterface, "
                  "for the identity that the thread has then.",
     .source = "helper-tokens-for-bits-transfer-jobs; decision D17",
     .fix = "Ask the job for IBitsTokenOptions as its owner, and impersonate the helper only after that."},
    {.id = "HT-05",
     .methods = kAll,
     .since = kWindows7,
     .until = kNoBuild,
     .when = CallerHasLowerIntegrity,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement =
         "A job whose owner has a higher integrity level cannot be changed, by an administrator either: jobs of "
         "services need LocalSystem.",
     .source = "user-account-control-and-bits",
     .fix = "Change the job as the account that owns it; for jobs of services run as LocalSystem, for instance from a "
            "scheduled task."},
    {.id = "HT-14",
     .methods = kQuery,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kNone,
     .statement = "Whoever has access to the job gets IBitsTokenOptions, and may then use it as the helper.",
     .source = "helper-tokens-for-bits-transfer-jobs",
     .fix = ""},

    // --- calling it
    {.id = "HT-13",
     .methods = kMethods,
     .since = kWindows7,
     .until = kNoBuild,
     .when = JobIsFinal,
     .then = "BG_E_INVALID_STATE"_hr,
     .effect = TokenEffect::kNone,
     .statement = "An acknowledged or cancelled job takes no helper-token calls.",
     .source = "decision D13b",
     .fix = "Set the helper token before the job is completed or cancelled."},
    {.id = "HT-10",
     .methods = kSetFlags | kGetFlags | kClear | kGetSid,
     .since = kWindows7,
     .until = kWindows10_1607,
     .when = CallerIsNotAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "Before Windows 10 1607 and Server 2016 helper tokens are for administrators only.",
     .source = "ibitstokenoptions-clearhelpertoken",
     .fix = "Run elevated or as LocalSystem, or update to Windows 10 1607, Server 2016 or later."},
    {.id = "HT-03",
     .methods = kSet,
     .since = kWindows7,
     .until = kNoBuild,
     .when = LevelIsIdentify,
     .then = "CO_E_FAILEDTOIMPERSONATE"_hr,
     .effect = TokenEffect::kNone,
     .statement = "SetHelperToken needs impersonation level Impersonate or Delegate on its own proxy.",
     .source = "ibitstokenoptions-sethelpertoken; decision D2",
     .fix = "Set RPC_C_IMP_LEVEL_IMPERSONATE on the proxy of IBitsTokenOptions itself with CoSetProxyBlanket, or for "
            "the process with CoInitializeSecurity before the first proxy."},
    {.id = "HT-03b",
     .methods = kSet,
     .since = kWindows7,
     .until = kNoBuild,
     .when = LevelIsIdentifyAndDenied,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "SetHelperToken needs impersonation level Impersonate or Delegate on its own proxy.",
     .source = "the other value of decision D2",
     .fix = ""},
    {.id = "HT-06",
     .methods = kSet,
     .since = kWindows7,
     .until = kWindows10_1607,
     .when = OwnerIsNotAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "Before Windows 10 1607 and Server 2016 the job's owner must be an administrator.",
     .source = "ibitstokenoptions-sethelpertoken",
     .fix = "Make the job as an elevated administrator or as LocalSystem, or update to Windows 10 1607, Server 2016 or "
            "later."},
    {.id = "HT-07",
     .methods = kSet,
     .since = kWindows10_1607,
     .until = kNoBuild,
     .when = OnlyHelperIsAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement = "Since Windows 10 1607 a caller who is no administrator may set helper tokens in which "
                  "BUILTIN\\Administrators is not enabled, and no others.",
     .source = "helper-tokens-for-bits-transfer-jobs",
     .fix = "Use a helper that is no administrator, or its UAC-filtered token from an interactive logon; or run the "
            "caller elevated."},
    {.id = "HT-11",
     .methods = kSetFlags,
     .since = kWindows10_1607,
     .until = kNoBuild,
     .when = OnlyTokenSetIsAdministrator,
     .then = "E_ACCESSDENIED"_hr,
     .effect = TokenEffect::kNone,
     .statement =
         "Since Windows 10 1607 a caller who is no administrator may set the flags only while the job's helper "
         "token, if any, does not have BUILTIN\\Administrators enabled.",
     .source = "ibitstokenoptions-sethelpertokenflags",
     .fix = "Clear the helper token first, or let an administrator set the flags."},
    {.id = "HT-12",
     .methods = kSetFlags,
     .since = kWindows7,
     .until = kNoBuild,
     .when = FlagsAreUnknown,
     .then = "E_INVALIDARG"_hr,
     .effect = TokenEffect::kNone,
     .statement = "There are two flags: BG_TOKEN_LOCAL_FILE and BG_TOKEN_NETWORK.",
     .source = "decision D13a",
     .fix = "Pass BG_TOKEN_LOCAL_FILE (1), BG_TOKEN_NETWORK (2), both, or 0."},
    {.id = "HT-09",
     .methods = kSet,
     .since = kWindows7,
     .until = kNoBuild,
     .when = CloakingIsNotDynamic,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kCapturesProcess,
     .statement = "Without dynamic cloaking on the proxy BITS sees the process, or who the thread was when the blanket "
                  "was set, and captures that token instead of the helper's.",
     .source = "cloaking; decisions D15, D16",
     .fix = ""},
    {.id = "HT-08",
     .methods = kSet,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kCapturesThread,
     .statement = "The token that the call is made with becomes the job's helper token.",
     .source = "ibitstokenoptions-sethelpertoken",
     .fix = ""},
    {.id = "HT-15",
     .methods = kSetFlags,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kStoresFlags,
     .statement = "The flags say which resources the helper token opens; 0 goes back to the owner's and keeps the "
                  "helper's stored.",
     .source = "ibitstokenoptions-sethelpertokenflags",
     .fix = ""},
    {.id = "HT-16",
     .methods = kGetFlags,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kNone,
     .statement = "The flags come back as they were set.",
     .source = "ibitstokenoptions-gethelpertokenflags",
     .fix = ""},
    {.id = "HT-17",
     .methods = kClear,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kDropsToken,
     .statement = "ClearHelperToken drops the token and leaves the flags.",
     .source = "ibitstokenoptions-clearhelpertoken",
     .fix = ""},
    {.id = "HT-18",
     .methods = kGetSid,
     .since = kWindows7,
     .until = kNoBuild,
     .when = nullptr,
     .then = "S_OK"_hr,
     .effect = TokenEffect::kNone,
     .statement = "The SID of the token's user comes back, or NULL when none is set; never the token itself.",
     .source = "ibitstokenoptions-gethelpertokensid",
     .fix = ""},
};

}  // namespace

std::span<const HelperTokenRule> HelperTokenRules() { return kRules; }

const HelperTokenRule* FindRule(std::string_view id) {
  const auto* found = std::ranges::find(kRules, id, &HelperTokenRule::id);
  return found == std::end(kRules) ? nullptr : found;
}

bool HoldsOn(const HelperTokenRule& rule, const OsBuild& build) { return rule.since <= build && build < rule.until; }

bool Applies(const HelperTokenRule& rule, const HelperTokenSituation& situation) {
  return (rule.methods & MethodBit(situation.method)) != 0 && HoldsOn(rule, situation.build) &&
         (rule.when == nullptr || rule.when(situation));
}

const HelperTokenRule& Decide(const HelperTokenSituation& situation) {
  return *std::ranges::find_if(kRules, [&](const HelperTokenRule& rule) { return Applies(rule, situation); });
}

}  // namespace bits::rules
