// Checks of IBitsTokenOptions with the own token.
#include <fmt/format.h>

#include "harness/api/impersonation.h"
#include "harness/diagnose/checks.h"
#include "harness/diagnose/helper_token_outcome.h"

namespace bits::diagnose {
namespace {

// Sets the own token on the probe job, for the checks that need one there. S_OK, or why not.
HResult SetOwnToken(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  return options ? (*options)->SetHelperToken() : options.error();
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
  const Result<TokenFacts>& own = probe.ProcessToken();
  if (!own) return UnknownBecause(own.error(), "the own token cannot be read", "See the check process-token.");
  return SetAndJudge(probe, **options, *own, "the own token");
}

CheckResult CheckHelperTokenSid(Probe& probe) {
  const Result<BitsTokenOptions*> options = probe.TokenOptions();
  if (!options) return WithoutTokenOptions(options.error());
  if (const HResult set = SetOwnToken(probe); set.Failed()) {
    return UnknownBecause(set, "no token is set", "See the check set-helper-token.");
  }
  const Result<std::optional<std::string>> sid = (*options)->GetHelperTokenSid();
  if (!sid) return FailedCall("GetHelperTokenSid", sid.error());
  const Result<TokenFacts>& own = probe.ProcessToken();
  if (!sid->has_value()) {
    return Fail("E_UNEXPECTED"_hr, "GetHelperTokenSid yields no SID after SetHelperToken succeeded",
                "BITS did not keep the token.", "See whether something clears it: bitsdoctor check --trace");
  }
  if (!own) return UnknownBecause(own.error(), "captured " + **sid, "The own SID cannot be read to compare with.");
  CheckResult result = Pass(fmt::format("captured {}, the own SID", **sid));
  if (**sid != own->user.sid) {
    result = Fail("E_UNEXPECTED"_hr, fmt::format("captured {} instead of {}", **sid, own->user.sid),
                  "COM shows BITS another identity than this thread's.",
                  "Set dynamic cloaking on the proxy: CoSetProxyBlanket(…, EOAC_DYNAMIC_CLOAKING)");
  }
  result.rule = "D15";
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
      CheckResult result = FailedCall(fmt::format("SetHelperTokenFlags(0x{:X})", flags), set);
      result.source = "ibitstokenoptions-sethelpertokenflags";
      return result;
    }
    const Result<std::uint32_t> read = (*options)->GetHelperTokenFlags();
    if (!read) return FailedCall("GetHelperTokenFlags", read.error());
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
    return FailedCall("ClearHelperToken", cleared);
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
