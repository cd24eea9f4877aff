// Clean-up after failure: every call of the transfer and of the checks fails once, in every way that it can, and is
// once the last that the process lives to make.
#include <fmt/format.h>

#include "scenarios/faults/engine.h"
#include "scenarios/suites/fault_counts.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

// Of the pairs of faults, every so manieth: all of them are for the soak (faults_test).
constexpr std::uint64_t kPairDensity = 199;

void Tell(Run& run, std::string_view what, const faults::Engine& engine, std::uint64_t runs) {
  std::string first;
  if (!engine.failures().empty()) first = ToString(engine.failures().front());
  run.contract.Expect(fmt::format("what {} left behind", what), first, std::string());
  run.contract.Expect(fmt::format("{} were tried", what), runs != 0, true);
}

void Play(Run& run, const faults::Subject& subject, bool pairs) {
  faults::Engine engine(subject);
  engine.Singles();
  Tell(run, "single faults", engine, engine.counts().singles);
  engine.Allocations();
  Tell(run, "failing allocations", engine, engine.counts().allocations);
  if (pairs) {
    engine.Pairs({.density = kPairDensity});
    Tell(run, "pairs of faults", engine, engine.counts().pairs);
  }
  engine.Crashes();
  Tell(run, "crashes", engine, engine.counts().crashes);
  AddFaultCounts(engine.counts());
}

}  // namespace

std::vector<Scenario> CleanUpAfterFailure() {
  Suite suite("CleanUpAfterFailure", {Need::kSimulation});
  const auto add = [&](const std::vector<faults::Subject>& subjects, bool pairs) {
    for (const faults::Subject& subject : subjects) {
      suite.AddWithoutRule(subject.id, "what a client owes to the machine, not to BITS", {},
                           [subject, pairs](Run& run) { Play(run, subject, pairs); });
    }
  };
  add(faults::TransferSubjects(), true);
  add(faults::CheckSubjects(), false);
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
