// A local user of the machine that the tests run on, for as long as they take.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "harness/api/logon_api.h"
#include "harness/api/result.h"
#include "harness/api/secret.h"

namespace bits::contract {

// Of every temporary account: how one is known that a killed run left behind.
inline constexpr std::string_view kTemporaryAccountPrefix = "bits-test-";

// Deletes the account when it dies. One thread. For Windows; needs an elevated administrator.
class TemporaryAccount {
 public:
  enum class Kind { kStandardUser, kAdministrator };

  // A new account with a random name and password, in Users or Administrators. Accounts of earlier runs whose processes
  // have ended are deleted first. `logon` is asked whether the account is really there: Wine's NetUserAdd says S_OK and
  // makes none. E_ACCESSDENIED without elevation; ERROR_NONE_MAPPED where no account came of it; else what NetUserAdd
  // or NetLocalGroupAddMembers yields [lmaccess-netuseradd, lmaccess-netlocalgroupaddmembers].
  static Result<std::unique_ptr<TemporaryAccount>> Make(LogonApi& logon, Kind kind);
  ~TemporaryAccount();
  TemporaryAccount(const TemporaryAccount&) = delete;
  TemporaryAccount& operator=(const TemporaryAccount&) = delete;

  const std::string& name() const { return name_; }
  const Secret& password() const { return password_; }

 private:
  TemporaryAccount(std::string name, Secret password) : name_(std::move(name)), password_(std::move(password)) {}

  std::string name_;
  Secret password_;
};

}  // namespace bits::contract
