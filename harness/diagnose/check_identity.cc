// Checks of who this process is, for Windows and for COM.
#include <fmt/format.h>

#include "harness/diagnose/checks.h"
#include "harness/rules/helper_token_rules.h"

namespace bits::diagnose {

CheckResult CheckProcessToken(Probe& probe) {
  const Result<TokenFacts>& token = probe.ProcessToken();
  if (!token) return FailedCall("OpenProcessToken", token.error());
  const AdministratorsMembership administrators = AdministratorsIn(*token);
  const auto impersonate = FindPrivilege(*token, "SeImpersonatePrivilege");
  std::string evidence = fmt::format("{} ({}), {} token", token->user.account.empty() ? "?" : token->user.account,
                                     token->user.sid, ToString(token->type));
  if (token->elevated) evidence += *token->elevated ? ", elevated" : ", not elevated";
  if (token->elevation_type) evidence += fmt::format(" (elevation type {})", ToString(*token->elevation_type));
  if (token->integrity_rid) evidence += fmt::format(", integrity {}", IntegrityName(*token->integrity_rid));
  evidence += fmt::format(", Administrators {}, SeImpersonatePrivilege {}", ToString(administrators),
                          !impersonate                                                     ? "absent"
                          : (impersonate->attributes & PrivilegeAttributes::kEnabled) != 0 ? "enabled"
                                                                                           : "held, disabled");
  CheckResult result = Pass(evidence);
  result.source = "user-account-control-and-bits";
  if (!token->restricted_sids.empty()) {
    result = Fail("E_ACCESSDENIED"_hr, evidence, "Restricted tokens can neither create nor change jobs.",
                  "Run the program with an unrestricted token: whoami /groups");
    result.source = "users-and-network-connections";
    return result;
  }
  if (administrators == AdministratorsMembership::kEnabled) return result;
  const Result<OsVersion>& os = probe.Os();
  if (os && os->build < kWindows10_1607) {
    result = Warn(evidence, "Without administrator rights no helper token can be set before Windows 10 1607.",
                  administrators == AdministratorsMembership::kDenyOnly
                      ? "Run elevated (UAC filtered this token), or as a service with administrator rights."
                      : "Run as an administrator, or update to Windows 10 1607 or later.");
    result.rule = "HT-06";
  } else {
    result.evidence += "; may set helper tokens in which Administrators is not enabled";
    result.rule = "HT-07";
  }
  return result;
}

CheckResult CheckComSecurity(Probe& probe) {
  if (const HResult com = probe.EnterCom(); com.Failed()) return FailedCall("CoInitializeEx", com);
  const HResult initialized = probe.InitializeSecurityResult();
  if (initialized.Failed() && initialized != "RPC_E_TOO_LATE"_hr) {
    return FailedCall("CoInitializeSecurity", initialized);
  }
  const Result<BackgroundCopyManager*> manager = probe.Manager();
  if (!manager) {
    return UnknownBecause(manager.error(), "there is no proxy to BITS whose security could be read",
                          "BITS does not answer; see the check manager.");
  }
  const Result<ProxyBlanket> blanket = (*manager)->QueryProxyBlanket();
  if (!blanket) {
    return UnknownBecause(blanket.error(),
                          fmt::format("CoInitializeSecurity: {}; CoQueryProxyBlanket: {}", ToString(initialized),
                                      ToString(blanket.error())),
                          "This system does not tell which security a proxy has.");
  }
  const std::string evidence =
      fmt::format("authentication {}, impersonation {}, cloaking {}", ToString(blanket->authentication_level),
                  ToString(blanket->impersonation_level), ToString(blanket->cloaking));
  CheckResult result = Pass(evidence);
  rules::HelperTokenSituation situation;
  situation.build = probe.Os() ? probe.Os()->build : kWindows10_1903;
  situation.owner = rules::TraitsOf(rules::TokenKind::kAdminElevated);
  situation.caller = situation.owner;
  situation.authentication_level = blanket->authentication_level;
  situation.impersonation_level = blanket->impersonation_level;
  const rules::HelperTokenRule& rule = rules::Decide(situation);
  const std::string late = initialized.Failed() ? " Something in this process set COM security first." : "";
  constexpr std::string_view kFix =
      "Call CoInitializeSecurity(…, RPC_C_AUTHN_LEVEL_CONNECT, RPC_C_IMP_LEVEL_IMPERSONATE, NULL, "
      "EOAC_DYNAMIC_CLOAKING, 0) before the first proxy, or CoSetProxyBlanket on each IBitsTokenOptions.";
  if (rule.then.Failed() && rule.then != "E_NOINTERFACE"_hr) {
    result = Fail(rule.then, evidence, std::string(rule.statement) + late, std::string(kFix));
  } else if (blanket->cloaking == Cloaking::kNone) {
    result = Warn(evidence, "Without cloaking SetHelperToken captures the process's token, not the thread's." + late,
                  std::string(kFix));
    result.rule = "D15";
    result.source = "ibitstokenoptions-sethelpertoken";
    return result;
  }
  result.rule = rule.id;
  result.source = rule.source;
  return result;
}

}  // namespace bits::diagnose
