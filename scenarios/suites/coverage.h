// Which rules the scenarios show.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/suites/scenario.h"

namespace bits::scenarios {

// A rule or decision that no scenario is about, and the fact of the simulation that is (fakes/bits/fact_table.h).
struct ShownElsewhere {
  std::string_view rule;
  std::string_view fact;
};
std::span<const ShownElsewhere> ShownElsewhereTable();

// The ids of every rule and decision of harness/rules.
std::vector<std::string_view> AllRules();

// `seen`, and the decisions that rules among it rest on: whoever shows the rule shows them.
std::set<std::string, std::less<>> ShownBy(const std::set<std::string, std::less<>>& seen);

// Of `seen` by scenarios that were played, or stated by all of them: what is missing, besides what is shown elsewhere.
std::vector<std::string_view> RulesWithout(const std::set<std::string, std::less<>>& seen);

}  // namespace bits::scenarios
