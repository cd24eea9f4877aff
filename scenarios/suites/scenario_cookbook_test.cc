// The recipes of scenarios/README.md about scenarios; check_cookbook.cmake compares the two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/contract/backends.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/contract/report.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using ::testing::IsEmpty;

// recipe: Write a scenario that the rules decide
// A helper who is an administrator, for a job of somebody who is none.
void PlayAdministratorHelps(Run& run) {
  const auto client = run.stage.Start();
  const ScopedJob job = contract::NewJob(*client);
  const auto options = contract::Must(Query<BitsTokenOptions>(*job));
  const Token helper = run.stage.OpenHelper(*client, rules::TokenKind::kAdminElevated);
  const HResult set = As(*client, helper, [&] { return options->SetHelperToken(); });
  run.judge.Expect("SetHelperToken", SituationOf(*client, &helper), set);  // whatever harness/rules demand there
}

Scenario AnAdministratorHelps() {
  Scenario scenario;
  scenario.suite = "AdministratorRules";
  scenario.name = "an_administrator_helps";
  scenario.rules = {"HT-06", "HT-07"};  // it may show these, and no others
  scenario.needs = {Need::kHelperTokens, Need::kHelperAccounts};
  scenario.owner = rules::TokenKind::kUser;
  scenario.helper = rules::TokenKind::kAdminElevated;
  scenario.profiles = {"win7", "win10-1607"};  // the rule changed between them
  scenario.play = PlayAdministratorHelps;
  return scenario;
}
// end of recipe

TEST(ScenarioCookbook, WriteAScenarioThatTheRulesDecide) {
  const Scenario scenario = AnAdministratorHelps();
  for (const std::string_view profile : scenario.profiles) {
    const auto stage = contract::Backends().front().make({.profile = profile});
    contract::Contract contract(stage->implementation(), scenario.name, {});
    Judge judge(contract);
    scenarios::Run run{contract, *stage, judge};
    scenario.play(run);
    EXPECT_THAT(contract.failures(), IsEmpty()) << profile;
    EXPECT_EQ(judge.seen().size(), 1U) << profile;
    EXPECT_TRUE(judge.seen().contains(profile == "win7" ? "HT-06" : "HT-07")) << profile;
  }
}

}  // namespace
}  // namespace bits::scenarios
