#include "tools/bitsdoctor/sweep_report.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "tools/bitsdoctor/jobs_report.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

using intercept::Json;
using jobs::SweepOutcome;
using jobs::SweepReport;
using jobs::SweptJob;

struct OutcomeStyle {
  SweepOutcome outcome;
  std::string_view label;
  std::string_view plural;
  Colour colour;
};

constexpr OutcomeStyle kOutcomeStyles[] = {
    {SweepOutcome::kSwept, "swept", "swept", Colour::kGreen},
    {SweepOutcome::kFound, "found", "to be swept", Colour::kYellow},
    {SweepOutcome::kFailed, "FAILED", "not swept: it failed", Colour::kRed},
    {SweepOutcome::kUndetermined, "UNSURE", "left alone: not known whether in use", Colour::kYellow},
    {SweepOutcome::kForeignFile, "UNSURE", "left alone: with a file of somebody else's", Colour::kYellow},
    {SweepOutcome::kInUse, "in use", "in use", Colour::kDim},
    {SweepOutcome::kTooYoung, "young", "too young", Colour::kDim},
};

const OutcomeStyle& StyleOf(SweepOutcome outcome) {
  return *std::ranges::find(kOutcomeStyles, outcome, &OutcomeStyle::outcome);
}

std::string SweptText(const SweptJob& swept, const TextStyle& style) {
  constexpr int kIndent = 8;
  const OutcomeStyle& outcome = StyleOf(swept.outcome);
  std::string text = Paint(fmt::format("{:<{}}", outcome.label, kIndent), outcome.colour, style.colour) +
                     fmt::format("{}  {}\n", ToString(swept.job.id), ToString(swept.job.state));
  text += Field("", MarkText(swept.job), kIndent, style.width);
  if (swept.job.staged_file) text += Field("file", *swept.job.staged_file, kIndent, style.width);
  return text + Field("", swept.detail, kIndent, style.width);
}

}  // namespace

std::string SweepText(const SweepReport& report, const TextStyle& style) {
  std::string text;
  for (const SweptJob& swept : report.jobs) text += SweptText(swept, style);
  std::string counts;
  for (const OutcomeStyle& outcome : kOutcomeStyles) {
    const std::size_t count = report.Count(outcome.outcome);
    if (count != 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, outcome.plural);
  }
  if (counts.empty()) counts = "nothing to sweep";
  return text +
         fmt::format("{}; {} job{} of others not touched\n", counts, report.others, report.others == 1 ? "" : "s");
}

Json SweepJson(const SweepReport& report) {
  Json jobs = Json::array();
  for (const SweptJob& swept : report.jobs) {
    jobs.push_back({{"outcome", ToString(swept.outcome)},
                    {"hresult", ToHex(swept.result)},
                    {"detail", swept.detail},
                    {"job", JobJson(swept.job)}});
  }
  return {{"schema", "bitsdoctor/sweep/1"},
          {"dry_run", report.dry_run},
          {"finding", report.HasFinding()},
          {"jobs", jobs},
          {"others", report.others}};
}

}  // namespace bits::doctor
