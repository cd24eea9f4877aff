#include "fakes/world/simulated_logon.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace bits::fakes {
namespace {

using Lock = std::unique_lock<std::mutex>;

bool Holds(const TokenFacts& facts, std::string_view privilege) {
  const std::optional<Privilege> found = FindPrivilege(facts, privilege);
  return found && (found->attributes & PrivilegeAttributes::kEnabled) != 0;
}

bool IsSid(std::string_view text) {
  return text.starts_with("S-1-") && text.find_first_not_of("S-0123456789") == std::string_view::npos;
}

// The same token as an impersonation token of a level.
TokenPtr AtLevel(const TokenPtr& token, ImpersonationLevel level) {
  TokenData copy = *token;
  copy.facts.type = TokenType::kImpersonation;
  copy.facts.impersonation_level = level;
  return MakeToken(std::move(copy));
}

}  // namespace

Token SimulatedLogon::Open(TokenPtr token, std::uint32_t access, bool logged_on) {
  if (last_handle_ == kLastSimulatedHandle) throw std::length_error("a simulated process has used up its handles");
  const std::uintptr_t handle = last_handle_ += 4;
  if ((access & TokenAccess::kMaximumAllowed) != 0) access = ~0U;
  handles_.emplace(handle, Handle{std::move(token), access, logged_on});
  return Token(*this, TokenHandle{handle});
}

std::vector<std::string> SimulatedLogon::OpenUsers() const {
  std::vector<std::string> users;
  for (const auto& [number, handle] : handles_) users.push_back(handle.token->facts.user.account);
  return users;
}

Result<const SimulatedLogon::Handle*> SimulatedLogon::Use(const Token& token, std::uint32_t access) const {
  const auto found = handles_.find(static_cast<std::uintptr_t>(token.handle()));
  if (found == handles_.end()) return Failure("E_HANDLE"_hr);
  if ((found->second.access & access) != access) return Failure("E_ACCESSDENIED"_hr);
  return &found->second;
}

Result<Token> SimulatedLogon::LogonUser(std::string_view user_name, std::optional<std::string_view> domain,
                                        const Secret& password, LogonType type, LogonProvider provider) {
  const Lock lock(process_.world().mutex());
  Accounts& accounts = process_.world().accounts();
  if (user_name.empty()) return Failure("E_INVALIDARG"_hr);
  if (type == LogonType::kNewCredentials) {
    if (provider == LogonProvider::kWinNt40) return Failure("E_INVALIDARG"_hr);
    // Decision D19: the copy of the caller's own token, with other credentials for the network.
    const Process::Thread& thread = process_.CurrentThread();
    TokenData token = thread.impersonation ? *thread.impersonation : *process_.token();
    token.session = accounts.NewSession(token.sid(), type);
    const Account* account = accounts.Find(user_name, domain);
    token.outbound = OutboundIdentity{std::string(user_name), std::nullopt,
                                      account != nullptr && account->password == password.Reveal()};
    if (domain) token.outbound->domain = std::string(*domain);
    token.facts.type = TokenType::kPrimary;
    token.facts.impersonation_level.reset();
    token.facts.authentication_id = token.session->id;
    token.facts.token_id = accounts.NextLuid();
    return Open(MakeToken(std::move(token)), ~0U, true);
  }
  const Result<Account*> account = accounts.Authenticate(user_name, domain, password.Reveal(), type);
  if (!account) return Failure(account.error());
  return Open(accounts.LogOn(**account, type, false), ~0U, true);
}

// Who may impersonate fully [securitybaseapi-impersonateloggedonuser]; anybody else gets to level Identify, silently.
TokenPtr SimulatedLogon::Impersonated(const Handle& handle) const {
  const TokenPtr& token = handle.token;
  const ImpersonationLevel wanted =
      token->facts.type == TokenType::kPrimary ? ImpersonationLevel::kImpersonate : token->level;
  const TokenData& self = *process_.token();
  const bool allowed = wanted < ImpersonationLevel::kImpersonate || handle.logged_on || token->sid() == self.sid() ||
                       Holds(self.facts, "SeImpersonatePrivilege");
  if (allowed && token->facts.type == TokenType::kImpersonation) return token;
  return AtLevel(token, allowed ? wanted : ImpersonationLevel::kIdentify);
}

