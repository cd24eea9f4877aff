// Every case of the contract suite on every backend that this program has.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "scenarios/contract/backends.h"
#include "scenarios/contract/report.h"

namespace bits::contract {
namespace {

std::vector<ReportRow>& Report() {
  static auto* const rows = new std::vector<ReportRow>;
  return *rows;
}

// Prints the table when all tests of the run are over.
class Printer final : public ::testing::Environment {
 public:
  void TearDown() override {
    if (!Report().empty()) std::fputs(("\n" + Describe(Report()) + "\n").c_str(), stdout);
  }
};

[[maybe_unused]] const ::testing::Environment* const kPrinter = ::testing::AddGlobalTestEnvironment(new Printer);

struct Performance {
  const Backend* backend;
  const Case* played;
};

void PrintTo(const Performance& performance, std::ostream* out) {
  *out << performance.played->name << " on " << performance.backend->name;
}

std::vector<Performance> Performances() {
  std::vector<Performance> performances;
  for (const Backend& backend : Backends()) {
    for (const Case* const played : AllCases()) performances.push_back({&backend, played});
  }
  return performances;
}

class ContractTest : public ::testing::TestWithParam<Performance> {};

TEST_P(ContractTest, IsKept) {
  const auto& [backend, played] = GetParam();
  const std::unique_ptr<Stage> stage = backend->make({});
  const Outcome outcome = Play(*played, *stage, Quirks());
  Report().push_back({backend->name, played->name, outcome});
  for (const std::string& failure : outcome.failures) ADD_FAILURE() << failure << "\n  see " << played->source;
  if (outcome.verdict == Verdict::kNotApplicable) GTEST_SKIP() << outcome.reason;
}

INSTANTIATE_TEST_SUITE_P(Backends, ContractTest, ::testing::ValuesIn(Performances()), [](const auto& test) {
  std::string name = std::string(test.param.backend->name) + "_" + std::string(test.param.played->name);
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace bits::contract
