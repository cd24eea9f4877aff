// Who may open what: access lists, asked as Windows asks them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/token_facts.h"

namespace bits::fakes {

inline constexpr std::string_view kEveryoneSid = "S-1-1-0";
inline constexpr std::string_view kAnonymousSid = "S-1-5-7";
inline constexpr std::string_view kAuthenticatedUsersSid = "S-1-5-11";
inline constexpr std::string_view kUsersSid = "S-1-5-32-545";

struct AccessRights {
  enum : std::uint32_t { kRead = 0x1, kWrite = 0x2, kAll = 0x3 };
};

// One entry of an access list.
struct AccessEntry {
  bool allow = true;
  std::string sid;
  std::uint32_t rights = AccessRights::kAll;
};

// Entries count in their order. Without a list everybody may do everything; an empty list lets nobody in.
struct SecurityDescriptor {
  std::string owner;
  std::optional<std::vector<AccessEntry>> dacl;
};

// Lets the SIDs in, everybody else stays out.
SecurityDescriptor AllowOnly(std::vector<std::string> sids, std::uint32_t rights = AccessRights::kAll);

// Whether the token gets all of `rights`: a group that is for deny only, or not enabled, grants nothing; with
// restricting SIDs both they and the token's other SIDs must be let in [authz accesscheck]. Every token is in Everyone,
// and each but the anonymous one in Authenticated Users, listed or not. The owner gets nothing for being the owner.
bool AccessCheck(const TokenFacts& token, const SecurityDescriptor& security, std::uint32_t rights);

}  // namespace bits::fakes
