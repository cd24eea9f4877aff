// The accounts of a simulated machine, and the tokens that their logons give.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/world/token_data.h"
#include "harness/api/result.h"

namespace bits::fakes {

// The computer's own account in its domain: whom LocalSystem and NetworkService are to other machines.
inline constexpr std::string_view kComputerSid = "S-1-5-21-4000-5000-6000-1000";

// What Internet Options say for one account.
struct InternetSettings {
  std::optional<std::string> proxy;        // "host:port"
  std::optional<std::string> auto_config;  // the proxy that WPAD or a script would yield
};

// One user. Fields may be changed at any time before a logon; the names and the SID are fixed.
struct Account {
  std::string name;
  std::string domain;  // the computer's name for a local account
  std::string sid;
  std::string password;
  bool administrator = false;
  bool built_in_administrator = false;  // RID 500, whom UAC never filters
  std::optional<bool> uac_filtered;     // decision D18: what interactive and network logons give; absent: by UAC
  bool disabled = false;
  bool locked_out = false;
  bool expired = false;
  bool password_expired = false;
  bool must_change_password = false;
  bool restricted_hours = false;      // not now
  std::set<LogonType> denied_logons;  // the rights it lacks
  std::vector<std::string> groups;    // SIDs of further groups
  std::uint32_t bad_passwords = 0;
  InternetSettings internet;
};

// Which half of an administrator's logon.
enum class Half { kWhole, kFull, kFiltered };

// Not thread-safe: the world's lock guards it. References to accounts stay valid.
class Accounts {
 public:
  explicit Accounts(std::string computer_name);

  bool uac = true;                      // EnableLUA
  std::uint32_t lockout_threshold = 0;  // bad passwords before an account is locked; 0: never

  // --- set-up: throws std::invalid_argument naming the account

  // Of this computer, or of `domain`. The name must be new there.
  Account& Add(std::string_view name, std::string_view password, std::string_view domain = {});
  // "alice", "CONTOSO\alice".
  Account& Get(std::string_view name);

  // --- logons

  // Null when there is none: name and domain as LogonUser takes them.
  Account* Find(std::string_view user_name, std::optional<std::string_view> domain);
  Account* FindSid(std::string_view sid);

  // What LogonUser checks, in Windows' order; the results are those of LogonApi::LogonUser.
  Result<Account*> Authenticate(std::string_view user_name, std::optional<std::string_view> domain,
                                std::string_view password, LogonType type);

  // The SID that name and password belong to, as a server finds it out; nothing for wrong ones.
  std::optional<std::string> CheckPassword(std::string_view user_name, std::string_view password);

  // A new session of the account, and the token that a logon of this type gives [winbase-logonuserw; decision D18].
  TokenPtr LogOn(const Account& account, LogonType type, bool desktop);

  // The token of the same session on the other side of UAC's cut.
  TokenPtr MakeHalf(const Account& account, std::shared_ptr<LogonSession> session, Half half, TokenType type,
                    std::optional<ImpersonationLevel> level) const;

  // LocalSystem, LocalService or NetworkService, who are always logged on.
  TokenPtr ServiceToken(std::string_view sid);

  // A token that comes from elsewhere, the machine that the test itself runs on for one. Its user is logged on here
  // from now; tokens of one session share it, and ending that session ends it here alone.
  // `native` is that token itself, where it may be used.
  TokenPtr Adopt(TokenFacts facts, std::shared_ptr<void> native = {});

  // The account name behind any SID the machine knows: users, services, groups.
  std::optional<AccountName> NameOfSid(std::string_view sid) const;
  std::optional<std::string> SidOfName(std::string_view name) const;

  const std::string& computer_name() const { return computer_name_; }
  // Every session that has not ended.
  std::vector<std::shared_ptr<LogonSession>> Sessions();

  std::shared_ptr<LogonSession> NewSession(std::string sid, LogonType type);
  std::uint64_t NextLuid() { return ++last_luid_; }

 private:
  std::string computer_name_;
  std::map<std::string, std::unique_ptr<Account>, std::less<>> accounts_;  // by lower-case "domain\name"
  std::vector<std::weak_ptr<LogonSession>> sessions_;
  // A desktop is there until its user logs off, whether or not a program runs on it.
  std::vector<std::shared_ptr<LogonSession>> desktops_;
  std::map<std::string, TokenPtr, std::less<>> services_;
  std::map<std::pair<std::string, std::uint64_t>, std::shared_ptr<LogonSession>> adopted_;  // by SID and their own LUID
  std::uint64_t last_luid_ = 0x3E7;
  std::uint32_t last_rid_ = 1000;
};

}  // namespace bits::fakes
