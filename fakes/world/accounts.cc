#include "fakes/world/accounts.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "fakes/world/access_control.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

constexpr std::uint32_t kEnabledGroup =
    GroupAttributes::kMandatory | GroupAttributes::kEnabledByDefault | GroupAttributes::kEnabled;
constexpr std::uint32_t kHeldEnabled = PrivilegeAttributes::kEnabledByDefault | PrivilegeAttributes::kEnabled;

constexpr std::uint32_t kMedium = 0x2000;
constexpr std::uint32_t kHigh = 0x3000;
constexpr std::uint32_t kSystem = 0x4000;

struct KnownSid {
  std::string_view sid;
  std::string_view domain;
  std::string_view name;
};

constexpr KnownSid kKnownSids[] = {
    {kLocalSystemSid, "NT AUTHORITY", "SYSTEM"},
    {kLocalServiceSid, "NT AUTHORITY", "LOCAL SERVICE"},
    {kNetworkServiceSid, "NT AUTHORITY", "NETWORK SERVICE"},
    {kAdministratorsSid, "BUILTIN", "Administrators"},
    {kUsersSid, "BUILTIN", "Users"},
    {kEveryoneSid, "", "Everyone"},
    {kAuthenticatedUsersSid, "NT AUTHORITY", "Authenticated Users"},
    {kAnonymousSid, "NT AUTHORITY", "ANONYMOUS LOGON"},
    {"S-1-5-2", "NT AUTHORITY", "NETWORK"},
    {"S-1-5-3", "NT AUTHORITY", "BATCH"},
    {"S-1-5-4", "NT AUTHORITY", "INTERACTIVE"},
    {"S-1-5-6", "NT AUTHORITY", "SERVICE"},
};

struct LogonGroup {
  LogonType type;
  std::string_view sid;
};

constexpr LogonGroup kLogonGroups[] = {
    {LogonType::kInteractive, "S-1-5-4"},      {LogonType::kUnlock, "S-1-5-4"}, {LogonType::kNetwork, "S-1-5-2"},
    {LogonType::kNetworkCleartext, "S-1-5-2"}, {LogonType::kBatch, "S-1-5-3"},  {LogonType::kService, "S-1-5-6"},
};

constexpr std::string_view kUserPrivileges[] = {"SeChangeNotifyPrivilege", "SeShutdownPrivilege"};
constexpr std::string_view kAdministratorPrivileges[] = {
    "SeChangeNotifyPrivilege", "SeShutdownPrivilege",      "SeImpersonatePrivilege",   "SeCreateGlobalPrivilege",
    "SeDebugPrivilege",        "SeTakeOwnershipPrivilege", "SeIncreaseQuotaPrivilege", "SeBackupPrivilege",
    "SeRestorePrivilege",      "SeSecurityPrivilege"};
constexpr std::string_view kServicePrivileges[] = {"SeChangeNotifyPrivilege", "SeImpersonatePrivilege",
                                                   "SeCreateGlobalPrivilege", "SeAssignPrimaryTokenPrivilege",
                                                   "SeIncreaseQuotaPrivilege"};
constexpr std::string_view kSystemPrivileges[] = {
    "SeChangeNotifyPrivilege",  "SeImpersonatePrivilege", "SeCreateGlobalPrivilege", "SeAssignPrimaryTokenPrivilege",
    "SeIncreaseQuotaPrivilege", "SeTcbPrivilege",         "SeDebugPrivilege"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ToLowerAscii);
  return lower;
}

std::string KeyOf(std::string_view domain, std::string_view name) { return Lower(fmt::format("{}\\{}", domain, name)); }

void AddPrivileges(std::span<const std::string_view> names, TokenFacts& facts) {
  for (const std::string_view name : names) facts.privileges.push_back({std::string(name), kHeldEnabled});
}

// "BUILTIN\\Administrators", "Everyone"; empty for a SID that has no name.
std::string KnownAccount(std::string_view sid) {
  const auto* found = std::ranges::find(kKnownSids, sid, &KnownSid::sid);
  if (found == std::end(kKnownSids)) return {};
  return found->domain.empty() ? std::string(found->name) : fmt::format("{}\\{}", found->domain, found->name);
}

