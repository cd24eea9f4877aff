#include "harness/intercept/dispatcher.h"

namespace bits::intercept {
namespace {

std::string AccountOf(LogonApi& logon) {
  Result<Token> token = logon.OpenThreadToken(TokenAccess::kQuery, true);
  if (!token) token = logon.OpenProcessToken(TokenAccess::kQuery);
  if (!token) return "(unknown: " + ToString(token.error()) + ")";
  const Result<TokenFacts> facts = logon.GetTokenFacts(*token);
  if (!facts) return "(unknown: " + ToString(facts.error()) + ")";
  return facts->user.account.empty() ? facts->user.sid : facts->user.account;
}

}  // namespace

Call Dispatcher::MakeCall(std::string_view interface_name, std::string_view method) {
  Call call;
  call.sequence = ++sequence_;
  call.interface_name = interface_name;
  call.method = method;
  call.caller = [this] { return AccountOf(logon_); };
  return call;
}

}  // namespace bits::intercept
