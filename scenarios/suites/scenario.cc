#include "scenarios/suites/scenario.h"

#include <iterator>

namespace bits::scenarios {

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
