// One scenario: what a person who administers BITS would try, on whatever backend can carry it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/rules/decisions.h"
#include "harness/rules/token_traits.h"
#include "scenarios/contract/contract.h"
#include "scenarios/contract/stage.h"
#include "scenarios/suites/judge.h"

namespace bits::scenarios {

using contract::Client;
using contract::Contract;
using contract::Need;
using contract::Stage;

// What a scenario plays with.
struct Run {
  Contract& contract;
  Stage& stage;
  Judge& judge;
};

struct Scenario {
  std::string suite;               // "ImpersonationLevels"
  std::string name;                // "identify_connect_dynamic_by_process"
  std::vector<std::string> rules;  // ids of harness/rules that it shows, decisions among them
  std::string why_no_rule;         // where there are none
  std::vector<Need> needs;
  // Whose token the program and the helper have; absent where the scenario sees to that itself.
  std::optional<rules::TokenKind> owner;
  std::optional<rules::TokenKind> helper;
  // The Windows that it is played on where nobody chooses one; empty: kUsualProfile. Older ones have other rules.
  std::vector<std::string_view> profiles;
  rules::Decisions decisions;  // others than the defaults where the scenario is about the other value of one
  std::function<void(Run& run)> play;
};

// The newest Windows: what a scenario is about that names none.
inline constexpr std::string_view kUsualProfile = "win11-24h2";

// The scenarios of one subject, while they are collected.
class Suite {
 public:
  // `needs` are what each of them needs, `helper` is whose token the helper of each has.
  explicit Suite(std::string_view name, std::vector<Need> needs = {},
                 std::optional<rules::TokenKind> helper = std::nullopt)
      : name_(name), needs_(std::move(needs)), helper_(helper) {}

  // Adds one that needs `needs` too; the reference, for what is rarer, holds until the next one.
  Scenario& Add(std::string name, std::vector<std::string> rules, std::vector<Need> needs,
                std::function<void(Run&)> play);
  // One that shows no rule, and why.
  Scenario& AddWithoutRule(std::string name, std::string why, std::vector<Need> needs, std::function<void(Run&)> play);

  std::vector<Scenario> Take() && { return std::move(scenarios_); }

 private:
  std::string name_;
  std::vector<Need> needs_;
  std::optional<rules::TokenKind> helper_;
  std::vector<Scenario> scenarios_;
};

// One list a subject.
std::vector<Scenario> ImpersonationLevels();
std::vector<Scenario> AdministratorRules();
std::vector<Scenario> JobAccess();
std::vector<Scenario> TokenLife();
std::vector<Scenario> ResourceUse();
std::vector<Scenario> DocumentedExample();
std::vector<Scenario> CleanUpAfterFailure();

// All of them.
std::vector<Scenario> AllScenarios();

}  // namespace bits::scenarios
