#include "harness/diagnose/check_result.h"

#include <utility>

#include <fmt/format.h>

#include "harness/explain/error_catalogue.h"

namespace bits::diagnose {

CheckResult Pass(std::string evidence) {
  CheckResult result;
  result.evidence = std::move(evidence);
  return result;
}

CheckResult Warn(std::string evidence, std::string cause, std::string fix) {
  CheckResult result = Fail(HResult(), std::move(evidence), std::move(cause), std::move(fix));
  result.status = CheckStatus::kWarn;
  return result;
}

CheckResult Fail(HResult hresult, std::string evidence, std::string cause, std::string fix) {
  CheckResult result;
  result.status = CheckStatus::kFail;
  result.hresult = hresult;
  result.evidence = std::move(evidence);
  result.cause = std::move(cause);
  result.fix = std::move(fix);
  return result;
}

CheckResult UnknownBecause(HResult hresult, std::string evidence, std::string cause) {
  CheckResult result = Fail(hresult, std::move(evidence), std::move(cause), "");
  result.status = CheckStatus::kUnknown;
  return result;
}

CheckResult NotApplicable(std::string why) {
  CheckResult result;
  result.status = CheckStatus::kNotApplicable;
  result.evidence = std::move(why);
  return result;
}

CheckResult FailedCall(std::string_view call, HResult hresult) {
  CheckResult result = Fail(hresult, fmt::format("{} failed with {}", call, ToString(hresult)),
                            "the catalogue has no entry for this code",
                            fmt::format("see what is known: bitsdoctor explain {}", ToHex(hresult)));
  if (const ErrorEntry* entry = FindEntry(hresult)) {
    result.cause = entry->meaning;
    if (!entry->Remedies().empty()) {
      const Remedy& likeliest = entry->Remedies().front();
      result.cause += fmt::format(" Most likely: {}", likeliest.cause);
      result.fix = fmt::format("{} All causes: bitsdoctor explain {}", likeliest.fix, NameOf(hresult));
    }
    if (!entry->Sources().empty()) result.source = entry->Sources().front();
  }
  return result;
}

}  // namespace bits::diagnose
