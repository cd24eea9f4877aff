#include "harness/win32/windows_headers.h"

#include "harness/win32/logon_api.h"

#include <string>
#include <vector>

#include "harness/win32/account_names.h"
#include "harness/win32/com_call.h"
#include "harness/win32/sid.h"
#include "harness/win32/system_error.h"
#include "harness/win32/token_information.h"
#include "harness/win32/utf.h"

namespace bits::win32 {
namespace {

HANDLE ToHandle(TokenHandle handle) { return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(handle)); }
HANDLE ToHandle(const Token& token) { return ToHandle(token.handle()); }
// Null for null.
HANDLE ToHandle(const Token* token) { return token == nullptr ? nullptr : ToHandle(*token); }

Token Own(LogonApi& api, HANDLE handle) {
  return Token(api, static_cast<TokenHandle>(reinterpret_cast<std::uintptr_t>(handle)));
}

// The token that `call` puts into its out-parameter.
template <std::invocable<HANDLE*> Call>
Result<Token> TokenFrom(LogonApi& api, Call&& call) {
  HANDLE handle = nullptr;
  if (!call(&handle)) return Failure(LastError());
  return Own(api, handle);
}

// SECURITY_IMPERSONATION_LEVEL counts from zero, RPC_C_IMP_LEVEL from one; it has no "default".
SECURITY_IMPERSONATION_LEVEL ToSecurityLevel(ImpersonationLevel level) {
  if (level == ImpersonationLevel::kDefault) return SecurityImpersonation;
  return static_cast<SECURITY_IMPERSONATION_LEVEL>(static_cast<std::uint32_t>(level) - 1);
}

// SIDs as CreateRestrictedToken takes them; owns their memory.
class SidList {
 public:
  static Result<SidList> Parse(std::span<const std::string> texts) {
    SidList list;
    for (const std::string& text : texts) {
      Result<Sid> sid = ParseSid(text);
      if (!sid) return Failure(sid.error());
      list.entries_.push_back({sid->get(), 0});
      list.sids_.push_back(*std::move(sid));
    }
    return list;
  }

  DWORD size() const { return static_cast<DWORD>(entries_.size()); }
  SID_AND_ATTRIBUTES* data() { return entries_.empty() ? nullptr : entries_.data(); }

 private:
  std::vector<Sid> sids_;
  std::vector<SID_AND_ATTRIBUTES> entries_;
};

Result<std::vector<LUID_AND_ATTRIBUTES>> FindPrivileges(std::span<const std::string> names) {
  std::vector<LUID_AND_ATTRIBUTES> privileges;
  for (const std::string& name : names) {
    const Result<std::wstring> wide = WideFromUtf8(name);
    if (!wide) return Failure(wide.error());
    LUID_AND_ATTRIBUTES privilege{};
    if (!LookupPrivilegeValueW(nullptr, wide->c_str(), &privilege.Luid)) return Failure(LastError());
    privileges.push_back(privilege);
  }
  return privileges;
}

}  // namespace

Result<Token> LogonApi::LogonUser(std::string_view user_name, std::optional<std::string_view> domain,
                                  const Secret& password, LogonType type, LogonProvider provider) {
  WideArgument wide_user_name(user_name);
  WideArgument wide_domain(domain);
  if (!wide_user_name.valid() || !wide_domain.valid()) return Failure("E_INVALIDARG"_hr);
  Result<WideSecret> wide_password = WideSecret::From(password);
  if (!wide_password) return Failure(wide_password.error());

  HANDLE handle = nullptr;
  if (!LogonUserW(wide_user_name.get(), wide_domain.get(), wide_password->c_str(), static_cast<DWORD>(type),
                  static_cast<DWORD>(provider), &handle)) {
    return Failure(LastError());
  }
  // Wine reports success for every password and gives a number that is no handle. It must not be closed either: it
  // may be, or become, somebody else's.
  if (const HResult result = VerifyToken(handle); result == "E_HANDLE"_hr) return Failure(result);
  return Own(*this, handle);
}

