// Every call fails in every way: the transfer and the checks under exhaustive faults.
//
//   faults_test [GoogleTest's options]
//   faults_test --list                                      the subjects
//   faults_test --run SUBJECT [--fault FAULT]... [--allocation N[+]]     one combination, each call shown
//   faults_test --run SUBJECT --crash N[+]                  the process dies before its Nth call; +: sweep waits
//
// BITS_FAULT_PAIRS is the density at which pairs are tried: every so manieth, 1 for all; 0 for all, and all codes of
// the second call too.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/intercept/fault_codes.h"
#include "scenarios/faults/engine.h"

namespace bits::faults {
namespace {

struct Total {
  std::string_view name;
  Counts counts = {};
  double seconds = 0;
};
Total transfers{"transfer"};
Total checks{"check"};
std::uint64_t process_ends = 0;

// Runs `work` for each subject, on two threads; each failure is a test's.
template <class Work>
void ForEach(const std::vector<Subject>& subjects, Total& total, Work work) {
  const auto started = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<Engine>> engines(subjects.size());
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < subjects.size(); i = next++) {
      engines[i] = std::make_unique<Engine>(subjects[i]);
      work(*engines[i]);
    }
  };
  {
    const std::jthread second(run);
    run();
  }
  for (const auto& engine : engines) {
    total.counts += engine->counts();
    EXPECT_EQ(engine->counts().violations, 0U);
    for (const Failure& failure : engine->failures()) ADD_FAILURE() << ToString(failure);
  }
  total.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

// 0: all, with all codes.
PairOptions PairsToTry(std::uint64_t density) {
  if (const char* const given = std::getenv("BITS_FAULT_PAIRS")) {
    std::from_chars(given, given + std::string_view(given).size(), density);
  }
  return {std::max<std::uint64_t>(density, 1), density == 0};
}

TEST(TransferFaults, EveryCallInEveryWay) {
  ForEach(TransferSubjects(), transfers, [](Engine& engine) { engine.Singles(); });
}
TEST(TransferFaults, EveryPairOfCalls) {
  ForEach(TransferSubjects(), transfers, [](Engine& engine) { engine.Pairs(PairsToTry(10)); });
}
TEST(TransferFaults, EveryAllocation) {
  ForEach(TransferSubjects(), transfers, [](Engine& engine) { engine.Allocations(); });
}
TEST(TransferFaults, EveryCrashIsSwept) {
  ForEach(TransferSubjects(), transfers, [](Engine& engine) { engine.Crashes(); });
}
TEST(CheckFaults, EveryCallInEveryWay) {
  ForEach(CheckSubjects(), checks, [](Engine& engine) { engine.Singles(); });
}
TEST(CheckFaults, EveryPairOfCalls) {
  ForEach(CheckSubjects(), checks, [](Engine& engine) { engine.Pairs(PairsToTry(10)); });
}
TEST(CheckFaults, EveryAllocation) {
  ForEach(CheckSubjects(), checks, [](Engine& engine) { engine.Allocations(); });
}
TEST(CheckFaults, EveryCrashIsSwept) {
  ForEach(CheckSubjects(), checks, [](Engine& engine) { engine.Crashes(); });
}

// An identity that cannot be given up: nothing may go on under it.
TEST(FaultsDeathTest, ARevertThatFailsEndsTheProcess) {
  std::vector<Subject> subjects = TransferSubjects();
  std::ranges::move(CheckSubjects(), std::back_inserter(subjects));
  const auto code = intercept::FaultCodesOf("LogonApi", "RevertToSelf").front().code;
  for (const Subject& subject : subjects) {
    Engine engine(subject);
    const std::vector<std::string> calls = engine.Trace({});
    const auto reverts = std::ranges::count_if(
        calls, [](const std::string& line) { return line.find("LogonApi::RevertToSelf") != std::string::npos; });
    for (std::uint64_t nth = 1; nth <= static_cast<std::uint64_t>(reverts); ++nth) {
      ++process_ends;
      const Plan plan{{{"LogonApi", "RevertToSelf", nth, false, intercept::FaultKind::kFail, code}}, {}, {}};
      EXPECT_DEATH(static_cast<void>(engine.Try(plan)), "RevertToSelf failed with " + bits::ToHex(code))
          << Reproduction(subject.id, plan);
    }
  }
}

// The closing table.
class Table : public testing::Environment {
  void TearDown() override {
    if (transfers.counts.runs + checks.counts.runs == 0) return;
    fmt::print("\n{:<10} {:>9} {:>8} {:>9} {:>12} {:>8} {:>11} {:>9}\n", "faults", "runs", "single", "pairs",
               "allocations", "crashes", "violations", "seconds");
    for (const Total* total : {&transfers, &checks}) {
      const Counts& counts = total->counts;
      fmt::print("{:<10} {:>9} {:>8} {:>9} {:>12} {:>8} {:>11} {:>9.2f}\n", total->name, counts.runs, counts.singles,
                 counts.pairs, counts.allocations, counts.crashes, counts.violations, total->seconds);
    }
    fmt::print("processes that a failed RevertToSelf ended: {}\n\n", process_ends);
  }
};

const Subject* Find(const std::vector<Subject>& subjects, std::string_view id) {
  const auto found = std::ranges::find(subjects, id, &Subject::id);
  return found != subjects.end() ? &*found : nullptr;
}

int Usage(std::string_view message) {
  fmt::print(stderr, "faults_test: {}\n", message);
  return 2;
}

// "17" or "17+".
struct Ordinal {
  std::uint64_t nth = 0;
  bool plus = false;
};

std::optional<Ordinal> ReadOrdinal(std::string_view text) {
  Ordinal ordinal;
  if (text.ends_with('+')) {
    ordinal.plus = true;
    text.remove_suffix(1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ordinal.nth);
  if (error != std::errc() || end != text.data() + text.size() || ordinal.nth == 0) return std::nullopt;
  return ordinal;
}

// --list and --run; nothing for GoogleTest's own options.
std::optional<int> RunOne(const std::vector<std::string_view>& arguments) {
  std::vector<Subject> subjects = TransferSubjects();
  std::ranges::move(CheckSubjects(), std::back_inserter(subjects));
  const Subject* subject = nullptr;
  Plan plan;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--list") {
      for (const Subject& listed : subjects) fmt::print("{}\n", listed.id);
      return 0;
    }
    constexpr std::string_view kOptions[] = {"--run", "--fault", "--allocation", "--crash"};
    if (std::ranges::find(kOptions, arguments[i]) == std::end(kOptions)) continue;
    if (i + 1 == arguments.size()) return Usage(fmt::format("{} needs a value", arguments[i]));
    const std::string_view option = arguments[i];
    const std::string_view value = arguments[++i];
    if (option == "--run") {
      subject = Find(subjects, value);
      if (subject == nullptr) return Usage(fmt::format("there is no subject \"{}\"; see faults_test --list", value));
    } else if (option == "--fault") {
      auto fault = intercept::ParseFault(value);
      if (!fault) return Usage(fault.error());
      plan.faults.push_back(std::move(*fault));
    } else {
      const std::optional<Ordinal> ordinal = ReadOrdinal(value);
      if (!ordinal) return Usage(fmt::format("{} \"{}\": that is no number such as 17 or 17+", option, value));
      if (option == "--allocation") plan.allocation = AllocationFault{ordinal->nth, ordinal->plus};
      if (option == "--crash") plan.crash = CrashPoint{ordinal->nth, ordinal->plus};
    }
  }
  if (subject == nullptr) {
    if (plan.faults.empty() && !plan.allocation && !plan.crash) return std::nullopt;
    return Usage("--fault, --allocation and --crash need --run SUBJECT; see faults_test --list");
  }
  if (plan.crash && (plan.allocation || !plan.faults.empty())) return Usage("--crash goes with no other fault");
  Engine engine(*subject);
  if (!plan.crash) {
    for (const std::string& line : engine.Trace(plan)) fmt::print("{}\n", line);
  }
  const std::vector<std::string> violations = engine.Try(plan);
  for (const std::string& violation : violations) fmt::print("VIOLATION {}\n", violation);
  fmt::print("{}\n", !violations.empty() ? "FAILED"
                     : plan.crash        ? "nothing is left"
                                         : "nothing is left, and the failure is told as it was");
  return violations.empty() ? 0 : 1;
}

}  // namespace
}  // namespace bits::faults

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (const std::optional<int> code = bits::faults::RunOne(arguments)) return *code;
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new bits::faults::Table);
  return RUN_ALL_TESTS();
}
