// Prints the documented facts with the test of each, and sees that there is one.
#include "fakes/bits/fact_table.h"

#include <cstdio>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace bits::fakes {
namespace {

struct Subject {
  std::string_view name;
  std::span<const Fact> (*facts)();
};

constexpr Subject kSubjects[] = {
    {"Job states and transitions", JobStateFacts},
    {"The manager", ManagerFacts},
    {"The job", JobFacts},
    {"Later job interfaces", JobExtensionFacts},
    {"Errors and callbacks", NotificationFacts},
    {"Helper tokens", HelperTokenFacts},
    {"Who may do what", AccessFacts},
    {"Policies and settings", PolicyFacts},
};

std::set<std::string, std::less<>> RegisteredTests() {
  std::set<std::string, std::less<>> names;
  const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const ::testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      names.insert(fmt::format("{}.{}", suite.name(), suite.GetTestInfo(j)->name()));
    }
  }
  return names;
}

TEST(FactTable, EveryFactHasATestOrAReason) {
  const std::set<std::string, std::less<>> tests = RegisteredTests();
  std::set<std::string_view> ids;
  std::size_t tested = 0;
  std::size_t untested = 0;
  for (const Subject& subject : kSubjects) {
    fmt::print("\n{}\n", subject.name);
    for (const Fact& fact : subject.facts()) {
      EXPECT_TRUE(ids.insert(fact.id).second) << fact.id << " stands twice";
      EXPECT_FALSE(fact.statement.empty() || fact.source.empty()) << fact.id;
      EXPECT_NE(fact.test.empty(), fact.why_not.empty()) << fact.id << " needs a test or a reason";
      EXPECT_TRUE(fact.test.empty() || tests.contains(fact.test)) << fact.id << ": there is no test " << fact.test;
      fmt::print("  {:<10} {}\n             [{}] {}\n", fact.id, fact.statement, fact.source,
                 fact.test.empty() ? fmt::format("NOT SIMULATED: {}", fact.why_not) : std::string(fact.test));
      ++(fact.test.empty() ? untested : tested);
    }
  }
  fmt::print("\n{} facts: {} tested, {} not simulated\n", tested + untested, tested, untested);
  EXPECT_GT(tested, 0U);
}

}  // namespace
}  // namespace bits::fakes
