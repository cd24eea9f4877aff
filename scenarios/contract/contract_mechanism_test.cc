// The suite itself: what it finds wrong, with cases, quirks and a stage made up for that.
#include <algorithm>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/contract/backends.h"
#include "scenarios/contract/report.h"

namespace bits::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A stage that lacks one thing, and on which nothing can be done.
class EmptyStage final : public Stage {
 public:
  std::string_view implementation() const override { return "none"; }
  std::optional<std::string> Lacks(Need need) const override {
    return need == Need::kVirtualTime ? std::optional<std::string>("its clock stands still") : std::nullopt;
  }
  std::optional<std::string> LacksOwner(rules::TokenKind) const override { return std::nullopt; }
  std::optional<std::string> LacksHelper(rules::TokenKind) const override { return std::nullopt; }
  std::unique_ptr<Client> Start(const ClientOptions&) override { throw std::runtime_error("nobody starts here"); }
  Token OpenHelper(Client&, rules::TokenKind) override { throw std::runtime_error("nobody helps here"); }
  Account AccountOf(Person) const override { return {}; }
  const Sources& sources() const override { return sources_; }
  std::string Path(std::string_view) const override { return {}; }
  void Write(std::string_view, std::string_view) override {}
  std::vector<std::string> Files() const override { return {}; }
  bool WaitUntil(const std::function<bool()>& holds, std::optional<std::chrono::milliseconds>) override {
    return holds();
  }
  void Pass(std::chrono::nanoseconds) override {}

 private:
  Sources sources_;
};

// Two observations that differ from the contract, with one that agrees between them.
void Differ(Contract& contract, Stage&) {
  contract.Expect("first", JobPriority::kLow, JobPriority::kNormal);
  contract.Expect("second", HResult(), "S_OK"_hr);
  contract.Require("third", Result<int>(Failure("E_NOTIMPL"_hr)), 3);
  contract.Expect("fourth", 4, 4);
}

Outcome PlayDiffer(std::vector<Quirk> quirks) {
  EmptyStage stage;
  return Play({"differ", "a-page", {}, Differ}, stage, quirks);
}

constexpr Quirk kFirst{"none", "differ", "first", "LOW", "it is so"};
constexpr Quirk kThird{"none", "differ", "third", "E_NOTIMPL", "it is so", Then::kEnds};

TEST(ContractMechanism, DifferencesAreFailures) {
  const Outcome outcome = PlayDiffer({});
  EXPECT_EQ(outcome.verdict, Verdict::kFailed);
  EXPECT_EQ(outcome.observations, 3U) << "a requirement that is not met ends the case";
  EXPECT_THAT(outcome.failures,
              ElementsAre("first: LOW, and the contract says NORMAL", "third: E_NOTIMPL, and the contract says 3"));
}

TEST(ContractMechanism, QuirksReplaceExpectations) {
  const Outcome outcome = PlayDiffer({kFirst, kThird, {"other", "differ", "second", "x", ""}});
  EXPECT_THAT(outcome.failures, IsEmpty());
  EXPECT_EQ(outcome.verdict, Verdict::kQuirk);
  EXPECT_EQ(outcome.quirks, 2U);
  EXPECT_EQ(outcome.observations, 3U);
}

TEST(ContractMechanism, AQuirkIsWhatItSays) {
  EXPECT_THAT(PlayDiffer({{"none", "differ", "first", "HIGH", ""}, kThird}).failures,
              ElementsAre("first: LOW; the contract says NORMAL, and the quirk HIGH"));
}

TEST(ContractMechanism, AQuirkThatNoLongerShowsIsAFailure) {
  EXPECT_THAT(PlayDiffer({kFirst, {"none", "differ", "second", "S_FALSE", ""}, kThird}).failures,
              ElementsAre(HasSubstr("This quirk no longer shows: remove the row")));
}

