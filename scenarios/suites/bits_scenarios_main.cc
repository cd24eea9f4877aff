// bits_scenarios: the scenario suites on a backend.
//
//   bits_scenarios [--backend NAME] [--profile NAME] [--record FILE [--raw]] [GoogleTest's options]
//
// Backends: sim, and in builds for Windows com-fake (com-mta and com-sta), com-server and windows, this machine's own
// BITS; "all" for every one. Without --profile each scenario is played on the Windows versions that it is about, on
// com-server on the last of them. After the tests come a table of suites and backends, the reasons of what could not be
// played, and the rules that were seen: a whole run on the simulation must have seen all of them.
//
// Exit codes: 0 all passed, 1 a scenario failed, 2 wrong usage.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include "harness/rules/windows_profile.h"
#include "scenarios/contract/backends.h"
#include "scenarios/contract/report.h"
#include "scenarios/suites/coverage.h"
#include "scenarios/suites/fault_counts.h"
#include "scenarios/suites/recorded_machine.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::Backend;
using contract::Outcome;
using contract::StageOptions;
using contract::Verdict;

constexpr int kWrongUsage = 2;

struct Options {
  std::string backend = "sim";
  std::string profile;
  std::string record;
  bool raw = false;
};

// The environment of this machine that scenarios are to use; null where none is recorded.
Environment* recorded_environment = nullptr;

// What the run has seen so far.
struct Tally {
  std::map<std::pair<std::string, std::string_view>, std::map<Verdict, int>> verdicts;  // by suite and backend
  std::map<std::pair<std::string_view, std::string>, int> reasons;                      // by backend and reason
  std::set<std::string, std::less<>> rules;                                             // on any backend
};

Tally& TheTally() {
  static auto* const tally = new Tally;
  return *tally;
}

const std::vector<Scenario>& TheScenarios() {
  static const auto* const scenarios = new std::vector<Scenario>(AllScenarios());
  return *scenarios;
}

// Why the scenario cannot be played there for its people, in words.
std::optional<std::string> Lacks(const Scenario& scenario, const Stage& stage) {
  if (scenario.owner) {
    if (auto reason = stage.LacksOwner(*scenario.owner)) return reason;
  }
  if (scenario.helper) {
    if (auto reason = stage.LacksHelper(*scenario.helper)) return reason;
  }
  return std::nullopt;
}

Outcome PlayScenario(const Scenario& scenario, Stage& stage) {
  if (auto reason = Lacks(scenario, stage)) {
    Outcome outcome;
    outcome.verdict = Verdict::kNotApplicable;
    outcome.reason = *std::move(reason);
    return outcome;
  }
  const std::string name = scenario.suite + "." + scenario.name;
  std::vector<std::string> unstated;
  const contract::Case as_case{name, "", scenario.needs, [&](Contract& contract, Stage& played_on) {
                                 Judge judge(contract);
                                 Run run{contract, played_on, judge};
                                 scenario.play(run);
                                 for (const std::string& rule : judge.seen()) {
                                   TheTally().rules.insert(rule);
                                   if (std::ranges::find(scenario.rules, rule) == scenario.rules.end()) {
                                     unstated.push_back(rule);
                                   }
                                 }
                               }};
  Outcome outcome = Play(as_case, stage, contract::Quirks());
  for (const std::string& rule : unstated) {
    outcome.failures.push_back(fmt::format("it shows {} and does not state it", rule));
    outcome.verdict = Verdict::kFailed;
  }
  return outcome;
}

class ScenarioTest : public ::testing::Test {
 public:
  ScenarioTest(const Scenario& scenario, const Backend& backend, std::string_view profile)
      : scenario_(scenario), backend_(backend), profile_(profile) {}

  void TestBody() override {
    const std::unique_ptr<Stage> stage =
        backend_.make({.profile = profile_, .decisions = scenario_.decisions, .environment = recorded_environment});
    const Outcome outcome = PlayScenario(scenario_, *stage);
    ++TheTally().verdicts[{scenario_.suite, backend_.name}][outcome.verdict];
    for (const std::string& failure : outcome.failures) ADD_FAILURE() << failure;
    if (outcome.verdict != Verdict::kNotApplicable) return;
    ++TheTally().reasons[{backend_.name, outcome.reason}];
    GTEST_SKIP() << outcome.reason;
  }

