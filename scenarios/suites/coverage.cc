#include "scenarios/suites/coverage.h"

#include <algorithm>

#include "harness/rules/resource_rules.h"

namespace bits::scenarios {
namespace {

// Decisions about limits and texts, which the facts of the simulation are tested for.
constexpr ShownElsewhere kElsewhere[] = {
    {"D1", "bits_agreement_test: the whole decision space at each level"},
    {"D2", "ImpersonationLevels, by way of HT-03 and HT-03b"},
    {"D3", "bits_facts_test: GetError in TRANSIENT_ERROR"},
    {"D4", "bits_facts_test: display names that are too long"},
    {"D5", "bits_facts_test: proxy lists that are too long"},
    {"D6", "bits_facts_test: passwords that are too long"},
    {"D12", "bits_facts_test: who is exempt from limits"},
    {"D15", "ImpersonationLevels, by way of HT-09"},
    {"D17", "AdministratorRules, by way of HT-04"},
    {"D20", "ImpersonationLevels, by way of HT-02 and JC-02"},
};

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

std::vector<std::string_view> RulesWithout(const std::set<std::string, std::less<>>& seen) {
  std::vector<std::string_view> missing;
  for (const std::string_view id : AllRules()) {
    const bool elsewhere = std::ranges::find(kElsewhere, id, &ShownElsewhere::rule) != std::end(kElsewhere);
    if (!elsewhere && !seen.contains(id)) missing.push_back(id);
  }
  return missing;
}

}  // namespace bits::scenarios
