// The logon and token functions of Windows.
#pragma once

#include "harness/api/logon_api.h"

namespace bits::win32 {

class LogonApi final : public bits::LogonApi {
 public:
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
};

}  // namespace bits::win32
