#include "fakes/world/access_control.h"

#include <algorithm>
#include <utility>

namespace bits::fakes {
namespace {

bool Has(const SidAndAttributes& sid, std::uint32_t attribute) { return (sid.attributes & attribute) != 0; }

// A group that is neither enabled nor for deny only is switched off altogether.
bool Counts(const SidAndAttributes& group, bool allow) {
  const bool deny_only = Has(group, GroupAttributes::kUseForDenyOnly);
  return allow ? !deny_only && Has(group, GroupAttributes::kEnabled)
               : deny_only || Has(group, GroupAttributes::kEnabled);
}

// The groups that Windows puts a token in at logon; simulated accounts need not list them.
bool IsImplied(const TokenFacts& token, std::string_view sid) {
  return sid == kEveryoneSid || (sid == kAuthenticatedUsersSid && token.user.sid != kAnonymousSid);
}

bool MatchesToken(const TokenFacts& token, const AccessEntry& entry) {
  if (entry.sid == token.user.sid) return !entry.allow || !Has(token.user, GroupAttributes::kUseForDenyOnly);
  const auto group = std::ranges::find(token.groups, entry.sid, &SidAndAttributes::sid);
  return group == token.groups.end() ? IsImplied(token, entry.sid) : Counts(*group, entry.allow);
}

// Restricting SIDs are always enabled, whatever their attributes say [createrestrictedtoken].
bool MatchesRestriction(const TokenFacts& token, const AccessEntry& entry) {
  return std::ranges::find(token.restricted_sids, entry.sid, &SidAndAttributes::sid) != token.restricted_sids.end();
}

using Matches = bool (*)(const TokenFacts&, const AccessEntry&);

// A right that an earlier entry granted is not taken back by a later one.
bool Grants(const std::vector<AccessEntry>& dacl, const TokenFacts& token, std::uint32_t rights, Matches matches) {
  std::uint32_t missing = rights;
  for (const AccessEntry& entry : dacl) {
    if (missing == 0) break;
    if ((entry.rights & missing) == 0 || !matches(token, entry)) continue;
    if (!entry.allow) return false;
    missing &= ~entry.rights;
  }
  return missing == 0;
}

}  // namespace

SecurityDescriptor AllowOnly(std::vector<std::string> sids, std::uint32_t rights) {
  SecurityDescriptor security;
  std::vector<AccessEntry>& dacl = security.dacl.emplace();
  for (std::string& sid : sids) dacl.push_back({.allow = true, .sid = std::move(sid), .rights = rights});
  return security;
}

bool AccessCheck(const TokenFacts& token, const SecurityDescriptor& security, std::uint32_t rights) {
  if (!security.dacl) return true;
  return Grants(*security.dacl, token, rights, MatchesToken) &&
         (token.restricted_sids.empty() || Grants(*security.dacl, token, rights, MatchesRestriction));
}

}  // namespace bits::fakes