 private:
  const Scenario& scenario_;
  const Backend& backend_;
  const std::string_view profile_;
};

// --- what is true of the scenarios as such

TEST(RuleCoverage, EveryRuleHasAScenario) {
  std::set<std::string, std::less<>> stated;
  for (const Scenario& scenario : TheScenarios()) stated.insert(scenario.rules.begin(), scenario.rules.end());
  EXPECT_EQ(RulesWithout(stated), std::vector<std::string_view>());
  for (const ShownElsewhere& row : ShownElsewhereTable()) {
    EXPECT_FALSE(ShownBy(stated).contains(row.rule)) << row.rule << " has a scenario: remove the row";
  }
}

TEST(RuleCoverage, EveryScenarioStatesARuleOrWhyNot) {
  const std::vector<std::string_view> known = AllRules();
  std::set<std::string> names;
  for (const Scenario& scenario : TheScenarios()) {
    const std::string name = scenario.suite + "." + scenario.name;
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    EXPECT_NE(scenario.rules.empty(), scenario.why_no_rule.empty()) << name;
    for (const std::string& rule : scenario.rules) {
      EXPECT_NE(std::ranges::find(known, rule), known.end()) << name << " states " << rule << ", which is no rule";
    }
  }
}

// --- the program

// "ImpersonationLevels.sim/identify_connect_dynamic_by_process/win11_24h2"
void Register(const Scenario& scenario, const Backend& backend, std::string_view profile) {
  std::string name = fmt::format("{}/{}/{}", backend.name, scenario.name, profile);
  // What a filter takes for its own.
  for (const char taken : {'.', '-', ':'}) std::ranges::replace(name, taken, '_');
  ::testing::RegisterTest(
      scenario.suite.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
      [&scenario, &backend, profile]() -> ::testing::Test* { return new ScenarioTest(scenario, backend, profile); });
}

bool IsChosen(const Options& options, const Backend& backend) {
  if (options.backend == "all" || options.backend == backend.name) return true;
  return options.backend == "com-fake" && backend.name.starts_with("com-") && backend.name != "com-server";
}

void RegisterScenarios(const Options& options) {
  for (const Backend& backend : contract::Backends()) {
    if (!IsChosen(options, backend)) continue;
    for (const Scenario& scenario : TheScenarios()) {
      if (!options.profile.empty()) {
        Register(scenario, backend, options.profile);
      } else if (backend.name == "windows" || scenario.profiles.empty()) {
        Register(scenario, backend, kUsualProfile);
      } else if (backend.name == "com-server") {
        // A server for each takes its time, and the rules are the same in it: the newest Windows that it is about.
        Register(scenario, backend, scenario.profiles.back());
      } else {
        for (const std::string_view profile : scenario.profiles) Register(scenario, backend, profile);
      }
    }
  }
}

std::string ClosingTable() {
  const Tally& tally = TheTally();
  std::string text = fmt::format("\n{:<22} {:<11}", "suite", "backend");
  for (const auto& verdict : EnumNames<Verdict>::kNames) text += fmt::format(" {:>14}", verdict.name);
  text += '\n';
  std::map<Verdict, int> all;
  for (const auto& [key, verdicts] : tally.verdicts) {
    text += fmt::format("{:<22} {:<11}", key.first, key.second);
    for (const auto& verdict : EnumNames<Verdict>::kNames) {
      const auto found = verdicts.find(verdict.value);
      const int count = found == verdicts.end() ? 0 : found->second;
      all[verdict.value] += count;
      text += fmt::format(" {:>14}", count);
    }
    text += '\n';
  }
  text += fmt::format("{:<22} {:<11}", "all", "");
  for (const auto& verdict : EnumNames<Verdict>::kNames) text += fmt::format(" {:>14}", all[verdict.value]);
  text += "\n\n";
  for (const auto& [key, count] : tally.reasons) {
    text += fmt::format("{}, not applicable: {} scenario{}: {}\n", key.first, count, count == 1 ? "" : "s", key.second);
  }
  const faults::Counts& faults = FaultCounts();
  text += fmt::format("faults: {} single, {} pairs, {} allocations, {} crashes in {} runs; ledger violations {}\n",
                      faults.singles, faults.pairs, faults.allocations, faults.crashes, faults.runs, faults.violations);
  const std::vector<std::string_view> known = AllRules();
  const auto elsewhere = ShownElsewhereTable().size();
  const std::set<std::string, std::less<>> shown = ShownBy(tally.rules);
  const auto seen = std::ranges::count_if(known, [&](std::string_view id) { return shown.contains(id); });
  text += fmt::format("rules and decisions: {} of {} seen at work, {} shown elsewhere", seen, known.size(), elsewhere);
  const std::vector<std::string_view> missing = RulesWithout(tally.rules);
  text += missing.empty() ? "\n" : fmt::format("; not seen in this run: {}\n", fmt::join(missing, ", "));
  return text;
}

