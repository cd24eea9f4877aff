#include "tools/bitsdoctor/transfer_report.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include <fmt/format.h>

#include "harness/diagnose/check_result.h"
#include "harness/intercept/recorded_calls.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

using intercept::Json;
using transfer::StepReport;
using transfer::StepStatus;
using transfer::TransferReport;
using transfer::TransferRequest;

struct StepStyle {
  std::string_view label;
  std::string_view json;
  Colour colour;
};

const StepStyle& StyleOf(StepStatus status) {
  static constexpr StepStyle kStyles[] = {
      {"ok", "done", Colour::kGreen}, {"FAIL", "failed", Colour::kRed}, {"-", "skipped", Colour::kDim}};
  return kStyles[static_cast<std::size_t>(status)];
}

std::string StepText(const StepReport& step, const TextStyle& style) {
  const transfer::TransferStepFacts& facts = FactsOf(step.step);
  const StepStyle& status = StyleOf(step.status);
  const std::string number = facts.documented != 0 ? std::to_string(facts.documented) : "";
  std::string text = Paint(fmt::format("{:<6}", status.label), status.colour, style.colour) +
                     fmt::format("{:>2}  {}\n", number, facts.title);
  if (step.status == StepStatus::kFailed) text += fmt::format("{:10}{}\n", "", ToString(step.result));
  if (!step.detail.empty() && step.status != StepStatus::kSkipped) {
    text += fmt::format("{:10}{}\n", "", Wrap(step.detail, 10, style.width));
  }
  return text;
}

// What to do about failures that this program decides on, rather than BITS.
struct OwnFix {
  HResult result;
  std::string_view fix;
};

constexpr OwnFix kOwnFixes[] = {
    {"ERROR_CANCELLED"_hr, "Start it again; nothing of this attempt is left."},
    {"ERROR_TIMEOUT"_hr, "Give it more time (--timeout SECONDS), or see why it is slow: bitsdoctor check"},
    {"ERROR_FILE_EXISTS"_hr, "Add --overwrite, or name another file."},
    {"ERROR_ALREADY_EXISTS"_hr, "Somebody made the file meanwhile: add --overwrite, or name another file."},
    {"ERROR_PATH_NOT_FOUND"_hr, "Create the directory, or name another file."},
    {"BG_E_VALIDATION_FAILED"_hr, "Repeat it; if it fails again, fetch the file by other means and compare."},
};

struct Diagnosis {
  std::string cause;
  std::string fix;
};

Diagnosis DiagnosisOf(const StepReport& failed) {
  const diagnose::CheckResult known = diagnose::FailedCall(FactsOf(failed.step).title, failed.result);
  const auto own = std::ranges::find(kOwnFixes, failed.result, &OwnFix::result);
  if (own != std::end(kOwnFixes)) return {failed.detail.empty() ? known.cause : failed.detail, std::string(own->fix)};
  return {failed.detail.empty() ? known.cause : failed.detail + ". " + known.cause, known.fix};
}

std::string Outcome(const TransferRequest& request, const TransferReport& report, const TextStyle& style) {
  if (report.Succeeded()) {
    const double seconds = std::chrono::duration<double>(report.elapsed).count();
    return Wrap(fmt::format("{} bytes from {} are in {} after {:.1f} s ({}/s)", Grouped(report.bytes), request.url,
                            report.file, seconds, Bytes(seconds > 0 ? static_cast<double>(report.bytes) / seconds : 0)),
                0, style.width) +
           "\n";
  }
  if (report.result == intercept::kNotRecorded) {
    return "What became of the transfer is unknown: the recording lacks a call of the last step.\n";
  }
  const StepReport& failed = *report.FailedStep();
  const Diagnosis meaning = DiagnosisOf(failed);
  std::string text = fmt::format("The transfer failed: {}\n", ToString(report.result));
  text += fmt::format("  cause: {}\n", Wrap(meaning.cause, 9, style.width));
  if (!meaning.fix.empty()) text += fmt::format("  fix:   {}\n", Wrap(meaning.fix, 9, style.width));
  if (!report.clean_up.empty()) text += fmt::format("  left:  {}\n", Wrap(report.clean_up, 9, style.width));
  return text;
}

}  // namespace

std::string TransferText(const TransferRequest& request, const TransferReport& report, const TextStyle& style) {
  std::string text;
  for (const StepReport& step : report.steps) text += StepText(step, style);
  return text + "\n" + Outcome(request, report, style);
}

Json TransferJson(const TransferRequest& request, const TransferReport& report) {
  Json steps = Json::array();
  for (const StepReport& step : report.steps) {
    const transfer::TransferStepFacts& facts = FactsOf(step.step);
    steps.push_back({{"id", facts.id},
                     {"documented", facts.documented != 0 ? Json(facts.documented) : Json()},
                     {"title", facts.title},
                     {"status", StyleOf(step.status).json},
                     {"hresult", ToHex(step.result)},
                     {"detail", step.detail},
                     {"elapsed_ms", Milliseconds(step.elapsed)}});
  }
  Json json = {{"schema", "bitsdoctor/transfer/1"},
               {"url", request.url},
               {"file", report.file},
               {"succeeded", report.result == intercept::kNotRecorded ? Json() : Json(report.Succeeded())},
               {"hresult", ToHex(report.result)},
               {"failed_step", nullptr},
               {"cause", ""},
               {"fix", ""}};
  if (const StepReport* failed = report.FailedStep()) {
    const Diagnosis meaning = DiagnosisOf(*failed);
    json["failed_step"] = FactsOf(failed->step).id;
    json["cause"] = meaning.cause;
    json["fix"] = meaning.fix;
  }
  json["bytes"] = report.bytes;
  json["sha256"] = report.sha256.empty() ? Json() : Json(report.sha256);
  json["job_id"] = intercept::ToJson(report.job_id);
  json["helper_sid"] = intercept::ToJson(report.helper_sid);
  json["preflight"] = nullptr;
  if (report.preflight) {
    json["preflight"] = {{"status", report.preflight->status},
                         {"method", report.preflight->method},
                         {"length", intercept::ToJson(report.preflight->length)},
                         {"accepts_ranges", intercept::ToJson(report.preflight->accepts_ranges)}};
  }
  json["clean_up"] = report.clean_up;
  json["steps"] = steps;
  json["elapsed_ms"] = Milliseconds(report.elapsed);
  return json;
}

}  // namespace bits::doctor
