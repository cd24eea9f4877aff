// The recipes of scenarios/README.md about the contract; check_cookbook.cmake compares the two.
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/contract/backends.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/contract/report.h"

namespace bits::contract {
namespace {

using testing::IsEmpty;

// recipe: Write a case of the contract
void TheLastPriorityCounts(Contract& contract, Stage& stage) {
  const auto client = stage.Start();      // a program of the owner's, with its apartment and its manager
  const ScopedJob job = NewJob(*client);  // set-up that must work; cancelled at the end
  contract.Expect("SetPriority(HIGH)", job->SetPriority(JobPriority::kHigh), HResult());
  contract.Expect("SetPriority(LOW)", job->SetPriority(JobPriority::kLow), HResult());
  contract.Expect("GetPriority afterwards", job->GetPriority(), JobPriority::kLow);
}

// The name, the documented page, what a backend must have for it (nothing), and the case.
const Case kTheLastPriorityCounts{"TheLastPriorityCounts", "ibackgroundcopyjob-setpriority", {}, TheLastPriorityCounts};
// end of recipe

// recipe: Say that a backend differs
constexpr Quirk kQuirksOfPriorities[] = {
    {"wine", "TheLastPriorityCounts", "GetPriority afterwards", "E_NOTIMPL", "not implemented (seen on Wine 8.0)"},
};
// end of recipe

// recipe: Play a case on every backend of this program
TEST(ContractCookbook, PlayACaseOnEveryBackend) {
  for (const Backend& backend : Backends()) {
    const std::unique_ptr<Stage> stage = backend.make({});  // a machine that nothing was played on before
    const Outcome outcome = Play(kTheLastPriorityCounts, *stage, kQuirksOfPriorities);
    EXPECT_THAT(outcome.failures, IsEmpty()) << backend.name;
  }
}
// end of recipe

// recipe: Play a case on another Windows
TEST(ContractCookbook, PlayACaseOnAnotherWindows) {
  StageOptions options;
  options.profile = "vista";  // of `bitsdoctor matrix`; a stage that simulates nothing takes no notice
  const std::unique_ptr<Stage> stage = Backends().front().make(options);
  EXPECT_THAT(Play(kTheLastPriorityCounts, *stage, kQuirksOfPriorities).failures, IsEmpty());
}
// end of recipe

}  // namespace
}  // namespace bits::contract
