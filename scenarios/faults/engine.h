// Every call of a piece of code made to fail, in every way that it can, and what that leaves looked at.
//
//   Engine engine(subject);
//   engine.Singles();                                      // every call, every code
//   engine.Pairs({.density = 10});                         // every tenth of the pairs
//   engine.Allocations();
//   for (const Failure& failure : engine.failures()) ADD_FAILURE() << ToString(failure);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/intercept/fault_injector.h"
#include "scenarios/faults/allocation_faults.h"
#include "scenarios/faults/crashes.h"
#include "scenarios/faults/subject.h"

namespace bits::faults {

// What is done to one run.
struct Plan {
  std::vector<intercept::Fault> faults;
  std::optional<AllocationFault> allocation;
  std::optional<CrashPoint> crash = {};  // instead of the others
};

// A run after which something was not as it must be.
struct Failure {
  std::string subject;
  Plan plan;
  std::vector<std::string> violations;  // sentences
};

// The violations, and the line that runs the combination again:
//   faults_test --run transfer/no-helper --fault 'IBackgroundCopyJob::AddFile#1=E_ACCESSDENIED'
std::string ToString(const Failure& failure);
std::string Reproduction(std::string_view subject, const Plan& plan);

struct Counts {
  std::uint64_t runs = 0;
  std::uint64_t calls = 0;  // of the run without a fault
  std::uint64_t singles = 0;
  std::uint64_t pairs = 0;
  std::uint64_t allocations = 0;
  std::uint64_t crashes = 0;
  std::uint64_t violations = 0;

  Counts& operator+=(const Counts& more);
};

struct PairOptions {
  std::uint64_t density = 1;  // of the pairs, every so manieth is tried
  // Of the second call all codes, or only its own first, one of its family, and a lost answer. Of the first always all.
  bool all_codes = false;
};

// Runs one subject under faults, on a stage of its own. After each run:
//   - the ledger balances: every token, impersonation, apartment, pointer, event, job and callback was ended, or its
//   end
//     was refused by a call that failed
//   - the world holds nothing more than what was so refused, and jobs whose CreateJob took effect without an answer
//   - the destination is as it was or complete, complete after a success; no other file is new, gone or changed
//   - no memory that was given back holds the secret
//   - the first failure that the subject had to heed is what it reports, by step and code; without one it succeeds
//
// A fault of RevertToSelf ends the process by contract, and is left to a death test; see EndsProcess.
class Engine {
 public:
  explicit Engine(const Subject& subject);
  ~Engine();

  // The single faults: every call of the run without a fault, in every way that it can fail.
  std::vector<intercept::Fault> SingleFaults();
  void Singles();
  // Each single fault, and then each later call of the run under it. The first fault strikes before the second.
  void Pairs(const PairOptions& options);
  // Each allocation fails: alone, and together with all later ones.
  void Allocations();
  // The client dies before each of its calls: see CrashAndSweep.
  void Crashes();

  // One run. The violations; empty when all is well.
  std::vector<std::string> Try(const Plan& plan);
  // A line for each call of that run, with its step and result.
  std::vector<std::string> Trace(const Plan& plan);

  const Counts& counts() const { return counts_; }
  // At most the first 20; counts() has the number of all.
  std::span<const Failure> failures() const { return failures_; }

 private:
  class Session;
  struct SeenCall;

  Crash TryCrash(const CrashPoint& point);
  void Judge(const Plan& plan);
  void Note(const Plan& plan, std::vector<std::string> violations);
  std::vector<intercept::Fault> FaultsOf(const SeenCall& call, bool all_codes) const;

  const Subject& subject_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Stage> crash_stage_;  // once there is a crash
  Counts counts_;
  std::vector<Failure> failures_;
};

// Whether a failure of this call ends the process, as Windows' documentation demands.
bool EndsProcess(std::string_view interface_name, std::string_view method);

}  // namespace bits::faults
