#include "scenarios/contract/helper_logon.h"

#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

using rules::TokenKind;

Token LogOn(LogonApi& logon, const Account& account, LogonType type) {
  std::optional<std::string_view> domain;
  if (account.domain) domain = *account.domain;
  return Must(logon.LogonUser(account.user_name, domain, account.password, type, LogonProvider::kDefault));
}

}  // namespace

std::optional<std::string> LacksLogon(TokenKind kind) {
  if (!rules::IsSingleAccount(kind)) return std::nullopt;
  return "a service's token is no logon's: only LocalSystem can get one";
}

Token LogOnHelper(LogonApi& logon, const Stage& stage, TokenKind kind) {
  if (kind == TokenKind::kUser) return LogOn(logon, stage.AccountOf(Person::kHelper), LogonType::kInteractive);
  const Account administrator = stage.AccountOf(Person::kAdministrator);
  if (kind == TokenKind::kAdminFiltered) return LogOn(logon, administrator, LogonType::kInteractive);
  Token full = LogOn(logon, administrator, LogonType::kBatch);
  if (kind == TokenKind::kAdminElevated) return full;
  const std::string administrators(kAdministratorsSid);
  TokenRestrictions restrictions;
  restrictions.sids_to_disable = std::span(&administrators, 1);
  return Must(logon.CreateRestrictedToken(full, restrictions));
}

}  // namespace bits::contract
