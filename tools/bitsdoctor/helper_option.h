// --helper and its password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/api/environment.h"
#include "harness/api/secret.h"

namespace bits::doctor {

struct AccountArgument {
  std::string user_name;
  std::optional<std::string> domain;  // absent for user@domain
};

// "DOMAIN\user", ".\user" or "user" (this machine), "user@domain". Throws Refusal for anything else.
AccountArgument ParseAccount(std::string_view text);

// Throws Refusal when the machine and its domains know no such account. Where that cannot be found out the account
// passes: the logon will tell.
void RequireAccount(LogonApi& logon, const AccountArgument& account, std::string_view text);

// From standard input with --password-stdin, else from the terminal. Throws Refusal when neither can give one.
Secret GetPassword(std::string_view account, bool from_stdin);

// "local-file", "network", "local-file,network", "none" as HelperTokenFlags. Throws Refusal for anything else.
std::uint32_t ParseHelperTokenFlags(std::string_view text);

}  // namespace bits::doctor
