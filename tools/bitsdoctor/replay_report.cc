#include "tools/bitsdoctor/replay_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

using fidelity::CallQuirk;
using fidelity::Difference;
using fidelity::Explanation;
using fidelity::FidelityReport;
using intercept::Json;

std::string Origin(const ReplayReport& report) {
  const intercept::Recording& recording = *report.recording;
  std::string text =
      fmt::format("{}: {} {} on {}, backend {}", report.file, recording.program.program, recording.program.command,
                  recording.os ? diagnose::Describe(*recording.os) : "unknown Windows", recording.program.backend);
  if (!recording.program.profile.empty()) text += ", profile " + recording.program.profile;
  text += fmt::format("; {} calls", recording.calls.size());
  if (!recording.closed) text += "; the program ended before it closed the recording";
  return text;
}

// "JC-14 (decision D9): Whoever is not refused may."
std::string Explain(const Difference& difference) {
  std::string text;
  if (difference.explained_by == Explanation::kQuirk) text = "quirk: ";
  if (!difference.rule.empty()) text += difference.rule;
  if (!difference.decisions.empty()) text += fmt::format(" ({})", difference.decisions);
  if (!difference.rule.empty()) text += ": ";
  text += difference.why;
  return text.empty() ? "no rule is about this call" : text;
}

std::string_view Label(Explanation explanation) {
  return explanation == Explanation::kNone ? "UNEXPLAINED" : NameOf(explanation);
}

std::string Describe(const CallQuirk& quirk) {
  return fmt::format("{}: {}::{}{}{} = {}", quirk.implementation, quirk.interface_name, quirk.method,
                     quirk.argument.empty() ? "" : " of ", quirk.argument, quirk.recorded);
}

std::string Against(const FidelityReport& report) {
  return fmt::format(
      "Against a simulated {} as {}: {} calls compared, {} of {} differences unexplained; {} calls about the machine "
      "itself and {} that the simulation could not be asked are not compared",
      report.profile, report.user, report.compared,
      std::ranges::count(report.differences, Explanation::kNone, &Difference::explained_by), report.differences.size(),
      report.facts, report.not_played);
}

std::string Quirks(const FidelityReport& report) {
  const auto quirks = fidelity::CallQuirks();
  const auto rows = std::ranges::count(quirks, report.implementation, &CallQuirk::implementation);
  return fmt::format("{} of the {} rows that the quirk table has for {} were seen", report.quirks_seen.size(), rows,
                     report.implementation);
}

std::string Verdict(const ReplayReport& report) {
  if (report.recording->verdict.is_null()) return "The recording has no verdict to compare with.";
  return report.HasSameVerdict() ? "The verdicts are those that were recorded."
                                 : "The verdicts are NOT those that were recorded.";
}

