// Checks of the account given with --helper: what each logon type makes of it, and whether BITS takes the token.
#include <fmt/format.h>

#include "harness/api/impersonation.h"
#include "harness/diagnose/checks.h"
#include "harness/diagnose/helper_token_outcome.h"

namespace bits::diagnose {
namespace {

std::string Describe(const TokenFacts& token) {
  std::string text =
      fmt::format("{} ({}), {} token, Administrators {}", token.user.account.empty() ? "?" : token.user.account,
                  token.user.sid, ToString(token.type), ToString(AdministratorsIn(token)));
  if (token.elevated) text += *token.elevated ? ", elevated" : ", not elevated";
  if (token.integrity_rid) text += ", integrity " + IntegrityName(*token.integrity_rid);
  return text;
}

// New credentials keep the caller's local identity; the account is used on the network only.
std::string ExpectedSid(Probe& probe, LogonType type, const TokenFacts& token) {
  if (type == LogonType::kNewCredentials && probe.ProcessToken()) return probe.ProcessToken()->user.sid;
  return token.user.sid;
}

CheckResult CompareCapturedSid(BitsTokenOptions& options, const std::string& expected, CheckResult set) {
  const Result<std::optional<std::string>> sid = options.GetHelperTokenSid();
  if (!sid) return FailedCall("GetHelperTokenSid", sid.error());
  const std::string captured = sid->value_or("none");
  set.evidence += "; captured " + captured;
  if (captured == expected) return set;
  return Fail("E_UNEXPECTED"_hr, set.evidence + " instead of " + expected,
              "BITS captured another identity than the helper's: the proxy has no dynamic cloaking.",
              "Set it on the proxy: CoSetProxyBlanket(…, EOAC_DYNAMIC_CLOAKING)");
}

CheckResult Check(Probe& probe, LogonType type) {
  if (!probe.options().helper) return NotApplicable("no helper account was given: --helper DOMAIN\\user");
  const HelperAccount& helper = *probe.options().helper;
  LogonApi& logon = probe.environment().logon();
  const Result<Token> token =
      logon.LogonUser(helper.user_name, helper.domain, helper.password, type, LogonProvider::kDefault);
  if (!token) {
    CheckResult result = FailedCall(fmt::format("LogonUser ({})", ToString(type)), token.error());
    if (token.error() == "E_HANDLE"_hr) {
      result.cause = "LogonUser reported success but gave no token; Wine's logon works so.";
      result.fix = "Test logons on Windows: bitsdoctor check --helper DOMAIN\\user, run there.";
    }
    result.source = "winbase-logonuserw";
    return result;
  }
  const Result<TokenFacts> facts = logon.GetTokenFacts(*token);
  if (!facts) return FailedCall("GetTokenInformation", facts.error());
  const std::string logged_on = Describe(*facts);

  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) {
    CheckResult result = WithoutTokenOptions(options.error());
    result.evidence = fmt::format("the logon gives {}; {}", logged_on, result.evidence);
    return result;
  }
  const Result<Impersonation> impersonation = Impersonation::Of(logon, *token);
  if (!impersonation) return FailedCall("ImpersonateLoggedOnUser", impersonation.error());
  CheckResult result = SetAndJudge(probe, **options, *facts, "it");
  result.evidence = fmt::format("the logon gives {}; {}", logged_on, result.evidence);
  if (result.status != CheckStatus::kPass) return result;
  result = CompareCapturedSid(**options, ExpectedSid(probe, type, *facts), std::move(result));
  static_cast<void>((*options)->ClearHelperToken());
  return result;
}

}  // namespace

template <LogonType kType>
CheckResult CheckHelperLogon(Probe& probe) {
  return Check(probe, kType);
}

template CheckResult CheckHelperLogon<LogonType::kInteractive>(Probe&);
template CheckResult CheckHelperLogon<LogonType::kNetwork>(Probe&);
template CheckResult CheckHelperLogon<LogonType::kBatch>(Probe&);
template CheckResult CheckHelperLogon<LogonType::kService>(Probe&);
template CheckResult CheckHelperLogon<LogonType::kNetworkCleartext>(Probe&);
template CheckResult CheckHelperLogon<LogonType::kNewCredentials>(Probe&);

}  // namespace bits::diagnose
