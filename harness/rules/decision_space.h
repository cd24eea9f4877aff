// Every combination of what decides a helper-token call, and what the rules say about each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "harness/rules/helper_token_rules.h"
#include "harness/rules/windows_profile.h"

namespace bits::rules {

// Who asks the job for IBitsTokenOptions: the token of the thread at QueryInterface.
enum class CallerAtQuery { kOwner, kHelper, kOtherUser, kOtherAdmin };

// Whose SID the helper token has.
enum class CapturedSid { kNone, kOwner, kHelper };

// One combination. The client behaves as HelperTokenSituation says. For the methods behind SetHelperToken the job
// carries the helper's token already, set by LocalSystem, on builds and jobs where anybody may do that.
struct Cell {
  const WindowsProfile* profile = nullptr;
  TokenKind owner = TokenKind::kUser;
  CallerAtQuery caller_at_query = CallerAtQuery::kOwner;
  TokenKind helper = TokenKind::kUser;
  bool helper_same_as_owner = false;  // `helper` is then the owner's kind
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  Cloaking cloaking = Cloaking::kDynamic;
  std::uint32_t flags = 0;  // set by SetHelperTokenFlags, or on the job before
  TokenMethod method = TokenMethod::kSetHelperToken;
};

struct Verdict {
  HResult result;
  CapturedSid captured_sid = CapturedSid::kNone;  // of the job's helper token after the call
  const HelperTokenRule* rule = nullptr;
};

inline constexpr std::string_view kSameAsOwner = "same-as-owner";

// The number of cells.
std::size_t DecisionSpaceSize();

// A place on each axis, from the one that changes last to the one that changes first: profile, owner, caller at query,
// helper, authentication level, impersonation level, cloaking, flags, method.
using Places = std::array<std::size_t, 9>;
Places AxisSizes();
Places PlacesAt(std::size_t index);
Cell CellAt(const Places& places);

// The cell at a place below DecisionSpaceSize(). Neighbours differ in the method first, the profile changes last.
Cell CellAt(std::size_t index);

HelperTokenSituation SituationOf(const Cell& cell);

// What must happen, by the rules of HelperTokenRules() or by others in their place.
Verdict Judge(const Cell& cell);
Verdict Judge(const Cell& cell, std::span<const HelperTokenRule> rules);

// "user", ..., or "same-as-owner".
std::string_view HelperName(const Cell& cell);

// "none", "local-file", "network", "local-file,network".
std::string_view FlagsName(std::uint32_t flags);

// The values of each column, in order.
std::span<const TokenKind> OwnerKinds();
std::span<const CallerAtQuery> CallersAtQuery();
std::span<const AuthenticationLevel> AuthenticationLevels();
std::span<const ImpersonationLevel> ImpersonationLevels();
std::span<const Cloaking> Cloakings();
std::span<const std::uint32_t> FlagValues();
std::span<const TokenMethod> TokenMethods();

}  // namespace bits::rules

template <>
struct bits::EnumNames<bits::rules::CallerAtQuery> {
  using Caller = bits::rules::CallerAtQuery;
  static constexpr EnumName<Caller> kNames[] = {{Caller::kOwner, "owner"},
                                                {Caller::kHelper, "helper"},
                                                {Caller::kOtherUser, "other-user"},
                                                {Caller::kOtherAdmin, "other-admin"}};
};

template <>
struct bits::EnumNames<bits::rules::CapturedSid> {
  using Sid = bits::rules::CapturedSid;
  static constexpr EnumName<Sid> kNames[] = {{Sid::kNone, "none"}, {Sid::kOwner, "owner"}, {Sid::kHelper, "helper"}};
};
