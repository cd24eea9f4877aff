// The documented rules of IBitsTokenOptions, as data.
//
// One row says: on these builds, for these methods, in this situation, the call ends so, and this page says it. The
// diagnosis compares what a machine does with what the rows demand; the tests do the same with the simulation.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "harness/api/com_security.h"
#include "harness/api/hresult.h"
#include "harness/api/job_types.h"
#include "harness/api/machine.h"
#include "harness/rules/decisions.h"
#include "harness/rules/token_traits.h"

namespace bits::rules {

inline constexpr OsBuild kAnyBuild{0, 0, 0};
inline constexpr OsBuild kNoBuild{std::numeric_limits<std::uint32_t>::max(), 0, 0};

// How one gets at IBitsTokenOptions, and its methods.
enum class TokenMethod {
  kQueryInterface,
  kSetHelperToken,
  kSetHelperTokenFlags,
  kGetHelperTokenFlags,
  kClearHelperToken,
  kGetHelperTokenSid,
};

// Everything that decides how a call ends.
//
// The client's process runs as the job's owner. Its thread is `caller` when it asks the job for IBitsTokenOptions, then
// is itself again and sets the blanket on the new proxy, then is `helper` and calls `method`: the order of the
// documented example.
struct HelperTokenSituation {
  OsBuild build;
  TokenMethod method = TokenMethod::kSetHelperToken;
  TokenTraits owner;
  TokenTraits caller;
  bool caller_is_owner = true;  // the thread's SID at QueryInterface is the owner's
  TokenTraits helper;
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  Cloaking cloaking = Cloaking::kDynamic;
  std::uint32_t flags = 0;                // the argument of SetHelperTokenFlags
  JobState state = JobState::kSuspended;  // of the job
  bool helper_set = false;                // the job carries the helper's token already
  Decisions decisions;
};

// What a call that succeeds does to the job.
enum class TokenEffect {
  kNone,
  kCapturesThread,   // the token of the calling thread becomes the helper token
  kCapturesProcess,  // the token of the process does
  kStoresFlags,
  kDropsToken,
};

struct HelperTokenRule {
  std::string_view id;
  std::uint32_t methods;                      // MethodBit of each that it is about
  OsBuild since;                              // the first build it holds for
  OsBuild until;                              // the first build it no longer holds for
  bool (*when)(const HelperTokenSituation&);  // nullptr: in every situation
  HResult then;                               // how getting at the method or calling it ends
  TokenEffect effect;
  std::string_view statement;  // the rule in a sentence
  std::string_view source;     // the page, or the decision where pages are silent
  std::string_view fix;        // what to do about a refusal; empty where nothing is refused, or nothing can be done
};

constexpr std::uint32_t MethodBit(TokenMethod method) { return 1U << static_cast<unsigned>(method); }

// In the order in which they are tried: the first that applies decides. For every method and build one row applies
// always.
std::span<const HelperTokenRule> HelperTokenRules();

// Null where there is none of that id.
const HelperTokenRule* FindRule(std::string_view id);

// Whether the rule holds on `build` at all.
bool HoldsOn(const HelperTokenRule& rule, const OsBuild& build);

// Whether the rule applies to `situation`.
bool Applies(const HelperTokenRule& rule, const HelperTokenSituation& situation);

// The rule that decides `situation`.
const HelperTokenRule& Decide(const HelperTokenSituation& situation);

}  // namespace bits::rules

template <>
struct bits::EnumNames<bits::rules::TokenMethod> {
  using Method = bits::rules::TokenMethod;
  static constexpr EnumName<Method> kNames[] = {
      {Method::kQueryInterface, "QueryInterface"},           {Method::kSetHelperToken, "SetHelperToken"},
      {Method::kSetHelperTokenFlags, "SetHelperTokenFlags"}, {Method::kGetHelperTokenFlags, "GetHelperTokenFlags"},
      {Method::kClearHelperToken, "ClearHelperToken"},       {Method::kGetHelperTokenSid, "GetHelperTokenSid"},
  };
};
