#include "fakes/bits/cell_sample.h"

#include <cstdio>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace bits::fakes {
namespace {

using rules::Cell;

const std::vector<Cell>& Sample() {
  static const std::vector<Cell> cells = SampleCells();
  return cells;
}

TEST(SampleCells, AnyThreeValuesOccurTogether) {
  // By the columns that the diagnosis speaks of, not by places: what is counted is what is played.
  std::set<std::tuple<std::string_view, std::string_view, rules::TokenMethod>> profile_helper_method;
  std::set<std::tuple<rules::TokenKind, rules::CallerAtQuery, Cloaking>> owner_caller_cloaking;
  std::set<std::tuple<AuthenticationLevel, ImpersonationLevel, std::uint32_t>> levels_flags;
  for (const Cell& cell : Sample()) {
    profile_helper_method.insert({cell.profile->name, rules::HelperName(cell), cell.method});
    owner_caller_cloaking.insert({cell.owner, cell.caller_at_query, cell.cloaking});
    levels_flags.insert({cell.authentication_level, cell.impersonation_level, cell.flags});
  }
  const rules::Places sizes = rules::AxisSizes();
  EXPECT_EQ(profile_helper_method.size(), sizes[0] * sizes[3] * sizes[8]);
  EXPECT_EQ(owner_caller_cloaking.size(), sizes[1] * sizes[2] * sizes[6]);
  EXPECT_EQ(levels_flags.size(), sizes[4] * sizes[5] * sizes[7]);
}

TEST(SampleCells, EveryRuleDecidesWhereItCan) {
  std::set<std::pair<const rules::WindowsProfile*, const rules::HelperTokenRule*>> sampled;
  for (const Cell& cell : Sample()) sampled.insert({cell.profile, rules::Judge(cell).rule});
  std::set<std::pair<const rules::WindowsProfile*, const rules::HelperTokenRule*>> possible;
  for (std::size_t i = 0; i < rules::DecisionSpaceSize(); ++i) {
    const Cell cell = rules::CellAt(i);
    possible.insert({cell.profile, rules::Judge(cell).rule});
  }
  EXPECT_EQ(sampled, possible);
  EXPECT_LT(Sample().size(), 2000U);
  std::printf("%zu cells, %zu pairs of a profile and a rule\n", Sample().size(), sampled.size());
}

}  // namespace
}  // namespace bits::fakes
