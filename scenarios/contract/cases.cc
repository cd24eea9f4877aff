#include "scenarios/contract/cases.h"

namespace bits::contract {

std::vector<const Case*> AllCases() {
  std::vector<const Case*> cases;
  for (const auto list :
       {ManagerCases, EnumeratorCases, ComCases, JobSettingCases, JobStateCases, JobExtensionCases, FileCases,
        ErrorCases, NotificationCases, TransferCases, HttpOptionsCases, TokenOptionsCases, EnvironmentCases}) {
    for (const Case& row : list()) cases.push_back(&row);
  }
  return cases;
}

}  // namespace bits::contract
