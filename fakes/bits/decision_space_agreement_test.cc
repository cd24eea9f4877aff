// The rules say what must happen, the simulation does it: here they are compared over the whole decision space.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "fakes/bits/matrix_runner.h"
#include "fakes/bits/start_client.h"
#include "harness/rules/decision_space.h"

namespace bits::fakes {
namespace {

using rules::Cell;
using rules::HelperTokenRule;
using rules::Verdict;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BITS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BITS_SANITIZED 1
#endif
#endif

// Sanitizers look for other faults than disagreement: every 97th cell is enough for them. 97 shares no factor with the
// size of any column.
#if defined(BITS_SANITIZED)
constexpr std::size_t kStride = 97;
#else
constexpr std::size_t kStride = 1;
#endif

std::string Describe(const Cell& cell) {
  std::string text(cell.profile->name);
  for (const std::string_view part :
       {NameOf(cell.owner), NameOf(cell.caller_at_query), HelperName(cell), NameOf(cell.authentication_level),
        NameOf(cell.impersonation_level), NameOf(cell.cloaking), rules::FlagsName(cell.flags), NameOf(cell.method)}) {
    text += " ";
    text += part;
  }
  return text;
}

// In a single-threaded apartment nothing about the decisions differs but on which thread a pointer may be used, so a
// part of the space is shown there; all of it where BITS_SOAK is in the environment (ci/soak.sh). This number shares
// no factor with the size of any column either.
std::size_t StrideOf(ApartmentType apartment) {
  constexpr std::size_t kThinned = 31;
  const bool whole = apartment == ApartmentType::kMultiThreaded || std::getenv("BITS_SOAK") != nullptr;
  return whole ? kStride : kStride * kThinned;
}

class DecisionSpaceAgreement : public ::testing::TestWithParam<std::tuple<std::size_t, ApartmentType>> {};

TEST_P(DecisionSpaceAgreement, RulesAndSimulationAgree) {
  const auto [profile, apartment] = GetParam();
  const std::size_t cells = rules::DecisionSpaceSize() / rules::WindowsProfiles().size();
  const std::size_t begin = profile * cells;
  const std::size_t stride = StrideOf(apartment);
  MatrixRunner runner(&StartClientInApartment, apartment);
  std::size_t differences = 0;
  std::size_t played = 0;
  for (std::size_t i = begin; i < begin + cells; i += stride, ++played) {
    const Cell cell = rules::CellAt(i);
    const Verdict verdict = rules::Judge(cell);
    const Played actual = runner.Play(cell);
    if (actual.result == verdict.result && actual.captured_sid == verdict.captured_sid) continue;
    if (++differences > 10) continue;
    ADD_FAILURE() << Describe(cell) << "\n  " << verdict.rule->id << " demands " << verdict.result << ", captured "
                  << ToString(verdict.captured_sid) << "\n  the simulation does " << actual.result << ", captured "
                  << ToString(actual.captured_sid);
  }
  EXPECT_EQ(differences, 0U) << "of " << played << " cells";
  std::printf("%zu cells of %zu compared\n", played, cells);
}

INSTANTIATE_TEST_SUITE_P(Profiles, DecisionSpaceAgreement,
                         ::testing::Combine(::testing::Range<std::size_t>(0, rules::WindowsProfiles().size()),
                                            ::testing::Values(ApartmentType::kMultiThreaded,
                                                              ApartmentType::kSingleThreaded)),
                         [](const auto& info) {
                           std::string name(rules::WindowsProfiles()[std::get<0>(info.param)].name);
                           std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
                           const bool single = std::get<1>(info.param) == ApartmentType::kSingleThreaded;
                           return name + (single ? "InAnSta" : "");
                         });

// --- every rule matters: a change of any one of them is found

// Rules of situations that are no cell, and the tests that break when the rule is.
struct ElsewhereRow {
  std::string_view rule;
  std::string_view test;
};
constexpr ElsewhereRow kElsewhere[] = {
    {"HT-03b", "TokenOptions.TheCodeOfALevelThatIsTooLowIsADecision"},
    {"HT-12", "TokenOptions.UnknownFlagsAreRefused"},
    {"HT-13", "TokenOptions.AFinalJobTakesNoHelperTokenCalls"},
};

class RuleMutation : public ::testing::TestWithParam<std::size_t> {
 protected:
  // The first cell that the changed rules judge otherwise.
  static std::optional<Cell> FirstDifference(const std::vector<HelperTokenRule>& changed) {
    for (std::size_t i = 0; i < rules::DecisionSpaceSize(); i += kStride) {
      const Cell cell = rules::CellAt(i);
      const Verdict original = rules::Judge(cell);
      const Verdict mutated = rules::Judge(cell, changed);
      if (original.result != mutated.result || original.captured_sid != mutated.captured_sid) return cell;
    }
    return std::nullopt;
  }

  static void ExpectFound(const std::vector<HelperTokenRule>& changed, const HelperTokenRule& rule) {
    const std::optional<Cell> cell = FirstDifference(changed);
    ASSERT_TRUE(cell) << "no cell depends on " << rule.id;
    MatrixRunner runner(&StartClient);
    const Played played = runner.Play(*cell);
    const Verdict mutated = rules::Judge(*cell, changed);
    EXPECT_FALSE(played.result == mutated.result && played.captured_sid == mutated.captured_sid)
        << Describe(*cell) << ": the simulation agrees with the broken rule";
  }
};

TEST_P(RuleMutation, IsFound) {
  const HelperTokenRule& rule = rules::HelperTokenRules()[GetParam()];
  const auto* elsewhere = std::ranges::find(kElsewhere, rule.id, &ElsewhereRow::rule);
  std::vector<HelperTokenRule> changed(rules::HelperTokenRules().begin(), rules::HelperTokenRules().end());
  HelperTokenRule& row = changed[GetParam()];
  if (elsewhere != std::end(kElsewhere)) {
    row.then = "E_FAIL"_hr;
    EXPECT_FALSE(FirstDifference(changed)) << rule.id << " decides cells after all: take it out of kElsewhere";
    std::printf("%s decides no cell; its test is %s\n", rule.id.data(), elsewhere->test.data());
    return;
  }
  row.then = "E_FAIL"_hr;
  ExpectFound(changed, rule);
  row = rule;
  row.methods = 0;  // as if the row were not there
  ExpectFound(changed, rule);
  if (rule.when != nullptr) {
    row = rule;
    row.when = nullptr;  // as if its condition were forgotten
    ExpectFound(changed, rule);
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleMutation, ::testing::Range<std::size_t>(0, rules::HelperTokenRules().size()),
                         [](const auto& info) {
                           std::string name(rules::HelperTokenRules()[info.param].id);
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace bits::fakes
