#include "harness/rules/decision_space.h"

#include <algorithm>

namespace bits::rules {
namespace {

constexpr TokenKind kKinds[] = {TokenKind::kUser,      TokenKind::kAdminFiltered, TokenKind::kAdminElevated,
                                TokenKind::kSystem,    TokenKind::kLocalService,  TokenKind::kNetworkService,
                                TokenKind::kRestricted};
constexpr CallerAtQuery kCallers[] = {CallerAtQuery::kOwner, CallerAtQuery::kHelper, CallerAtQuery::kOtherUser,
                                      CallerAtQuery::kOtherAdmin};
constexpr AuthenticationLevel kAuthentication[] = {AuthenticationLevel::kNone, AuthenticationLevel::kConnect,
                                                   AuthenticationLevel::kPacketPrivacy};
constexpr ImpersonationLevel kImpersonation[] = {ImpersonationLevel::kAnonymous, ImpersonationLevel::kIdentify,
                                                 ImpersonationLevel::kImpersonate, ImpersonationLevel::kDelegate};
constexpr Cloaking kCloakings[] = {Cloaking::kNone, Cloaking::kStatic, Cloaking::kDynamic};
constexpr std::uint32_t kFlags[] = {0, HelperTokenFlags::kLocalFile, HelperTokenFlags::kNetwork,
                                    HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork};
constexpr TokenMethod kMethods[] = {TokenMethod::kQueryInterface,      TokenMethod::kSetHelperToken,
                                    TokenMethod::kSetHelperTokenFlags, TokenMethod::kGetHelperTokenFlags,
                                    TokenMethod::kClearHelperToken,    TokenMethod::kGetHelperTokenSid};
// The kinds, then "same-as-owner".
constexpr std::size_t kHelpers = std::size(kKinds) + 1;

bool SameAccount(const Cell& cell) {
  return cell.helper_same_as_owner || (cell.helper == cell.owner && IsSingleAccount(cell.helper));
}

CapturedSid HelperSid(const Cell& cell) { return SameAccount(cell) ? CapturedSid::kOwner : CapturedSid::kHelper; }

// Whether LocalSystem may put the helper's token on the owner's job beforehand.
bool HelperCanBeSet(const Cell& cell) {
  if (cell.method == TokenMethod::kQueryInterface || cell.method == TokenMethod::kSetHelperToken) return false;
  const OsBuild& build = cell.profile->build;
  return build >= kWindows10_1607 || (build >= kWindows7 && IsAdministrator(TraitsOf(cell.owner)));
}

CapturedSid SidAfter(const Cell& cell, const HelperTokenSituation& situation, const HelperTokenRule& rule) {
  switch (rule.effect) {
    case TokenEffect::kCapturesThread:
      return HelperSid(cell);
    case TokenEffect::kCapturesProcess:
      return CapturedSid::kOwner;
    case TokenEffect::kDropsToken:
      return CapturedSid::kNone;
    case TokenEffect::kNone:
    case TokenEffect::kStoresFlags:
      break;
  }
  return situation.helper_set ? HelperSid(cell) : CapturedSid::kNone;
}

}  // namespace

Places AxisSizes() {
  return {WindowsProfiles().size(),   std::size(kKinds),         std::size(kCallers),   kHelpers,
          std::size(kAuthentication), std::size(kImpersonation), std::size(kCloakings), std::size(kFlags),
          std::size(kMethods)};
}

std::size_t DecisionSpaceSize() {
  std::size_t size = 1;
  for (const std::size_t axis : AxisSizes()) size *= axis;
  return size;
}

Cell CellAt(const Places& places) {
  const auto [profile, owner, caller, helper, authentication, impersonation, cloaking, flags, method] = places;
  Cell cell;
  cell.profile = &WindowsProfiles()[profile];
  cell.owner = kKinds[owner];
  cell.caller_at_query = kCallers[caller];
  cell.helper_same_as_owner = helper == std::size(kKinds);
  cell.helper = cell.helper_same_as_owner ? cell.owner : kKinds[helper];
  cell.authentication_level = kAuthentication[authentication];
  cell.impersonation_level = kImpersonation[impersonation];
  cell.cloaking = kCloakings[cloaking];
  cell.flags = kFlags[flags];
  cell.method = kMethods[method];
  return cell;
}

Places PlacesAt(std::size_t index) {
  const Places sizes = AxisSizes();
  Places places;
  for (std::size_t axis = sizes.size(); axis-- > 0; index /= sizes[axis]) places[axis] = index % sizes[axis];
  return places;
}

Cell CellAt(std::size_t index) { return CellAt(PlacesAt(index)); }

HelperTokenSituation SituationOf(const Cell& cell) {
  HelperTokenSituation situation;
  situation.build = cell.profile->build;
  situation.method = cell.method;
  situation.owner = TraitsOf(cell.owner);
  situation.helper = TraitsOf(cell.helper);
  switch (cell.caller_at_query) {
    case CallerAtQuery::kOwner:
      situation.caller = situation.owner;
      break;
    case CallerAtQuery::kHelper:
      situation.caller = situation.helper;
      situation.caller_is_owner = SameAccount(cell);
      break;
    case CallerAtQuery::kOtherUser:
      situation.caller = TraitsOf(TokenKind::kUser);
      situation.caller_is_owner = false;
      break;
    case CallerAtQuery::kOtherAdmin:
      situation.caller = TraitsOf(TokenKind::kAdminElevated);
      situation.caller_is_owner = false;
      break;
  }
  situation.authentication_level = cell.authentication_level;
  situation.impersonation_level = cell.impersonation_level;
  situation.cloaking = cell.cloaking;
  situation.flags = cell.flags;
  situation.helper_set = HelperCanBeSet(cell);
  return situation;
}

Verdict Judge(const Cell& cell, std::span<const HelperTokenRule> rules) {
  const HelperTokenSituation situation = SituationOf(cell);
  const auto rule =
      std::ranges::find_if(rules, [&](const HelperTokenRule& candidate) { return Applies(candidate, situation); });
  if (rule == rules.end()) return {"E_UNEXPECTED"_hr, CapturedSid::kNone, nullptr};
  return {rule->then, SidAfter(cell, situation, *rule), &*rule};
}

Verdict Judge(const Cell& cell) { return Judge(cell, HelperTokenRules()); }

std::string_view HelperName(const Cell& cell) { return cell.helper_same_as_owner ? kSameAsOwner : NameOf(cell.helper); }

std::string_view FlagsName(std::uint32_t flags) {
  constexpr std::string_view kNames[] = {"none", "local-file", "network", "local-file,network"};
  return flags < std::size(kNames) ? kNames[flags] : std::string_view();
}

std::span<const TokenKind> OwnerKinds() { return kKinds; }
std::span<const CallerAtQuery> CallersAtQuery() { return kCallers; }
std::span<const AuthenticationLevel> AuthenticationLevels() { return kAuthentication; }
std::span<const ImpersonationLevel> ImpersonationLevels() { return kImpersonation; }
std::span<const Cloaking> Cloakings() { return kCloakings; }
std::span<const std::uint32_t> FlagValues() { return kFlags; }
std::span<const TokenMethod> TokenMethods() { return kMethods; }

}  // namespace bits::rules
