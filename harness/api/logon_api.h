// The logon and token functions of Windows, as far as helper tokens need them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/api/com_security.h"
#include "harness/api/enum_names.h"
#include "harness/api/result.h"
#include "harness/api/secret.h"
#include "harness/api/token.h"
#include "harness/api/token_facts.h"

namespace bits {

// LOGON32_LOGON_*.
enum class LogonType : std::uint32_t {
  kInteractive = 2,
  kNetwork = 3,
  kBatch = 4,
  kService = 5,
  kUnlock = 7,
  kNetworkCleartext = 8,
  kNewCredentials = 9,
};

// LOGON32_PROVIDER_*.
enum class LogonProvider : std::uint32_t { kDefault = 0, kWinNt40 = 2, kWinNt50 = 3 };

// TOKEN_*: the desired access of a token handle.
struct TokenAccess {
  enum : std::uint32_t {
    kAssignPrimary = 0x0001,
    kDuplicate = 0x0002,
    kImpersonate = 0x0004,
    kQuery = 0x0008,
    kAdjustPrivileges = 0x0020,
    kMaximumAllowed = 0x02000000,
  };
};

// What CreateRestrictedToken takes away.
struct TokenRestrictions {
  bool disable_max_privilege = false;                 // DISABLE_MAX_PRIVILEGE
  bool lua_token = false;                             // LUA_TOKEN: as UAC's filtering
  std::span<const std::string> sids_to_disable;       // SIDs as text, made deny-only
  std::span<const std::string> sids_to_restrict;      // SIDs as text
  std::span<const std::string> privileges_to_delete;  // SDK names
};

// An account by name, as LookupAccountSid and LookupAccountName speak of it.
struct AccountName {
  std::string domain;
  std::string name;
  friend bool operator==(const AccountName&, const AccountName&) = default;
};

// Failures are Win32 errors as HRESULT_FROM_WIN32; every method can yield E_INVALIDARG for a SID that is no SID and
// HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE), E_HANDLE, for a token that is none. Impersonation belongs to the calling
// thread; apart from that every method may be called on any thread. Tokens must not outlive their LogonApi.
class LogonApi {
 public:
  virtual ~LogonApi() = default;

  // Logs the user on; `domain` absent for a UPN name, "." for the local database. Needs the account right of `type`.
  // A network logon gives an impersonation token, any other a primary one. A new-credentials logon never fails on a
  // wrong password. The token is verified before it is returned: E_HANDLE when the system reported success and gave
  // no token (Wine). ERROR_LOGON_FAILURE, ERROR_ACCOUNT_RESTRICTION, ERROR_INVALID_LOGON_HOURS,
  // ERROR_PASSWORD_EXPIRED, ERROR_ACCOUNT_DISABLED, ERROR_LOGON_TYPE_NOT_GRANTED, ERROR_PASSWORD_MUST_CHANGE,
  // ERROR_ACCOUNT_LOCKED_OUT [winbase-logonuserw].
  [[nodiscard]] virtual Result<Token> LogonUser(std::string_view user_name, std::optional<std::string_view> domain,
                                                const Secret& password, LogonType type, LogonProvider provider) = 0;

  // The calling thread becomes the token's user until RevertToSelf. Use the scope `Impersonation`. After a failure the
  // thread runs as the process, so it must be treated as one. ERROR_ACCESS_DENIED, ERROR_BAD_IMPERSONATION_LEVEL
  // [securitybaseapi-impersonateloggedonuser].
  [[nodiscard]] virtual HResult ImpersonateLoggedOnUser(const Token& token) = 0;

  // After a failure the thread is still the other user: the process should end [securitybaseapi-reverttoself].
  [[nodiscard]] virtual HResult RevertToSelf() = 0;

  // Gives the calling thread an impersonation token; null takes it away [processthreadsapi-setthreadtoken].
  [[nodiscard]] virtual HResult SetThreadToken(const Token* token) = 0;

  // TokenAccess bits [processthreadsapi-openprocesstoken].
  [[nodiscard]] virtual Result<Token> OpenProcessToken(std::uint32_t desired_access) = 0;

  // ERROR_NO_TOKEN when the thread impersonates nobody; ERROR_CANT_OPEN_ANONYMOUS
  // [processthreadsapi-openthreadtoken].
  [[nodiscard]] virtual Result<Token> OpenThreadToken(std::uint32_t desired_access, bool open_as_self) = 0;

  // `level` is ignored for a primary token. ERROR_BAD_IMPERSONATION_LEVEL when it would be raised
  // [securitybaseapi-duplicatetokenex].
  [[nodiscard]] virtual Result<Token> DuplicateTokenEx(const Token& token, std::uint32_t desired_access,
                                                       ImpersonationLevel level, TokenType type) = 0;

  // [securitybaseapi-createrestrictedtoken]
  [[nodiscard]] virtual Result<Token> CreateRestrictedToken(const Token& token,
                                                            const TokenRestrictions& restrictions) = 0;

  // The other half of a UAC logon. ERROR_NO_SUCH_LOGON_SESSION when there is none [TOKEN_LINKED_TOKEN].
  [[nodiscard]] virtual Result<Token> GetLinkedToken(const Token& token) = 0;

  // Needs TOKEN_QUERY [securitybaseapi-gettokeninformation].
  virtual Result<TokenFacts> GetTokenFacts(const Token& token) = 0;

  // Whether `sid` is enabled in an impersonation token; null asks for the thread's effective token.
  // ERROR_NO_IMPERSONATION_TOKEN [securitybaseapi-checktokenmembership].
  virtual Result<bool> CheckTokenMembership(const Token* token, std::string_view sid) = 0;

  // ERROR_NONE_MAPPED [winbase-lookupaccountnamew, -lookupaccountsidw].
  virtual Result<std::string> LookupAccountName(std::string_view account) = 0;
  virtual Result<AccountName> LookupAccountSid(std::string_view sid) = 0;

  // Called by Token; E_HANDLE for a handle that is not open.
  virtual HResult CloseHandle(TokenHandle handle) = 0;
};

template <>
struct EnumNames<LogonType> {
  static constexpr EnumName<LogonType> kNames[] = {
      {LogonType::kInteractive, "interactive"},
      {LogonType::kNetwork, "network"},
      {LogonType::kBatch, "batch"},
      {LogonType::kService, "service"},
      {LogonType::kUnlock, "unlock"},
      {LogonType::kNetworkCleartext, "network-cleartext"},
      {LogonType::kNewCredentials, "new-credentials"},
  };
};

template <>
struct EnumNames<LogonProvider> {
  static constexpr EnumName<LogonProvider> kNames[] = {
      {LogonProvider::kDefault, "default"}, {LogonProvider::kWinNt40, "winnt40"}, {LogonProvider::kWinNt50, "winnt50"}};
};

}  // namespace bits
