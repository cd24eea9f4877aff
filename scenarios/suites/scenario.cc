#include "scenarios/suites/scenario.h"

#include <iterator>
#include <utility>

namespace bits::scenarios {

Scenario& Suite::Add(std::string name, std::vector<std::string> rules, std::vector<Need> needs,
                     std::function<void(Run&)> play) {
  Scenario& scenario = scenarios_.emplace_back();
  scenario.suite = name_;
  scenario.name = std::move(name);
  scenario.rules = std::move(rules);
  scenario.needs = needs_;
  scenario.needs.insert(scenario.needs.end(), needs.begin(), needs.end());
  scenario.helper = helper_;
  scenario.play = std::move(play);
  return scenario;
}

Scenario& Suite::AddWithoutRule(std::string name, std::string why, std::vector<Need> needs,
                                std::function<void(Run&)> play) {
  Scenario& scenario = Add(std::move(name), {}, std::move(needs), std::move(play));
  scenario.why_no_rule = std::move(why);
  return scenario;
}

std::vector<Scenario> AllScenarios() {
  std::vector<Scenario> scenarios;
  for (const auto list : {ImpersonationLevels, AdministratorRules, JobAccess, TokenLife, ResourceUse, DocumentedExample,
                          CleanUpAfterFailure}) {
    std::vector<Scenario> more = list();
    scenarios.insert(scenarios.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return scenarios;
}

}  // namespace bits::scenarios
