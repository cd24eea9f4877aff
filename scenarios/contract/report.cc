#include "scenarios/contract/report.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <map>
#include <set>

namespace bits::contract {
namespace {

// Ends the line of `text`, without the blanks at its end.
void EndLine(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
}

template <class Value>
void AddOnce(std::vector<Value>& values, const Value& value) {
  if (std::ranges::find(values, value) == values.end()) values.push_back(value);
}

}  // namespace

Outcome Play(const Case& played, Stage& stage, std::span<const Quirk> quirks) {
  Outcome outcome;
  for (const Need need : played.needs) {
    if (std::optional<std::string> reason = stage.Lacks(need)) {
      outcome.verdict = Verdict::kNotApplicable;
      outcome.reason = fmt::format("needs {}: {}", ToString(need), *reason);
      // A quirk of a case that cannot be played is one that nothing was compared with.
      Contract unplayed(stage.implementation(), played.name, quirks);
      unplayed.Finish();
      outcome.failures = unplayed.failures();
      if (!outcome.failures.empty()) outcome.verdict = Verdict::kFailed;
      return outcome;
    }
  }
  Contract contract(stage.implementation(), played.name, quirks);
  try {
    played.play(contract, stage);
  } catch (const CaseEnds&) {
    // Why it ended is among the observations.
  } catch (const std::exception& exception) {
    contract.Fail(exception.what());
  }
  contract.Finish();
  outcome.failures = contract.failures();
  outcome.observations = contract.observations();
  outcome.quirks = contract.quirks_seen();
  if (!outcome.failures.empty()) {
    outcome.verdict = Verdict::kFailed;
  } else if (outcome.quirks != 0) {
    outcome.verdict = Verdict::kQuirk;
  }
  return outcome;
}

std::string Describe(std::span<const ReportRow> rows) {
  std::vector<std::string_view> backends;
  std::vector<std::string_view> cases;
  std::map<std::pair<std::string_view, std::string_view>, const Outcome*> outcomes;
  std::map<std::pair<std::string_view, Verdict>, int> counts;
  std::map<std::string_view, std::size_t> observations;
  std::map<std::string_view, std::size_t> quirks;
  std::map<std::pair<std::string_view, std::string>, int> reasons;
  std::size_t width = std::string_view("case").size();
  for (const ReportRow& row : rows) {
    AddOnce(backends, row.backend);
    AddOnce(cases, row.case_name);
    width = std::max(width, row.case_name.size());
    outcomes[{row.backend, row.case_name}] = &row.outcome;
    ++counts[{row.backend, row.outcome.verdict}];
    observations[row.backend] += row.outcome.observations;
    quirks[row.backend] += row.outcome.quirks;
    if (!row.outcome.reason.empty()) ++reasons[{row.backend, row.outcome.reason}];
  }

  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{:<{}}", "case", width);
  for (const std::string_view backend : backends) fmt::format_to(out, "  {:<14}", backend);
  EndLine(text);
  for (const std::string_view name : cases) {
    fmt::format_to(out, "{:<{}}", name, width);
    for (const std::string_view backend : backends) {
      const auto found = outcomes.find({backend, name});
      fmt::format_to(out, "  {:<14}", found == outcomes.end() ? "" : ToString(found->second->verdict));
    }
    EndLine(text);
  }
  text += '\n';
  for (const std::string_view backend : backends) {
    fmt::format_to(out, "{}:", backend);
    for (const auto& [verdict, name] : EnumNames<Verdict>::kNames) {
      fmt::format_to(out, " {} {},", counts[{backend, verdict}], name);
    }
    fmt::format_to(out, " of {} cases; {} observations, {} of them quirks\n",
                   std::ranges::count(rows, backend, &ReportRow::backend), observations[backend], quirks[backend]);
  }
  for (const auto& [key, count] : reasons) {
    fmt::format_to(out, "{}, not applicable: {} case{}: {}\n", key.first, count, count == 1 ? "" : "s", key.second);
  }
  return text;
}

}  // namespace bits::contract
