#include "scenarios/suites/coverage.h"

#include <algorithm>

#include "harness/rules/decisions.h"
#include "harness/rules/helper_token_rules.h"
#include "harness/rules/job_call_rules.h"
#include "harness/rules/resource_rules.h"

namespace bits::scenarios {
namespace {

// Decisions about limits and texts. That there is such a fact, and that it is about the decision, is what
// check_facts.cmake sees to; that it has a test, fact_table_test.cc.
constexpr ShownElsewhere kElsewhere[] = {
    {"D3", "JOB-27"}, {"D4", "JOB-31"}, {"D5", "JOB-53"}, {"D6", "EXTRA-15"}, {"D12", "POLICY-12"},
};

// What is shown when the rule is: itself, and the decisions that it rests on.
template <class Rule>
void AddShownBy(std::span<const Rule> rules, const std::set<std::string, std::less<>>& seen,
                std::set<std::string, std::less<>>& shown) {
  for (const Rule& rule : rules) {
    if (!seen.contains(rule.id)) continue;
    for (const std::string_view decision : rules::DecisionsIn(rule.source)) shown.emplace(decision);
  }
}

}  // namespace

std::span<const ShownElsewhere> ShownElsewhereTable() { return kElsewhere; }

std::vector<std::string_view> AllRules() {
  std::vector<std::string_view> ids;
  for (const rules::HelperTokenRule& rule : rules::HelperTokenRules()) ids.push_back(rule.id);
  for (const rules::JobCallRule& rule : rules::JobCallRules()) ids.push_back(rule.id);
  for (const rules::ResourceRule& rule : rules::ResourceRules()) ids.push_back(rule.id);
  for (const rules::Decision& decision : rules::DecisionTable()) ids.push_back(decision.id);
  return ids;
}

std::set<std::string, std::less<>> ShownBy(const std::set<std::string, std::less<>>& seen) {
  std::set<std::string, std::less<>> shown = seen;
  AddShownBy(rules::HelperTokenRules(), seen, shown);
  AddShownBy(rules::JobCallRules(), seen, shown);
  AddShownBy(rules::ResourceRules(), seen, shown);
  return shown;
}

std::vector<std::string_view> RulesWithout(const std::set<std::string, std::less<>>& seen) {
  const std::set<std::string, std::less<>> shown = ShownBy(seen);
  std::vector<std::string_view> missing;
  for (const std::string_view id : AllRules()) {
    const bool elsewhere = std::ranges::find(kElsewhere, id, &ShownElsewhere::rule) != std::end(kElsewhere);
    if (!elsewhere && !shown.contains(id)) missing.push_back(id);
  }
  return missing;
}

}  // namespace bits::scenarios