void AddGroup(std::string_view sid, std::uint32_t attributes, TokenFacts& facts) {
  facts.groups.push_back({std::string(sid), KnownAccount(sid), attributes});
}

bool IsNetworkLogon(LogonType type) { return type == LogonType::kNetwork || type == LogonType::kNetworkCleartext; }

}  // namespace

Accounts::Accounts(std::string computer_name) : computer_name_(std::move(computer_name)) {
  const struct {
    std::string_view sid;
    std::span<const std::string_view> privileges;
    bool administrator;
  } kServices[] = {{kLocalSystemSid, kSystemPrivileges, true},
                   {kLocalServiceSid, kServicePrivileges, false},
                   {kNetworkServiceSid, kServicePrivileges, false}};
  for (const auto& service : kServices) {
    TokenData token;
    token.session = NewSession(std::string(service.sid), LogonType::kService);
    token.session->service = true;
    token.session->network_credentials = service.sid != kLocalServiceSid;
    TokenFacts& facts = token.facts;
    facts.user = {std::string(service.sid), KnownAccount(service.sid), 0};
    if (service.administrator) AddGroup(kAdministratorsSid, kEnabledGroup | GroupAttributes::kOwner, facts);
    AddGroup(kEveryoneSid, kEnabledGroup, facts);
    AddGroup(kAuthenticatedUsersSid, kEnabledGroup, facts);
    if (!service.administrator) AddGroup("S-1-5-6", kEnabledGroup, facts);
    AddPrivileges(service.privileges, facts);
    facts.type = TokenType::kPrimary;
    facts.elevated = true;
    facts.elevation_type = ElevationType::kDefault;
    facts.integrity_rid = kSystem;
    facts.token_id = NextLuid();
    facts.authentication_id = token.session->id;
    services_[std::string(service.sid)] = MakeToken(std::move(token));
  }
}

Account& Accounts::Add(std::string_view name, std::string_view password, std::string_view domain) {
  if (name.empty()) throw std::invalid_argument("an account needs a name");
  auto account = std::make_unique<Account>();
  account->name = name;
  account->domain = domain.empty() ? computer_name_ : std::string(domain);
  account->password = password;
  account->sid = fmt::format("S-1-5-21-{}-{}", domain.empty() ? "1000-2000-3000" : "4000-5000-6000", ++last_rid_);
  std::unique_ptr<Account>& place = accounts_[KeyOf(account->domain, name)];
  if (place) throw std::invalid_argument(fmt::format("there is an account {}\\{} already", account->domain, name));
  place = std::move(account);
  return *place;
}

Account& Accounts::Get(std::string_view name) {
  const std::size_t cut = name.find('\\');
  Account* account =
      cut == std::string_view::npos ? Find(name, std::nullopt) : Find(name.substr(cut + 1), name.substr(0, cut));
  if (account == nullptr) {
    throw std::invalid_argument(fmt::format("there is no account \"{}\" in this world: add it with AddUser", name));
  }
  return *account;
}

Account* Accounts::Find(std::string_view user_name, std::optional<std::string_view> domain) {
  if (!domain) {
    const std::size_t at = user_name.find('@');
    if (at != std::string_view::npos) {
      // The NetBIOS name of a domain is the first label of its DNS name.
      const std::string_view dns = user_name.substr(at + 1);
      return Find(user_name.substr(0, at), dns.substr(0, dns.find('.')));
    }
    if (Account* local = Find(user_name, computer_name_)) return local;
    const auto found = std::ranges::find_if(
        accounts_, [&](const auto& entry) { return EqualsIgnoringCase(entry.second->name, user_name); });
    return found == accounts_.end() ? nullptr : found->second.get();
  }
  const auto found = accounts_.find(KeyOf(*domain == "." ? std::string_view(computer_name_) : *domain, user_name));
  return found == accounts_.end() ? nullptr : found->second.get();
}