HResult SimulatedLogon::ImpersonateLoggedOnUser(const Token& token) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, TokenAccess::kQuery);
  if (!handle) return handle.error();
  const TokenPtr& data = (*handle)->token;
  const std::uint32_t needed =
      data->facts.type == TokenType::kPrimary ? TokenAccess::kDuplicate : TokenAccess::kImpersonate;
  if (((*handle)->access & needed) == 0) return "E_ACCESSDENIED"_hr;
  process_.CurrentThread().impersonation = Impersonated(**handle);
  return HResult();
}

HResult SimulatedLogon::RevertToSelf() {
  const Lock lock(process_.world().mutex());
  process_.CurrentThread().impersonation.reset();
  return HResult();
}

HResult SimulatedLogon::SetThreadToken(const Token* token) {
  const Lock lock(process_.world().mutex());
  if (token == nullptr) {
    process_.CurrentThread().impersonation.reset();
    return HResult();
  }
  const Result<const Handle*> handle = Use(*token, TokenAccess::kImpersonate);
  if (!handle) return handle.error();
  if ((*handle)->token->facts.type != TokenType::kImpersonation) return "ERROR_NO_IMPERSONATION_TOKEN"_hr;
  process_.CurrentThread().impersonation = Impersonated(**handle);
  return HResult();
}

Result<Token> SimulatedLogon::OpenProcessToken(std::uint32_t desired_access) {
  const Lock lock(process_.world().mutex());
  return Open(process_.token(), desired_access, false);
}

Result<Token> SimulatedLogon::OpenThreadToken(std::uint32_t desired_access, bool) {
  const Lock lock(process_.world().mutex());
  const TokenPtr& token = process_.CurrentThread().impersonation;
  if (!token) return Failure("ERROR_NO_TOKEN"_hr);
  if (token->level == ImpersonationLevel::kAnonymous) return Failure("ERROR_CANT_OPEN_ANONYMOUS"_hr);
  return Open(token, desired_access, true);
}

Result<Token> SimulatedLogon::DuplicateTokenEx(const Token& token, std::uint32_t desired_access,
                                               ImpersonationLevel level, TokenType type) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, TokenAccess::kDuplicate);
  if (!handle) return Failure(handle.error());
  TokenData copy = *(*handle)->token;
  const bool was_impersonation = copy.facts.type == TokenType::kImpersonation;
  // A level is never raised; a primary token is at least what an impersonation of level Impersonate is.
  const ImpersonationLevel wanted = type == TokenType::kPrimary ? ImpersonationLevel::kImpersonate : level;
  if (was_impersonation && wanted > copy.level) return Failure("ERROR_BAD_IMPERSONATION_LEVEL"_hr);
  copy.facts.type = type;
  copy.facts.impersonation_level = type == TokenType::kPrimary ? std::nullopt : std::optional(level);
  copy.facts.token_id = process_.world().accounts().NextLuid();
  return Open(MakeToken(std::move(copy)), desired_access == 0 ? (*handle)->access : desired_access,
              (*handle)->logged_on);
}

Result<Token> SimulatedLogon::CreateRestrictedToken(const Token& token, const TokenRestrictions& restrictions) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, TokenAccess::kDuplicate);
  if (!handle) return Failure(handle.error());
  TokenData copy = *(*handle)->token;
  copy.native.reset();  // it is still allowed what this copy is not
  std::vector<std::string> disabled(restrictions.sids_to_disable.begin(), restrictions.sids_to_disable.end());
  if (restrictions.lua_token) disabled.emplace_back(kAdministratorsSid);
  for (const std::string& sid : disabled) {
    if (!IsSid(sid)) return Failure("E_INVALIDARG"_hr);
    for (SidAndAttributes& group : copy.facts.groups) {
      if (group.sid == sid) group.attributes = GroupAttributes::kUseForDenyOnly;
    }
    if (copy.facts.user.sid == sid) copy.facts.user.attributes = GroupAttributes::kUseForDenyOnly;
  }
  for (const std::string& sid : restrictions.sids_to_restrict) {
    if (!IsSid(sid)) return Failure("E_INVALIDARG"_hr);
    copy.facts.restricted_sids.push_back({sid, {}, GroupAttributes::kEnabled});
  }
  std::erase_if(copy.facts.privileges, [&](const Privilege& privilege) {
    if (restrictions.disable_max_privilege) return privilege.name != "SeChangeNotifyPrivilege";
    if (restrictions.lua_token && privilege.name == "SeImpersonatePrivilege") return true;
    return std::ranges::find(restrictions.privileges_to_delete, privilege.name) !=
           restrictions.privileges_to_delete.end();
  });
  if (restrictions.lua_token) {
    copy.facts.elevated = false;
    copy.facts.integrity_rid = std::min(copy.integrity_rid, 0x2000U);
  }
  copy.facts.token_id = process_.world().accounts().NextLuid();
  return Open(MakeToken(std::move(copy)), (*handle)->access, (*handle)->logged_on);
}