HResult LogonApi::ImpersonateLoggedOnUser(const Token& token) {
  return FromBool(::ImpersonateLoggedOnUser(ToHandle(token)));
}

HResult LogonApi::RevertToSelf() { return FromBool(::RevertToSelf()); }

HResult LogonApi::SetThreadToken(const Token* token) {
  return FromBool(::SetThreadToken(/*Thread=*/nullptr, ToHandle(token)));
}

Result<Token> LogonApi::OpenProcessToken(std::uint32_t desired_access) {
  return TokenFrom(*this,
                   [&](HANDLE* token) { return ::OpenProcessToken(GetCurrentProcess(), desired_access, token); });
}

Result<Token> LogonApi::OpenThreadToken(std::uint32_t desired_access, bool open_as_self) {
  return TokenFrom(*this, [&](HANDLE* token) {
    return ::OpenThreadToken(GetCurrentThread(), desired_access, open_as_self ? TRUE : FALSE, token);
  });
}

Result<Token> LogonApi::DuplicateTokenEx(const Token& token, std::uint32_t desired_access, ImpersonationLevel level,
                                         TokenType type) {
  return TokenFrom(*this, [&](HANDLE* duplicate) {
    return ::DuplicateTokenEx(ToHandle(token), desired_access, nullptr, ToSecurityLevel(level),
                              static_cast<TOKEN_TYPE>(type), duplicate);
  });
}

Result<Token> LogonApi::CreateRestrictedToken(const Token& token, const TokenRestrictions& restrictions) {
  Result<SidList> to_disable = SidList::Parse(restrictions.sids_to_disable);
  if (!to_disable) return Failure(to_disable.error());
  Result<SidList> to_restrict = SidList::Parse(restrictions.sids_to_restrict);
  if (!to_restrict) return Failure(to_restrict.error());
  Result<std::vector<LUID_AND_ATTRIBUTES>> to_delete = FindPrivileges(restrictions.privileges_to_delete);
  if (!to_delete) return Failure(to_delete.error());
  const DWORD flags =
      (restrictions.disable_max_privilege ? DISABLE_MAX_PRIVILEGE : 0) | (restrictions.lua_token ? LUA_TOKEN : 0);
  return TokenFrom(*this, [&](HANDLE* restricted) {
    return ::CreateRestrictedToken(
        ToHandle(token), flags, to_disable->size(), to_disable->data(), static_cast<DWORD>(to_delete->size()),
        to_delete->empty() ? nullptr : to_delete->data(), to_restrict->size(), to_restrict->data(), restricted);
  });
}

Result<Token> LogonApi::GetLinkedToken(const Token& token) {
  const Result<HANDLE> linked = ReadLinkedToken(ToHandle(token));
  if (!linked) return Failure(linked.error());
  return Own(*this, *linked);
}

Result<TokenFacts> LogonApi::GetTokenFacts(const Token& token) { return ReadTokenFacts(ToHandle(token)); }

Result<bool> LogonApi::CheckTokenMembership(const Token* token, std::string_view sid) {
  const Result<Sid> parsed = ParseSid(sid);
  if (!parsed) return Failure(parsed.error());
  BOOL member = FALSE;
  if (!::CheckTokenMembership(ToHandle(token), parsed->get(), &member)) return Failure(LastError());
  return member != FALSE;
}

Result<std::string> LogonApi::LookupAccountName(std::string_view account) { return SidOfAccount(account); }

Result<AccountName> LogonApi::LookupAccountSid(std::string_view sid) {
  const Result<Sid> parsed = ParseSid(sid);
  if (!parsed) return Failure(parsed.error());
  return AccountOf(parsed->get());
}

HResult LogonApi::CloseHandle(TokenHandle handle) { return FromBool(::CloseHandle(ToHandle(handle))); }

}  // namespace bits::win32