Account* Accounts::FindSid(std::string_view sid) {
  const auto found = std::ranges::find_if(accounts_, [&](const auto& entry) { return entry.second->sid == sid; });
  return found == accounts_.end() ? nullptr : found->second.get();
}

Result<Account*> Accounts::Authenticate(std::string_view user_name, std::optional<std::string_view> domain,
                                        std::string_view password, LogonType type) {
  Account* account = Find(user_name, domain);
  if (account == nullptr) return Failure("ERROR_LOGON_FAILURE"_hr);
  if (account->locked_out) return Failure("ERROR_ACCOUNT_LOCKED_OUT"_hr);
  if (account->password != password) {
    if (++account->bad_passwords == lockout_threshold) account->locked_out = true;
    return Failure("ERROR_LOGON_FAILURE"_hr);
  }
  const struct {
    bool refused;
    HResult result;
  } kReasons[] = {
      {account->disabled, "ERROR_ACCOUNT_DISABLED"_hr},
      {account->expired, "ERROR_ACCOUNT_EXPIRED"_hr},
      {account->restricted_hours, "ERROR_INVALID_LOGON_HOURS"_hr},
      {account->must_change_password, "ERROR_PASSWORD_MUST_CHANGE"_hr},
      {account->password_expired, "ERROR_PASSWORD_EXPIRED"_hr},
      // A blank password is good at the console only.
      {account->password.empty() && type != LogonType::kInteractive && type != LogonType::kUnlock,
       "ERROR_ACCOUNT_RESTRICTION"_hr},
      {account->denied_logons.contains(type), "ERROR_LOGON_TYPE_NOT_GRANTED"_hr},
  };
  for (const auto& reason : kReasons) {
    if (reason.refused) return Failure(reason.result);
  }
  account->bad_passwords = 0;
  return account;
}

std::optional<std::string> Accounts::CheckPassword(std::string_view user_name, std::string_view password) {
  const std::size_t cut = user_name.find('\\');
  const bool qualified = cut != std::string_view::npos;
  const Result<Account*> account =
      Authenticate(qualified ? user_name.substr(cut + 1) : user_name,
                   qualified ? std::optional(user_name.substr(0, cut)) : std::nullopt, password, LogonType::kNetwork);
  if (!account) return std::nullopt;
  return (*account)->sid;
}

std::shared_ptr<LogonSession> Accounts::NewSession(std::string sid, LogonType type) {
  auto session = std::make_shared<LogonSession>();
  session->id = NextLuid();
  session->sid = std::move(sid);
  session->type = type;
  std::erase_if(sessions_, [](const std::weak_ptr<LogonSession>& gone) { return gone.expired(); });
  sessions_.push_back(session);
  return session;
}

TokenPtr Accounts::Adopt(TokenFacts facts, std::shared_ptr<void> native) {
  std::shared_ptr<LogonSession>& session = adopted_[{facts.user.sid, facts.authentication_id}];
  if (!session || session->ended) {
    session = NewSession(facts.user.sid, LogonType::kInteractive);
    session->service = services_.contains(facts.user.sid);
    session->desktop = !session->service;
  }
  TokenData token;
  token.facts = std::move(facts);
  token.session = session;
  token.native = std::move(native);
  return MakeToken(std::move(token));
}

std::vector<std::shared_ptr<LogonSession>> Accounts::Sessions() {
  std::erase_if(desktops_, [](const std::shared_ptr<LogonSession>& desktop) { return desktop->ended; });
  std::vector<std::shared_ptr<LogonSession>> alive;
  for (const auto& weak : sessions_) {
    if (auto session = weak.lock(); session && !session->ended) alive.push_back(std::move(session));
  }
  return alive;
}