Result<Token> SimulatedLogon::GetLinkedToken(const Token& token) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, TokenAccess::kQuery);
  if (!handle) return Failure(handle.error());
  const TokenData& data = *(*handle)->token;
  const auto elevation = data.facts.elevation_type.value_or(ElevationType::kDefault);
  Accounts& accounts = process_.world().accounts();
  const Account* account = accounts.FindSid(data.sid());
  if (elevation == ElevationType::kDefault || account == nullptr) return Failure("ERROR_NO_SUCH_LOGON_SESSION"_hr);
  const Half other = elevation == ElevationType::kFull ? Half::kFiltered : Half::kFull;
  // Without SeTcbPrivilege one may look at the other half, not act as it [TOKEN_LINKED_TOKEN].
  const bool trusted = Holds(process_.token()->facts, "SeTcbPrivilege");
  return Open(
      accounts.MakeHalf(*account, data.session, other, trusted ? TokenType::kPrimary : TokenType::kImpersonation,
                        trusted ? std::nullopt : std::optional(ImpersonationLevel::kIdentify)),
      ~0U, false);
}

Result<TokenFacts> SimulatedLogon::GetTokenFacts(const Token& token) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, TokenAccess::kQuery);
  if (!handle) return Failure(handle.error());
  return (*handle)->token->facts;
}

Result<bool> SimulatedLogon::CheckTokenMembership(const Token* token, std::string_view sid) {
  const Lock lock(process_.world().mutex());
  if (!IsSid(sid)) return Failure("E_INVALIDARG"_hr);
  const Process::Thread& thread = process_.CurrentThread();
  TokenPtr data = thread.impersonation ? thread.impersonation : process_.token();
  if (token != nullptr) {
    const Result<const Handle*> handle = Use(*token, TokenAccess::kQuery);
    if (!handle) return Failure(handle.error());
    data = (*handle)->token;
    if (data->facts.type != TokenType::kImpersonation) return Failure("ERROR_NO_IMPERSONATION_TOKEN"_hr);
  }
  if (data->sid() == sid) return true;
  return std::ranges::any_of(data->facts.groups, [&](const SidAndAttributes& group) {
    return group.sid == sid && (group.attributes & GroupAttributes::kEnabled) != 0;
  });
}

Result<std::string> SimulatedLogon::LookupAccountName(std::string_view account) {
  const Lock lock(process_.world().mutex());
  std::optional<std::string> sid = process_.world().accounts().SidOfName(account);
  if (!sid) return Failure("ERROR_NONE_MAPPED"_hr);
  return std::move(*sid);
}

Result<AccountName> SimulatedLogon::LookupAccountSid(std::string_view sid) {
  const Lock lock(process_.world().mutex());
  if (!IsSid(sid)) return Failure("E_INVALIDARG"_hr);
  std::optional<AccountName> name = process_.world().accounts().NameOfSid(sid);
  if (!name) return Failure("ERROR_NONE_MAPPED"_hr);
  return std::move(*name);
}

HResult SimulatedLogon::CloseHandle(TokenHandle handle) {
  const Lock lock(process_.world().mutex());
  return handles_.erase(static_cast<std::uintptr_t>(handle)) != 0 ? HResult() : "E_HANDLE"_hr;
}

Result<Token> SimulatedLogon::DuplicateHandle(const Token& token, std::optional<std::uint32_t> desired_access) {
  const Lock lock(process_.world().mutex());
  const Result<const Handle*> handle = Use(token, 0);
  if (!handle) return Failure(handle.error());
  const Handle original = **handle;
  if (desired_access && (*desired_access & ~original.access & ~std::uint32_t{TokenAccess::kMaximumAllowed}) != 0) {
    return Failure("E_ACCESSDENIED"_hr);
  }
  return Open(original.token, desired_access.value_or(original.access), original.logged_on);
}

}  // namespace bits::fakes
