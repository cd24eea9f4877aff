// The logon and token functions of one simulated process.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "fakes/world/process.h"

namespace bits::fakes {

// Handles are numbers that no real system gives out (a process of Windows has at most 2^24 handles, which count in
// fours), so that a foreign one is told apart.
inline constexpr std::uintptr_t kFirstSimulatedHandle = 0x51000000;
inline constexpr std::uintptr_t kLastSimulatedHandle = 0x5FFFFFFC;

class SimulatedLogon : public LogonApi {
 public:
  explicit SimulatedLogon(Process& process) : process_(process) {}

  Result<Token> LogonUser(std::string_view user_name, std::optional<std::string_view> domain, const Secret& password,
                          LogonType type, LogonProvider provider) override;
  HResult ImpersonateLoggedOnUser(const Token& token) override;
  HResult RevertToSelf() override;
  HResult SetThreadToken(const Token* token) override;
  Result<Token> OpenProcessToken(std::uint32_t desired_access) override;
  Result<Token> OpenThreadToken(std::uint32_t desired_access, bool open_as_self) override;
  Result<Token> DuplicateTokenEx(const Token& token, std::uint32_t desired_access, ImpersonationLevel level,
                                 TokenType type) override;
  Result<Token> CreateRestrictedToken(const Token& token, const TokenRestrictions& restrictions) override;
  Result<Token> GetLinkedToken(const Token& token) override;
  Result<TokenFacts> GetTokenFacts(const Token& token) override;
  Result<bool> CheckTokenMembership(const Token* token, std::string_view sid) override;
  Result<std::string> LookupAccountName(std::string_view account) override;
  Result<AccountName> LookupAccountSid(std::string_view sid) override;
  HResult CloseHandle(TokenHandle handle) override;

  // Another handle to the same token; `desired_access` absent: the same access [handleapi-duplicatehandle].
  // E_HANDLE, E_ACCESSDENIED when it asks for more than the first has.
  Result<Token> DuplicateHandle(const Token& token, std::optional<std::uint32_t> desired_access);

  // With the world's lock held.
  Token Open(TokenPtr token, std::uint32_t access, bool logged_on);
  std::size_t open_handles() const { return handles_.size(); }
  std::vector<std::string> OpenUsers() const;

 private:
  struct Handle {
    TokenPtr token;
    std::uint32_t access;
    bool logged_on;  // by this process, with explicit credentials
  };
  // The handle if it is open and has `access`.
  Result<const Handle*> Use(const Token& token, std::uint32_t access) const;
  // The token that impersonating `token` puts on the thread.
  TokenPtr Impersonated(const Handle& handle) const;

  Process& process_;
  std::unordered_map<std::uintptr_t, Handle> handles_;
  std::uintptr_t last_handle_ = kFirstSimulatedHandle;
};

}  // namespace bits::fakes
