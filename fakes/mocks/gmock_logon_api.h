// GoogleMock mock of LogonApi.
#pragma once

#include <cstdint>

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/logon_api.h"

namespace bits::mocks {

// By default everybody may log on; every token is a new handle (1, 2, ...), which Token closes through this mock; every
// account is TEST\user with kMockSid.
class MockLogonApi : public LogonApi {
 public:
  MockLogonApi();
  ~MockLogonApi() override;

  MOCK_METHOD(Result<Token>, LogonUser,
              (std::string_view user_name, std::optional<std::string_view> domain, const Secret& password,
               LogonType type, LogonProvider provider),
              (override));
  MOCK_METHOD(HResult, ImpersonateLoggedOnUser, (const Token& token), (override));
  MOCK_METHOD(HResult, RevertToSelf, (), (override));
  MOCK_METHOD(HResult, SetThreadToken, (const Token* token), (override));
  MOCK_METHOD(Result<Token>, OpenProcessToken, (std::uint32_t desired_access), (override));
  MOCK_METHOD(Result<Token>, OpenThreadToken, (std::uint32_t desired_access, bool open_as_self), (override));
  MOCK_METHOD(Result<Token>, DuplicateTokenEx,
              (const Token& token, std::uint32_t desired_access, ImpersonationLevel level, TokenType type), (override));
  MOCK_METHOD(Result<Token>, CreateRestrictedToken, (const Token& token, const TokenRestrictions& restrictions),
              (override));
  MOCK_METHOD(Result<Token>, GetLinkedToken, (const Token& token), (override));
  MOCK_METHOD(Result<TokenFacts>, GetTokenFacts, (const Token& token), (override));
  MOCK_METHOD(Result<bool>, CheckTokenMembership, (const Token* token, std::string_view sid), (override));
  MOCK_METHOD(Result<std::string>, LookupAccountName, (std::string_view account), (override));
  MOCK_METHOD(Result<AccountName>, LookupAccountSid, (std::string_view sid), (override));
  MOCK_METHOD(HResult, CloseHandle, (TokenHandle handle), (override));

 private:
  std::uintptr_t last_handle_ = 0;
};

}  // namespace bits::mocks
