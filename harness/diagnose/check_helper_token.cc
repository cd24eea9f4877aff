// Checks of IBitsTokenOptions with the chosen helper's token, or the own.
#include <fmt/format.h>

#include "harness/api/impersonation.h"
#include "harness/diagnose/checks.h"
#include "harness/diagnose/helper_token_outcome.h"

namespace bits::diagnose {
namespace {

// The thread as the chosen helper, as long as it lives; nothing to do for the own token.
Result<std::optional<Impersonation>> Become(Probe& probe, const Probe::Helper& helper) {
  if (!helper.token) return std::optional<Impersonation>();
  Result<Impersonation> impersonation = Impersonation::Of(probe.environment().logon(), helper.token);
  if (!impersonation) return Failure(impersonation.error());
  return std::optional<Impersonation>(std::move(*impersonation));
}

// The rule for a call that the own thread makes.
const rules::HelperTokenRule& OwnRule(Probe& probe, rules::TokenMethod method) {
  const Result<TokenFacts>& own = probe.ProcessToken();
  return RuleFor(probe, method, own ? *own : TokenFacts{});
}

CheckResult WithoutHelper(HResult result) {
  return UnknownBecause(result, "there is no token to set",
                        "The helper's token cannot be had; see the checks process-token and helper-logon-*.");
}

}  // namespace

CheckResult CheckTokenOptions(Probe& probe) {
  if (const Result<BackgroundCopyJob*> job = probe.Job(); !job) {
    return UnknownBecause(job.error(), "no job could be asked", "There is no probe job; see the check create-job.");
  }
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  CheckResult result;
  if (options) {
    result = Pass("QueryInterface(IBitsTokenOptions) succeeded and its proxy took the security blanket");
  } else if (options.error() == "E_NOINTERFACE"_hr) {
    const bool wine = probe.Os() && probe.Os()->wine_version.has_value();
    result = Fail(options.error(), "QueryInterface(IBitsTokenOptions): E_NOINTERFACE (0x80004002)",
                  wine ? "Wine's BITS does not implement helper tokens."
                       : "This BITS is older than 4.0: helper tokens came with Windows 7 and Windows Server 2008 R2.",
                  wine ? "Test helper tokens on Windows: bitsdoctor check, run there."
                       : "Update Windows, or install the Windows Management Framework on Vista SP1 and Server 2008: "
                         "bitsdoctor check --only bits-version");
    result.rule = "HT-01";
  } else {
    result = FailedCall("QueryInterface(IBitsTokenOptions)", options.error());
  }
  result.source = "nn-bits4_0-ibitstokenoptions";
  return result;
}

CheckResult CheckSetHelperToken(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) return WithoutTokenOptions(options.error());
  const Result<Probe::Helper>& helper = probe.ChosenHelper();
  if (!helper) return WithoutHelper(helper.error());
  const Result<std::optional<Impersonation>> impersonation = Become(probe, *helper);
  if (!impersonation) return FailedCall("ImpersonateLoggedOnUser", impersonation.error());
  return SetAndJudge(probe, **options, helper->facts, helper->name);
}

CheckResult CheckHelperTokenSid(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) return WithoutTokenOptions(options.error());
  const Result<Probe::Helper>& helper = probe.ChosenHelper();
  if (!helper) return WithoutHelper(helper.error());
  {
    const Result<std::optional<Impersonation>> impersonation = Become(probe, *helper);
    if (!impersonation) return FailedCall("ImpersonateLoggedOnUser", impersonation.error());
    if (const HResult set = (*options)->SetHelperToken(); set.Failed()) {
      return UnknownBecause(set, "no token is set", "See the check set-helper-token.");
    }
  }
  const Result<std::optional<std::string>> sid = (*options)->GetHelperTokenSid();
  if (!sid) return FailedCall("GetHelperTokenSid", sid.error());
  if (!sid->has_value()) {
    return Fail("E_UNEXPECTED"_hr, "GetHelperTokenSid yields no SID after SetHelperToken succeeded",
                "BITS did not keep the token.", "See whether something clears it: bitsdoctor check --trace");
  }
  CheckResult result = Pass(fmt::format("captured {}, the SID of {}", **sid, helper->name));
  if (**sid != helper->facts.user.sid) {
    result = Fail("E_UNEXPECTED"_hr,
                  fmt::format("captured {} instead of {}, the SID of {}", **sid, helper->facts.user.sid, helper->name),
                  "COM shows BITS another identity than this thread's.",
                  "Set dynamic cloaking on the proxy: CoSetProxyBlanket(…, EOAC_DYNAMIC_CLOAKING)");
  }
  result.rule = "HT-09";
  result.source = "ibitstokenoptions-gethelpertokensid";
  return result;
}

CheckResult CheckHelperTokenFlags(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) return WithoutTokenOptions(options.error());
  constexpr std::uint32_t kRounds[] = {HelperTokenFlags::kLocalFile, HelperTokenFlags::kNetwork,
                                       HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork, 0};
  for (const std::uint32_t flags : kRounds) {
    if (const HResult set = (*options)->SetHelperTokenFlags(flags); set.Failed()) {
      return FailedByRule(OwnRule(probe, rules::TokenMethod::kSetHelperTokenFlags),
                          fmt::format("SetHelperTokenFlags(0x{:X})", flags), set);
    }
    const Result<std::uint32_t> read = (*options)->GetHelperTokenFlags();
    if (!read) {
      return FailedByRule(OwnRule(probe, rules::TokenMethod::kGetHelperTokenFlags), "GetHelperTokenFlags",
                          read.error());
    }
    if (*read != flags) {
      return Fail("E_UNEXPECTED"_hr, fmt::format("set 0x{:X}, read 0x{:X}", flags, *read),
                  "BITS does not keep the flags as they were set.",
                  "Report the output of bitsdoctor check --trace: no documented rule explains this.");
    }
  }
  CheckResult result = Pass("0x1, 0x2, 0x3 and 0 come back as they were set");
  result.source = "ibitstokenoptions-sethelpertokenflags";
  return result;
}

CheckResult CheckClearHelperToken(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) return WithoutTokenOptions(options.error());
  if (const HResult cleared = (*options)->ClearHelperToken(); cleared.Failed()) {
    return FailedByRule(OwnRule(probe, rules::TokenMethod::kClearHelperToken), "ClearHelperToken", cleared);
  }
  const Result<std::optional<std::string>> sid = (*options)->GetHelperTokenSid();
  if (!sid) return FailedCall("GetHelperTokenSid", sid.error());
  if (sid->has_value()) {
    return Fail("E_UNEXPECTED"_hr, "the job still has the helper token of " + **sid,
                "ClearHelperToken succeeded without effect.",
                "Cancel jobs that must not keep their helper: bitsadmin /list /allusers /verbose");
  }
  CheckResult result = Pass("the job has no helper token any more");
  result.source = "ibitstokenoptions-clearhelpertoken";
  return result;
}

}  // namespace bits::diagnose
