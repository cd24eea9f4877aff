// Tokens for tests of the simulation's parts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/api/token_facts.h"

namespace bits::fakes {

inline constexpr char kAliceSid[] = "S-1-5-21-1-2-3-1001";
inline constexpr char kBobSid[] = "S-1-5-21-1-2-3-1002";

// A token of that user, in these groups.
inline TokenFacts TokenOf(std::string_view user_sid, std::vector<SidAndAttributes> groups = {}) {
  TokenFacts token;
  token.user.sid = user_sid;
  token.groups = std::move(groups);
  return token;
}

inline TokenFacts Alice() { return TokenOf(kAliceSid); }
inline TokenFacts Bob() { return TokenOf(kBobSid); }

}  // namespace bits::fakes
