#include "tools/bitsdoctor/check_report.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

using diagnose::Capable;
using diagnose::CheckResult;
using diagnose::CheckStatus;
using intercept::Json;

struct StatusStyle {
  CheckStatus status;
  std::string_view label;
  std::string_view plural;
  Colour colour;
};

constexpr StatusStyle kStatusStyles[] = {
    {CheckStatus::kPass, "pass", "passed", Colour::kGreen},
    {CheckStatus::kWarn, "WARN", "with a warning", Colour::kYellow},
    {CheckStatus::kFail, "FAIL", "failed", Colour::kRed},
    {CheckStatus::kUnknown, "unknown", "unknown", Colour::kYellow},
    {CheckStatus::kNotApplicable, "n/a", "not applicable", Colour::kDim},
};

const StatusStyle& StyleOf(CheckStatus status) {
  return *std::ranges::find(kStatusStyles, status, &StatusStyle::status);
}

Colour ColourOf(Capable capable) {
  if (capable == Capable::kUnknown) return Colour::kYellow;
  return capable == Capable::kYes ? Colour::kGreen : Colour::kRed;
}

constexpr int kIndent = 10;

std::string Field(std::string_view name, std::string_view text, const TextStyle& style) {
  if (text.empty()) return "";
  const std::string label = name.empty() ? "" : fmt::format("{}: ", name);
  return fmt::format("{:{}}{}{}\n", "", kIndent, label,
                     Wrap(text, kIndent + static_cast<int>(label.size()), style.width));
}

}  // namespace

std::string CheckHeading(const diagnose::Diagnosis& diagnosis, const TextStyle& style) {
  std::string heading = fmt::format("{}: {}", diagnosis.computer.empty() ? "this machine" : diagnosis.computer,
                                    diagnosis.os ? diagnose::Describe(*diagnosis.os) : "unknown Windows");
  if (diagnosis.user) heading += ", user " + diagnosis.user->user.account;
  return Wrap(heading, 0, style.width) + "\n\n";
}

std::string CheckText(const CheckResult& check, const TextStyle& style) {
  const StatusStyle& status = StyleOf(check.status);
  const std::string label = fmt::format("{:<{}}", fmt::format("[{}]", status.label), kIndent);
  std::string text = Paint(label, status.colour, style.colour) +
                     fmt::format("{}  {}\n", check.id, Paint(check.title, Colour::kDim, style.colour));
  text += Field("", check.evidence, style);
  text += Field("cause", check.cause, style);
  text += Field("fix", check.fix, style);
  if (check.status != CheckStatus::kPass && check.status != CheckStatus::kNotApplicable) {
    const std::string_view separator = check.rule.empty() || check.source.empty() ? "" : ", ";
    text += Field("see", fmt::format("{}{}{}", check.rule, separator, check.source), style);
  }
  return text;
}

std::string CheckSummary(const diagnose::Diagnosis& diagnosis, const TextStyle& style) {
  std::string text = "\nWhat this machine can do\n";
  for (const diagnose::Capability& capability : diagnosis.capabilities) {
    const std::string label = fmt::format("{:<{}}", ToString(capability.capable), kIndent);
    text += Paint(label, ColourOf(capability.capable), style.colour) + fmt::format("{}\n", capability.title);
  }
  text += "\n";
  std::string counts;
  for (const StatusStyle& status : kStatusStyles) {
    const auto count = std::ranges::count(diagnosis.checks, status.status, &CheckResult::status);
    if (count != 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, status.plural);
  }
  return text + fmt::format("{} checks: {}; {:.1f} s\n", diagnosis.checks.size(), counts,
                            Milliseconds(diagnosis.elapsed) / 1000);
}

std::string DiagnosisText(const diagnose::Diagnosis& diagnosis, const TextStyle& style) {
  std::string text = CheckHeading(diagnosis, style);
  for (const CheckResult& check : diagnosis.checks) text += CheckText(check, style);
  return text + CheckSummary(diagnosis, style);
}

Json CheckJson(const diagnose::Diagnosis& diagnosis) {
  Json machine = {{"computer", diagnosis.computer}};
  machine["os"] = diagnosis.os ? Json(diagnose::Describe(*diagnosis.os)) : Json();
  machine["build"] = diagnosis.os ? Json(ToString(diagnosis.os->build)) : Json();
  machine["architecture"] = diagnosis.os ? Json(diagnosis.os->architecture) : Json();
  machine["wine_version"] = diagnosis.os ? intercept::ToJson(diagnosis.os->wine_version) : Json();
  machine["user"] = diagnosis.user ? Json(diagnosis.user->user.account) : Json();
  machine["user_sid"] = diagnosis.user ? Json(diagnosis.user->user.sid) : Json();

  Json checks = Json::array();
  for (const CheckResult& check : diagnosis.checks) {
    checks.push_back({{"id", check.id},
                      {"title", check.title},
                      {"status", ToString(check.status)},
                      {"hresult", ToHex(check.hresult)},
                      {"evidence", check.evidence},
                      {"cause", check.cause},
                      {"fix", check.fix},
                      {"rule", check.rule},
                      {"source", check.source},
                      {"elapsed_ms", Milliseconds(check.elapsed)}});
  }

  Json capabilities = Json::object();
  for (const diagnose::Capability& capability : diagnosis.capabilities) {
    capabilities[std::string(capability.name)] = {
        {"title", capability.title}, {"value", ToString(capability.capable)}, {"checks", capability.checks}};
  }
  return {{"schema", "bitsdoctor/check/1"},
          {"machine", machine},
          {"checks", checks},
          {"capabilities", capabilities},
          {"elapsed_ms", Milliseconds(diagnosis.elapsed)}};
}

}  // namespace bits::doctor
