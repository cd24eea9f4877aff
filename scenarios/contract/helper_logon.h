// Tokens of helpers, as a program gets them: by the logon functions.
#pragma once

#include <optional>
#include <string>

#include "harness/api/logon_api.h"
#include "harness/rules/token_traits.h"
#include "scenarios/contract/stage.h"

namespace bits::contract {

// Why no logon gives a token of that kind, in words; absent where one does.
std::optional<std::string> LacksLogon(rules::TokenKind kind);

// A token of that kind of Person::kHelper or Person::kAdministrator: the interactive logon, which UAC filters for the
// administrator, or the batch logon, which it does not (decision D18). Throws std::runtime_error when the logon fails.
Token LogOnHelper(LogonApi& logon, const Stage& stage, rules::TokenKind kind);

}  // namespace bits::contract