TokenPtr Accounts::LogOn(const Account& account, LogonType type, bool desktop) {
  std::shared_ptr<LogonSession> session = NewSession(account.sid, type);
  session->desktop = desktop;
  if (desktop) desktops_.push_back(session);
  session->network_credentials = type != LogonType::kNetwork;
  Half half = Half::kWhole;
  if (account.administrator) {
    const bool cut = type == LogonType::kInteractive || type == LogonType::kUnlock || IsNetworkLogon(type);
    const bool filtered = account.uac_filtered.value_or(uac && cut && !account.built_in_administrator);
    half = filtered ? Half::kFiltered : uac && !account.built_in_administrator ? Half::kFull : Half::kWhole;
  }
  const TokenType token_type = type == LogonType::kNetwork ? TokenType::kImpersonation : TokenType::kPrimary;
  return MakeHalf(
      account, std::move(session), half, token_type,
      token_type == TokenType::kImpersonation ? std::optional(ImpersonationLevel::kImpersonate) : std::nullopt);
}

TokenPtr Accounts::MakeHalf(const Account& account, std::shared_ptr<LogonSession> session, Half half, TokenType type,
                            std::optional<ImpersonationLevel> level) const {
  TokenData token;
  TokenFacts& facts = token.facts;
  facts.user = {account.sid, fmt::format("{}\\{}", account.domain, account.name), 0};
  const bool full = account.administrator && half != Half::kFiltered;
  AddGroup(kEveryoneSid, kEnabledGroup, facts);
  if (account.administrator) {
    AddGroup(kAdministratorsSid, full ? kEnabledGroup | GroupAttributes::kOwner : GroupAttributes::kUseForDenyOnly,
             facts);
  }
  AddGroup(kUsersSid, kEnabledGroup, facts);
  AddGroup(kAuthenticatedUsersSid, kEnabledGroup, facts);
  const auto* logon = std::ranges::find(kLogonGroups, session->type, &LogonGroup::type);
  if (logon != std::end(kLogonGroups)) AddGroup(logon->sid, kEnabledGroup, facts);
  AddGroup(fmt::format("S-1-5-5-0-{}", session->id), kEnabledGroup | GroupAttributes::kLogonId, facts);
  for (const std::string& group : account.groups) AddGroup(group, kEnabledGroup, facts);
  if (full) {
    AddPrivileges(kAdministratorPrivileges, facts);
  } else {
    AddPrivileges(kUserPrivileges, facts);
  }
  facts.type = type;
  facts.impersonation_level = level;
  facts.elevated = full;
  facts.elevation_type = half == Half::kWhole      ? ElevationType::kDefault
                         : half == Half::kFiltered ? ElevationType::kLimited
                                                   : ElevationType::kFull;
  facts.integrity_rid = full ? kHigh : kMedium;
  facts.token_id = session->id << 16U;
  facts.authentication_id = session->id;
  facts.session_id = session->desktop ? 1 : 0;
  token.session = std::move(session);
  return MakeToken(std::move(token));
}

TokenPtr Accounts::ServiceToken(std::string_view sid) {
  const auto found = services_.find(sid);
  if (found == services_.end()) throw std::invalid_argument(fmt::format("{} is no service account's SID", sid));
  return found->second;
}

std::optional<AccountName> Accounts::NameOfSid(std::string_view sid) const {
  if (const auto* known = std::ranges::find(kKnownSids, sid, &KnownSid::sid); known != std::end(kKnownSids)) {
    return AccountName{std::string(known->domain), std::string(known->name)};
  }
  for (const auto& [key, account] : accounts_) {
    if (account->sid == sid) return AccountName{account->domain, account->name};
  }
  return std::nullopt;
}

std::optional<std::string> Accounts::SidOfName(std::string_view name) const {
  const std::size_t cut = name.find('\\');
  const std::string_view plain = cut == std::string_view::npos ? name : name.substr(cut + 1);
  for (const KnownSid& known : kKnownSids) {
    if (EqualsIgnoringCase(known.name, plain) &&
        (cut == std::string_view::npos || EqualsIgnoringCase(known.domain, name.substr(0, cut)))) {
      return std::string(known.sid);
    }
  }
  for (const auto& [key, account] : accounts_) {
    const bool domain_fits = cut == std::string_view::npos || name.substr(0, cut) == "." ||
                             EqualsIgnoringCase(account->domain, name.substr(0, cut));
    if (domain_fits && EqualsIgnoringCase(account->name, plain)) return account->sid;
  }
  return std::nullopt;
}

}  // namespace bits::fakes
