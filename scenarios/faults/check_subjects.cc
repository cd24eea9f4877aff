// Each check of the diagnosis, by itself.
#include <string>
#include <utility>

#include "harness/diagnose/diagnosis.h"
#include "scenarios/faults/subject.h"

namespace bits::faults {
namespace {

using diagnose::CheckResult;
using diagnose::CheckStatus;

RunReport RunCheck(Run& run, const diagnose::Check& check) {
  diagnose::CheckOptions options;
  diagnose::HelperAccount& helper = options.helper.emplace();
  helper.user_name = "helen";
  helper.domain = ".";
  helper.password = Secret(fakes::Cast::kPassword);
  run.Enter(check.id);
  const std::string only[] = {std::string(check.id)};
  const diagnose::Diagnosis diagnosis = diagnose::Diagnose(
      run.environment(), options, only, [&run](const CheckResult&) { run.Callback("Diagnose", "observer"); });
  const CheckResult& result = diagnosis.checks.front();
  RunReport report;
  report.result = result.hresult;
  if (result.status == CheckStatus::kFail || result.status == CheckStatus::kUnknown) report.failed_step = result.id;
  report.text =
      ToString(result.status) + ", " + ToString(result.hresult) + ": " + result.evidence + "; " + result.cause;
  return report;
}

}  // namespace

std::vector<Subject> CheckSubjects() {
  std::vector<Subject> subjects;
  for (const diagnose::Check& check : diagnose::Checks()) {
    Subject subject;
    subject.id = "check/" + std::string(check.id);
    subject.run = [&check](Run& run) { return RunCheck(run, check); };
    subject.secret = fakes::Cast::kPassword;
    subject.blames_first_failure = false;
    // What follows from a failure, and is the verdict.
    subject.refused = {{"QueryService", "ERROR_SERVICE_DOES_NOT_EXIST"_hr, "ERROR_SERVICE_DEPENDENCY_DELETED"_hr},
                       {"CoInitializeSecurity", "RPC_E_TOO_LATE"_hr, "CO_E_FAILEDTOIMPERSONATE"_hr}};
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

}  // namespace bits::faults