TEST(ContractMechanism, AQuirkThatNothingIsComparedWithIsAFailure) {
  EXPECT_THAT(PlayDiffer({kFirst, kThird, {"none", "differ", "fourth", "5", ""}}).failures,
              ElementsAre(HasSubstr("\"fourth\" was not observed")));
}

TEST(ContractMechanism, ARequirementWithAQuirkEndsTheCaseOnlyWhereTheRowSaysSo) {
  Quirk third = kThird;
  third.then = Then::kGoesOn;
  EXPECT_THAT(PlayDiffer({kFirst, third}).failures,
              ElementsAre(HasSubstr("the case cannot go on after it: say so in the quirk's row")));
}

TEST(ContractMechanism, ANameIsUsedOnce) {
  EmptyStage stage;
  const Case twice{"twice", "a-page", {}, [](Contract& contract, Stage&) {
                     contract.Expect("same", 1, 1);
                     contract.Expect("same", 1, 1);
                   }};
  EXPECT_THAT(Play(twice, stage, {}).failures, ElementsAre(HasSubstr("two observations of one name")));
}

TEST(ContractMechanism, ACaseWhoseNeedIsLackingIsNotApplicable) {
  EmptyStage stage;
  const Outcome outcome = Play({"late", "a-page", {Need::kHelperTokens, Need::kVirtualTime}, Differ}, stage, {});
  EXPECT_EQ(outcome.verdict, Verdict::kNotApplicable);
  EXPECT_EQ(outcome.reason, "needs virtual time: its clock stands still");
}

TEST(ContractMechanism, SetUpThatFailsIsAFailure) {
  EmptyStage stage;
  const Case starts{"starts", "a-page", {}, [](Contract&, Stage& empty) { empty.Start(); }};
  EXPECT_THAT(Play(starts, stage, {}).failures, ElementsAre("nobody starts here"));
}

TEST(ContractMechanism, TheTableCountsAndExplains) {
  const ReportRow rows[] = {{"a", "one", {}},
                            {"a", "two", {.verdict = Verdict::kNotApplicable, .reason = "needs it"}},
                            {"b", "one", {.verdict = Verdict::kQuirk, .observations = 3, .quirks = 2}}};
  const std::string text = Describe(rows);
  EXPECT_THAT(text, HasSubstr("one   passed          quirk\n"));
  EXPECT_THAT(text, HasSubstr("a: 1 passed, 0 quirk, 1 not applicable, 0 FAILED, of 2 cases"));
  EXPECT_THAT(text, HasSubstr("b: 0 passed, 1 quirk, 0 not applicable, 0 FAILED, of 1 cases; 3 observations, 2 of"));
  EXPECT_THAT(text, HasSubstr("a, not applicable: 1 case: needs it"));
}

// --- the tables

TEST(ContractTables, CasesHaveNamesOfTheirOwnAndAPage) {
  std::set<std::string_view> names;
  for (const Case* const row : AllCases()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_FALSE(row->source.empty()) << row->name;
  }
  EXPECT_GE(names.size(), 60U);
}

// Whether a quirk shows is found out where its case is played; this finds the rows that never are.
TEST(ContractTables, QuirksAreOfCasesAndImplementationsThatExist) {
  constexpr std::string_view kImplementations[] = {"sim",  "com-mta", "com-sta", "com-server", "com-server on wine",
                                                   "wine", "windows"};
  const std::vector<const Case*> cases = AllCases();
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> keys;
  for (const Quirk& quirk : Quirks()) {
    EXPECT_TRUE(keys.emplace(quirk.implementation, quirk.case_name, quirk.observation).second)
        << quirk.case_name << ": " << quirk.observation << ": two rows";
    EXPECT_NE(std::ranges::find(cases, quirk.case_name, &Case::name), cases.end()) << quirk.case_name;
    EXPECT_NE(std::ranges::find(kImplementations, quirk.implementation), std::end(kImplementations))
        << quirk.implementation;
    EXPECT_FALSE(quirk.why.empty()) << quirk.case_name << ": " << quirk.observation;
  }
}

}  // namespace
}  // namespace bits::contract
