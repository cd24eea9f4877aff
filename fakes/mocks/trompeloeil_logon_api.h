// Trompeloeil mock of LogonApi.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/logon_api.h"

namespace bits::trompeloeil_mocks {

class MockLogonApi : public LogonApi {
 public:
  using Domain = std::optional<std::string_view>;

  MAKE_MOCK5(LogonUser, Result<Token>(std::string_view, Domain, const Secret&, LogonType, LogonProvider), override);
  MAKE_MOCK1(ImpersonateLoggedOnUser, HResult(const Token&), override);
  MAKE_MOCK0(RevertToSelf, HResult(), override);
  MAKE_MOCK1(SetThreadToken, HResult(const Token*), override);
  MAKE_MOCK1(OpenProcessToken, Result<Token>(std::uint32_t), override);
  MAKE_MOCK2(OpenThreadToken, Result<Token>(std::uint32_t, bool), override);
  MAKE_MOCK4(DuplicateTokenEx, Result<Token>(const Token&, std::uint32_t, ImpersonationLevel, TokenType), override);
  MAKE_MOCK2(CreateRestrictedToken, Result<Token>(const Token&, const TokenRestrictions&), override);
  MAKE_MOCK1(GetLinkedToken, Result<Token>(const Token&), override);
  MAKE_MOCK1(GetTokenFacts, Result<TokenFacts>(const Token&), override);
  MAKE_MOCK2(CheckTokenMembership, Result<bool>(const Token*, std::string_view), override);
  MAKE_MOCK1(LookupAccountName, Result<std::string>(std::string_view), override);
  MAKE_MOCK1(LookupAccountSid, Result<AccountName>(std::string_view), override);
  MAKE_MOCK1(CloseHandle, HResult(TokenHandle), override);
};

// As bits::mocks::MockLogonApi answers.
[[nodiscard]] Expectations AllowAll(MockLogonApi& mock);

}  // namespace bits::trompeloeil_mocks