constexpr std::string_view kHtmlHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>bitsdoctor: replay</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222; }
table { border-collapse: collapse; }
th, td { padding: .25em .7em; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
th { background: #f3f3f3; }
td.quirk { background: #dff3e0; }
td.decision { background: #fdf1cf; }
td.none { background: #fbe0de; }
pre { background: #f7f7f7; padding: 1em; overflow: auto; }
</style>
</head>
<body>
<h1>Replay of a recording</h1>
)";

std::string FidelityHtml(const FidelityReport& report) {
  std::string html = "<h2>Fidelity</h2>\n<p>" + HtmlText(Against(report)) + ". " + HtmlText(Quirks(report)) + ".</p>\n";
  if (!report.differences.empty()) {
    html +=
        "<table>\n<thead><tr><th>line</th><th>call</th><th>recorded</th><th>simulated</th><th>explained by</th>"
        "<th>rule</th></tr></thead>\n<tbody>\n";
    for (const Difference& difference : report.differences) {
      html += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>\n",
                          difference.line, HtmlText(difference.call), HtmlText(difference.recorded),
                          HtmlText(difference.simulated), NameOf(difference.explained_by),
                          Label(difference.explained_by), HtmlText(Explain(difference)));
    }
    html += "</tbody>\n</table>\n";
  }
  for (const CallQuirk* const quirk : report.quirks_gone) {
    html += "<p>This quirk no longer shows, remove its row: " + HtmlText(Describe(*quirk)) + "</p>\n";
  }
  return html;
}

Json QuirkJson(const std::vector<const CallQuirk*>& quirks) {
  Json rows = Json::array();
  for (const CallQuirk* const quirk : quirks) {
    rows.push_back({{"implementation", quirk->implementation},
                    {"interface", quirk->interface_name},
                    {"method", quirk->method},
                    {"argument", quirk->argument},
                    {"recorded", quirk->recorded},
                    {"why", quirk->why}});
  }
  return rows;
}

Json FidelityJson(const FidelityReport& report) {
  Json differences = Json::array();
  for (const Difference& difference : report.differences) {
    differences.push_back({{"line", difference.line},
                           {"call", difference.call},
                           {"recorded", difference.recorded},
                           {"simulated", difference.simulated},
                           {"explained_by", ToString(difference.explained_by)},
                           {"rule", difference.rule},
                           {"decisions", difference.decisions},
                           {"why", difference.why}});
  }
  return {{"implementation", report.implementation},
          {"profile", report.profile},
          {"user", report.user},
          {"compared", report.compared},
          {"facts", report.facts},
          {"not_played", report.not_played},
          {"unexplained", report.HasUnexplained()},
          {"differences", differences},
          {"quirks_seen", QuirkJson(report.quirks_seen)},
          {"quirks_gone", QuirkJson(report.quirks_gone)}};
}

std::string FidelityText(const FidelityReport& report, const TextStyle& style) {
  std::string text = "\nFidelity\n" + Wrap(Against(report), 0, style.width) + "\n\n";
  for (const Difference& difference : report.differences) {
    const Colour colour = difference.explained_by == Explanation::kNone ? Colour::kRed : Colour::kDim;
    text += Paint(fmt::format("[{}]", Label(difference.explained_by)), colour, style.colour);
    text += fmt::format(" line {}: {}\n", difference.line, difference.call);
    text += fmt::format("          recorded {}, simulated {}\n", difference.recorded, difference.simulated);
    text += fmt::format("          {}\n", Wrap(Explain(difference), 10, style.width));
  }
  for (const CallQuirk* const quirk : report.quirks_gone) {
    text += Paint("[GONE]", Colour::kRed, style.colour) +
            fmt::format(" this quirk no longer shows, remove its row: {}\n", Describe(*quirk));
  }
  return text + Quirks(report) + "\n";
}

}  // namespace

std::string ReplayText(const ReplayReport& report, const TextStyle& style) {
  std::string text = Wrap(Origin(report), 0, style.width) + "\n\n" + report.text + "\n";
  if (!report.not_recorded.empty()) {
    text += fmt::format("{} call{} not recorded, the first {}\n", report.not_recorded.size(),
                        report.not_recorded.size() == 1 ? " is" : "s are", report.not_recorded.front());
  }
  text += Verdict(report) + "\n";
  return report.fidelity ? text + FidelityText(*report.fidelity, style) : text;
}

Json ReplayJson(const ReplayReport& report) {
  const intercept::Recording& recording = *report.recording;
  return {
      {"schema", "bitsdoctor/replay/1"},
      {"recording",
       {{"program", recording.program.program},
        {"command", recording.program.command},
        {"backend", recording.program.backend},
        {"profile", recording.program.profile.empty() ? Json() : Json(recording.program.profile)},
        {"os", recording.os ? Json(diagnose::Describe(*recording.os)) : Json()},
        {"pseudonymised", recording.pseudonymised},
        {"closed", recording.closed},
        {"calls", recording.calls.size()}}},
      {"report", report.json},
      {"verdict", {{"recorded", recording.verdict}, {"replayed", report.verdict}, {"same", report.HasSameVerdict()}}},
      {"not_recorded", report.not_recorded},
      {"fidelity", report.fidelity ? FidelityJson(*report.fidelity) : Json()}};
}

std::string ReplayHtml(const ReplayReport& report) {
  std::string html(kHtmlHead);
  html += "<p>" + HtmlText(Origin(report)) + "</p>\n<p>" + HtmlText(Verdict(report)) + "</p>\n";
  if (report.fidelity) html += FidelityHtml(*report.fidelity);
  return html + "<h2>Report</h2>\n<pre>" + HtmlText(report.text) + "</pre>\n</body>\n</html>\n";
}

}  // namespace bits::doctor