std::vector<std::string> BackendNames() {
  std::vector<std::string> names;
  for (const Backend& backend : contract::Backends()) names.emplace_back(backend.name);
  if (names.size() > 1) names.insert(names.end(), {"com-fake", "all"});
  return names;
}

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const rules::WindowsProfile& profile : rules::WindowsProfiles()) names.emplace_back(profile.name);
  return names;
}

int Refuse(const std::string& sentence) {
  std::fputs(("bits_scenarios: " + sentence + "\n").c_str(), stderr);
  return kWrongUsage;
}

int Main(int count, char** values) {
  ::testing::InitGoogleTest(&count, values);  // takes its own options away
  Options options;
  CLI::App app("Plays the scenarios of BITS helper tokens on a backend; also takes every option of GoogleTest.",
               "bits_scenarios");
  app.add_option("--backend", options.backend,
                 "What is played on: " + fmt::format("{}", fmt::join(BackendNames(), ", ")))
      ->check(CLI::IsMember(BackendNames()).description(""))
      ->capture_default_str();
  app.add_option("--profile", options.profile,
                 "The simulated Windows, in place of those that each scenario is about: " +
                     fmt::format("{}", fmt::join(ProfileNames(), ", ")))
      ->check(CLI::IsMember(ProfileNames()).description(""));
  CLI::Option* record = app.add_option("--record", options.record,
                                       "Write every call on this machine's own BITS into this file, as JSON lines")
                            ->type_name("FILE");
  app.add_flag("--raw", options.raw, "Record names, SIDs and URLs as they are, without pseudonyms")->needs(record);
  try {
    app.parse(count, values);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, std::cout, std::cerr);
    return code == 0 ? 0 : kWrongUsage;
  }
  std::optional<RecordedMachine> recorded;
  if (!options.record.empty()) {
    if (options.backend != "windows") {
      return Refuse(
          fmt::format("--record {}: simulated machines come and go with each scenario; only calls on "
                      "--backend windows make a recording",
                      options.record));
    }
    try {
      recorded.emplace(options.record, options.raw ? intercept::Privacy::kRaw : intercept::Privacy::kPseudonyms);
    } catch (const std::runtime_error& error) {
      return Refuse(fmt::format("--record {}: {}", options.record, error.what()));
    }
    recorded_environment = &recorded->environment();
  }
  RegisterScenarios(options);
  const bool whole = options.profile.empty() && (options.backend == "sim" || options.backend == "all") &&
                     ::testing::GTEST_FLAG(filter) == "*";
  int result = RUN_ALL_TESTS();
  // Last of all: GoogleTest's own list of what was skipped is long.
  if (!TheTally().verdicts.empty()) std::fputs(ClosingTable().c_str(), stdout);
  if (whole && !RulesWithout(TheTally().rules).empty()) {
    std::fputs("bits_scenarios: a rule was stated and not seen at work; the line above names it\n", stderr);
    result = 1;
  }
  if (!recorded) return result;
  const ::testing::UnitTest& tests = *::testing::UnitTest::GetInstance();
  if (recorded->Close(tests.successful_test_count(), tests.failed_test_count())) return result;
  std::fputs("bits_scenarios: the recording could not be written to its end\n", stderr);
  return 1;
}

}  // namespace
}  // namespace bits::scenarios

int main(int count, char** values) { return bits::scenarios::Main(count, values); }
