// Who makes a call, as it is told to a server that COM security does not tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/api/com_security.h"
#include "harness/api/token_facts.h"

namespace bits::fakes::com {

// What COM would show of a caller: the identity that cloaking chose, and how far the server may go with it.
struct CallerIdentity {
  std::uint32_t process_id = 0;
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  TokenFacts token;
  friend bool operator==(const CallerIdentity&, const CallerIdentity&) = default;
};

std::vector<std::byte> Serialize(const CallerIdentity& caller);

// Nothing for bytes that Serialize does not write, whatever they are.
std::optional<CallerIdentity> ParseCallerIdentity(std::span<const std::byte> bytes);

}  // namespace bits::fakes::com
