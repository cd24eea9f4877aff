// What a token is inside the simulated kernel.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "harness/api/logon_api.h"
#include "harness/api/token_facts.h"

namespace bits::fakes {

// One logon, from LogonUser or the Welcome screen to log-off. Guarded by the world's lock.
struct LogonSession {
  std::uint64_t id = 0;  // its LUID
  std::string sid;       // of the user
  LogonType type = LogonType::kInteractive;
  bool desktop = false;             // Welcome screen, terminal services: the user "is logged on"
  bool service = false;             // LocalSystem and its kin, who always are
  bool network_credentials = true;  // a network logon keeps none to show to other servers
  bool ended = false;
};

// Whom a new-credentials logon shows to servers.
struct OutboundIdentity {
  std::string user_name;
  std::optional<std::string> domain;
  bool valid = false;  // whether the password was right: nobody asked at the logon
};

// One token, never changed once it is made; handles and threads share it.
struct TokenData {
  TokenFacts facts;
  std::shared_ptr<LogonSession> session;
  std::optional<OutboundIdentity> outbound;
  // The real token behind one that was imported: what it may open outside the simulation is the system's to say
  // (fakes/com/real_file_store.h). Null for people of the simulation, and where groups of the real one were taken away.
  std::shared_ptr<void> native;

  // What every call asks for, taken from `facts` once.
  bool administrator = false;  // BUILTIN\Administrators is enabled
  bool elevated = false;
  bool service_account = false;
  bool restricted = false;  // has restricting SIDs
  std::uint32_t integrity_rid = 0;
  ImpersonationLevel level = ImpersonationLevel::kImpersonate;  // of an impersonation token; else full

  const std::string& sid() const { return facts.user.sid; }
};

using TokenPtr = std::shared_ptr<const TokenData>;

// Takes the summary from the facts and shares the result.
TokenPtr MakeToken(TokenData token);

}  // namespace bits::fakes
