// The cases of the contract suite.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/contract/contract.h"
#include "scenarios/contract/stage.h"

namespace bits::contract {

// A row.
struct Case {
  std::string_view name;
  std::string_view source;  // the documented page, as the contracts of harness/api name it
  std::vector<Need> needs;
  std::function<void(Contract& contract, Stage& stage)> play;
};

// One list a file.
std::span<const Case> ComCases();
std::span<const Case> EnumeratorCases();
std::span<const Case> EnvironmentCases();
std::span<const Case> ErrorCases();
std::span<const Case> FileCases();
std::span<const Case> HttpOptionsCases();
std::span<const Case> JobExtensionCases();
std::span<const Case> JobSettingCases();
std::span<const Case> JobStateCases();
std::span<const Case> ManagerCases();
std::span<const Case> NotificationCases();
std::span<const Case> TokenOptionsCases();
std::span<const Case> TransferCases();

// All of them.
std::vector<const Case*> AllCases();

}  // namespace bits::contract
