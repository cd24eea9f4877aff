#include "scenarios/faults/engine.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "harness/intercept/fault_codes.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/intercept/resource_ledger.h"

namespace bits::faults {
namespace {

using intercept::AsksService;
using intercept::Call;
using intercept::CallFamily;
using intercept::Fault;
using intercept::FaultKind;
using intercept::LedgerEntry;
using intercept::Outcome;
using intercept::Resource;

constexpr std::size_t kMostFailures = 20;
constexpr HResult kLostAnswers[] = {"RPC_S_CALL_FAILED"_hr, "RPC_E_TIMEOUT"_hr, "E_OUTOFMEMORY"_hr};
constexpr FaultKind kDeaths[] = {FaultKind::kDiesBefore, FaultKind::kDiesDuring, FaultKind::kDiesAfter};
// More than any subject's own limit.
constexpr std::chrono::hours kTimeThatRunsOut{24};

// The clock of the client, which a fault can put forward: the world's own time stays, so that the job is where it was.
class SkewedClock : public Clock {
 public:
  explicit SkewedClock(Clock& inner) : inner_(inner) {}
  std::chrono::nanoseconds SteadyNow() override { return inner_.SteadyNow() + skew; }
  std::chrono::system_clock::time_point SystemNow() override { return inner_.SystemNow(); }
  std::chrono::nanoseconds skew{};

 private:
  Clock& inner_;
};

// What the client is given: the intercepted process, under that clock.
class ClientEnvironment : public Environment {
 public:
  ClientEnvironment(Environment& process, std::vector<intercept::Interceptor*> interceptors)
      : inner_(intercept::Intercept(process, std::move(interceptors))), clock_(process.clock()) {}

  ComApi& com() override { return inner_->com(); }
  LogonApi& logon() override { return inner_->logon(); }
  Machine& machine() override { return inner_->machine(); }
  Clock& clock() override { return clock_; }
  FileSystem& files() override { return inner_->files(); }
  HttpClient& http() override { return inner_->http(); }

  void LetTimeRunOut() { clock_.skew += kTimeThatRunsOut; }

 private:
  std::unique_ptr<Environment> inner_;
  SkewedClock clock_;
};

// Stands behind the faults, and sees what the system itself does.
class Backend : public intercept::Interceptor {
 public:
  void Reset() {
    jobs_made = 0;
    ended = 0;
    refusals.clear();
  }
  void After(const Call& call, Outcome& outcome) override {
    const bool succeeded = outcome.result.Succeeded();
    if (call.method == "CreateJob" && succeeded) ++jobs_made;
    if (call.method == "Complete" || call.method == "Cancel") ended += succeeded ? 1 : 0;
    if (!succeeded && std::ranges::find(kEnds, call.method) != std::ranges::end(kEnds)) {
      refusals.push_back({call.sequence, call.method, outcome.result});
    }
  }

  struct Refusal {
    std::uint64_t sequence;
    std::string_view method;
    HResult result;
  };
  std::uint64_t jobs_made = 0;
  std::uint64_t ended = 0;
  std::vector<Refusal> refusals;  // of what ends something, without a fault

 private:
  static constexpr std::string_view kEnds[] = {"Cancel", "SetNotifyInterface", "CloseHandle", "Remove"};
};

// The ledger's own memory is not the client's.
class QuietLedger : public intercept::ResourceLedger {
 public:
  QuietLedger() : ResourceLedger(Callers::kNotNamed) {}
  void Acquired(const intercept::Pointer& pointer) override {
    const NotTheClients ours;
    ResourceLedger::Acquired(pointer);
  }
};

bool Contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

// One call as the client saw it.
struct Engine::SeenCall {
  std::uint64_t sequence = 0;
  std::string_view interface_name;
  std::string_view method;
  std::string_view step;
  bool returned = false;
  HResult result;
};

// The stage, what watches it, and the run that is under way.
class Engine::Session : public Run, public intercept::Interceptor {
 public:
  explicit Session(const Subject& subject) : stage_(subject.client, subject.prepare) {
    injector.on_time_runs_out = [this] { client_->LetTimeRunOut(); };
  }

  void Begin(const Plan& plan) {
    stage_.Begin();
    injector.Reset(plan.faults);
    ledger.Reset();
    backend.Reset();
    calls.clear();
    step_ = {};
    callback_threw = false;
    client_.emplace(stage_.process(), std::vector<intercept::Interceptor*>{&gate, this, &ledger, &injector, &backend});
  }
  void End() {
    stage_.End();
    client_.reset();
  }

  // Run.
  Environment& environment() override { return *client_; }
  Stage& stage() override { return stage_; }
  void Enter(std::string_view step) override { step_ = step; }
  void Callback(std::string_view interface_name, std::string_view method) override {
    const NotTheClients ours;
    Call call;
    call.sequence = ~std::uint64_t{0} - calls.size();
    call.interface_name = interface_name;
    call.method = method;
    Before(call);
    try {
      injector.Before(call);
    } catch (...) {
      callback_threw = true;
      throw;
    }
    calls.back().returned = true;
  }

  // The witness: stands before everything that changes a result.
  std::optional<HResult> Before(const Call& call) override {
    calls.push_back({call.sequence, call.interface_name, call.method, step_, false, {}});
    return std::nullopt;
  }
  void After(const Call& call, Outcome& outcome) override {
    const auto seen = std::find_if(calls.rbegin(), calls.rend(),
                                   [&](const SeenCall& other) { return other.sequence == call.sequence; });
    if (seen == calls.rend()) return;
    seen->returned = true;
    seen->result = outcome.result;
  }

  // Which call of its name this is, from 1.
  std::uint64_t NumberOf(const SeenCall& call) const {
    std::uint64_t number = 1;
    for (const SeenCall* other = calls.data(); other != &call; ++other) {
      if (other->method == call.method && other->interface_name == call.interface_name) ++number;
    }
    return number;
  }
  std::uint64_t NumberOfMethod(const SeenCall& call) const {
    return 1 + static_cast<std::uint64_t>(std::count_if(
                   calls.data(), &call, [&](const SeenCall& other) { return other.method == call.method; }));
  }

  intercept::FaultInjector injector;
  QuietLedger ledger;
  AllocationGate gate;
  Backend backend;
  std::vector<SeenCall> calls;
  bool callback_threw = false;
  RunReport baseline;
  std::uint64_t allocations = 0;

 private:
  Stage stage_;
  std::optional<ClientEnvironment> client_;
  std::string_view step_;
};

Counts& Counts::operator+=(const Counts& more) {
  runs += more.runs;
  calls += more.calls;
  singles += more.singles;
  pairs += more.pairs;
  allocations += more.allocations;
  crashes += more.crashes;
  violations += more.violations;
  return *this;
}

bool EndsProcess(std::string_view interface_name, std::string_view method) {
  return interface_name == "LogonApi" && method == "RevertToSelf";
}

std::string Reproduction(std::string_view subject, const Plan& plan) {
  std::string line = fmt::format("faults_test --run {}", subject);
  for (const Fault& fault : plan.faults) line += fmt::format(" --fault '{}'", intercept::ToString(fault));
  if (plan.allocation)
    line += fmt::format(" --allocation {}{}", plan.allocation->nth, plan.allocation->lasting ? "+" : "");
  if (plan.crash) line += fmt::format(" --crash {}{}", plan.crash->call, plan.crash->at_rest ? "+" : "");
  return line;
}

std::string ToString(const Failure& failure) {
  std::string text = Reproduction(failure.subject, failure.plan);
  for (const std::string& violation : failure.violations) text += "\n  " + violation;
  return text;
}

Engine::Engine(const Subject& subject) : subject_(subject), session_(std::make_unique<Session>(subject)) {
  // What the subject says without a fault is what it is measured by.
  session_->Begin({});
  session_->baseline = subject.run(*session_);
  session_->End();
}

Engine::~Engine() = default;

Crash Engine::TryCrash(const CrashPoint& point) {
  if (!crash_stage_) crash_stage_ = std::make_unique<Stage>(subject_.client, subject_.prepare);
  ++counts_.runs;
  return CrashAndSweep(subject_, *crash_stage_, point);
}

std::vector<std::string> Engine::Try(const Plan& plan) {
  if (plan.crash) return TryCrash(*plan.crash).violations;
  Session& session = *session_;
  ++counts_.runs;
  session.Begin(plan);
  RunReport report;
  bool threw = false;
  std::uint64_t secrets = 0;
  {
    const AllocationWatch watch(plan.allocation, subject_.secret);
    try {
      report = subject_.run(session);
    } catch (const std::exception&) {
      threw = true;
    }
    session.allocations = AllocationWatch::Allocations();
    secrets = AllocationWatch::SecretsFound();
  }

  std::vector<std::string> violations;
  if (secrets > 0)
    violations.push_back(fmt::format("the secret is in {} blocks of memory that were given back", secrets));
  if (threw && !plan.allocation && !session.callback_threw) violations.emplace_back("an exception left the subject");

  // The client's accounts.
  for (const LedgerEntry& entry : session.ledger.Leaks()) violations.push_back(intercept::ToString(entry));
  const std::vector<LedgerEntry> refused = session.ledger.NotEnded();

  // The world's own truth, less what could not be undone.
  const Remains remains = session.stage().Look();
  auto unseen_jobs = session.backend.jobs_made - session.ledger.Opened(Resource::kJob);
  for (const Guid& job : remains.jobs) {
    const bool is_refused = std::ranges::any_of(refused, [&](const LedgerEntry& entry) {
      return entry.resource == Resource::kJob && Contains(entry.what, bits::ToString(job));
    });
    if (is_refused) continue;
    if (unseen_jobs == 0) violations.push_back(fmt::format("job {} is left in the queue", bits::ToString(job)));
    unseen_jobs -= unseen_jobs == 0 ? 0 : 1;
  }
  auto refused_tokens = std::ranges::count(refused, Resource::kToken, &LedgerEntry::resource);
  for (const std::string& leak : remains.leaks) {
    if (leak.starts_with("a token of") && refused_tokens-- > 0) continue;
    violations.push_back("the world: " + leak);
  }
  if (remains.jobs.empty()) {
    for (const std::string& path : remains.temporary) violations.push_back(path + " is left of a job that is gone");
  }

  // Whoever ends what is not his to end, or not in time, is refused; so is who ends a job again whose end he was not
  // told.
  const auto seen_ends = std::ranges::count_if(session.calls, [](const SeenCall& call) {
    return (call.method == "Complete" || call.method == "Cancel") && call.returned && call.result.Succeeded();
  });
  const bool impersonation_failed = std::ranges::any_of(session.calls, [](const SeenCall& call) {
    return call.method == "ImpersonateLoggedOnUser" && call.result.Failed();
  });
  for (const Backend::Refusal& refusal : session.backend.refusals) {
    const bool of_ended_job =
        refusal.result == "BG_E_INVALID_STATE"_hr && session.backend.ended > static_cast<std::uint64_t>(seen_ends);
    if (of_ended_job || (refusal.method == "Remove" && impersonation_failed)) continue;
    violations.push_back(
        fmt::format("{} was refused without a fault: {}", refusal.method, bits::ToString(refusal.result)));
  }

  // Files: the destination, and everybody else's.
  const bool remove_failed = std::ranges::any_of(session.calls, [](const SeenCall& call) {
    return call.method == "Remove" && call.returned && call.result.Failed();
  });
  bool is_new = false;
  for (const auto* const changed : {&remains.made, &remains.gone}) {
    for (const std::string& path : *changed) {
      if (path == subject_.destination) {
        is_new = true;
        if (session.stage().ContentOf(path) != subject_.content) violations.push_back(path + " is not complete");
      } else if (!(remove_failed && changed == &remains.made)) {
        violations.push_back(fmt::format("{} {}", path, changed == &remains.made ? "is left" : "was touched"));
      }
    }
  }
  if (!threw && !subject_.destination.empty() && is_new != report.result.Succeeded()) {
    violations.push_back(fmt::format("{} is {}, and the subject says {}", subject_.destination,
                                     is_new ? "there" : "as it was", bits::ToString(report.result)));
  }

  if (plan.faults.empty() && !plan.allocation && subject_.ends_with && report.result != *subject_.ends_with) {
    violations.push_back(fmt::format("without a fault it ends with {} in step \"{}\": {}",
                                     bits::ToString(report.result), report.failed_step, report.text));
  }

  // What it reports. Memory that runs out, and its own callbacks' exceptions, are told by the exception.
  if (!threw && !plan.allocation && !session.callback_threw) {
    const SeenCall* first = nullptr;
    HResult code;
    for (const SeenCall& call : session.calls) {
      if (!call.returned || call.interface_name == "IBackgroundCopyCallback") continue;
      code = call.result;
      const auto refusal = std::ranges::find_if(
          subject_.refused, [&](const Refusal& row) { return row.method == call.method && row.code == call.result; });
      if (refusal != subject_.refused.end()) {
        code = refusal->reported;
      } else if (call.result.Succeeded()) {
        continue;
      }
      const bool tolerated = std::ranges::any_of(subject_.tolerated, [&](const Tolerance& row) {
        if (row.method != call.method || (row.code != HResult() && row.code != call.result)) return false;
        const std::uint64_t number = session.NumberOfMethod(call);
        return row.from <= number && number <= row.to;
      });
      if (tolerated) continue;
      first = &call;
      break;
    }
    const RunReport& baseline = session.baseline;
    const auto ran_out = std::ranges::find(plan.faults, FaultKind::kTimeRunsOut, &Fault::kind);
    if (!subject_.blames_first_failure) {
      const bool names_one = std::ranges::any_of(session.calls, [&](const SeenCall& call) {
        const auto refusal = std::ranges::find_if(
            subject_.refused, [&](const Refusal& row) { return row.method == call.method && row.code == call.result; });
        return (refusal != subject_.refused.end() && Contains(report.text, bits::ToHex(refusal->reported))) ||
               (call.result.Failed() && Contains(report.text, bits::ToHex(call.result)));
      });
      if (!report.failed_step.empty() && report.failed_step != baseline.failed_step && !names_one) {
        violations.push_back("the verdict names no code of a call that failed: " + report.text);
      }
    } else if (first != nullptr) {
      const bool same_end = report.result == baseline.result && report.failed_step == first->step;
      if (report.failed_step != first->step || !(report.result == code || (baseline.result.Failed() && same_end))) {
        violations.push_back(
            fmt::format("{}::{} failed first, with {} in step \"{}\"; reported is {} in step \"{}\": {}",
                        first->interface_name, first->method, bits::ToString(code), first->step,
                        bits::ToString(report.result), report.failed_step, report.text));
      }
    } else if (report.result == "ERROR_TIMEOUT"_hr && ran_out != plan.faults.end()) {
      // The limit may pass at a moment at which the work is done; then it is no failure.
    } else if (report.result != baseline.result || report.failed_step != baseline.failed_step) {
      violations.push_back(
          fmt::format("nothing failed that counts, yet reported is {} in step \"{}\" ({}) instead of {} in "
                      "step \"{}\"",
                      bits::ToString(report.result), report.failed_step, report.text, bits::ToString(baseline.result),
                      baseline.failed_step));
    }
    const bool job_left = std::ranges::count(refused, Resource::kJob, &LedgerEntry::resource) > 0;
    if (subject_.tells_what_is_left && (job_left || (!remains.made.empty() && report.result.Failed())) &&
        !Contains(report.text, "could not be") && !Contains(report.text, "is left")) {
      violations.push_back("something is left and the report does not say so: " + report.text);
    }
  }
  session.End();
  return violations;
}

void Engine::Judge(const Plan& plan) { Note(plan, Try(plan)); }

void Engine::Note(const Plan& plan, std::vector<std::string> violations) {
  if (violations.empty()) return;
  ++counts_.violations;
  if (failures_.size() < kMostFailures) failures_.push_back({subject_.id, plan, std::move(violations)});
}

std::vector<std::string> Engine::Trace(const Plan& plan) {
  static_cast<void>(Try(plan));
  std::vector<std::string> lines;
  for (const SeenCall& call : session_->calls) {
    lines.push_back(fmt::format("{:<24} {}::{}#{} = {}", call.step, call.interface_name, call.method,
                                session_->NumberOf(call),
                                call.returned ? bits::ToString(call.result) : "an exception"));
  }
  return lines;
}

std::vector<Fault> Engine::FaultsOf(const SeenCall& call, bool all_codes) const {
  std::vector<Fault> faults;
  const auto add = [&](FaultKind kind, HResult code = {}) {
    faults.push_back(
        {std::string(call.interface_name), std::string(call.method), session_->NumberOf(call), false, kind, code});
  };
  const intercept::MethodFaults* const row = intercept::FindMethodFaults(call.interface_name, call.method);
  if (row == nullptr) {  // the subject's own callback
    add(FaultKind::kThrow);
    return faults;
  }
  Call made;
  made.interface_name = call.interface_name;
  made.method = call.method;
  const bool asks_service = AsksService(made);
  if (row->family == CallFamily::kCallback) {
    add(FaultKind::kThrow);
    add(FaultKind::kNeverComes);
    if (all_codes) add(FaultKind::kFail, "E_FAIL"_hr);
  } else if (!EndsProcess(call.interface_name, call.method)) {
    std::vector<intercept::FaultCode> codes = intercept::FaultCodesOf(call.interface_name, call.method);
    if (!all_codes && codes.size() > 2) {
      // The first of its own, and the first of its family.
      const auto of_family = std::ranges::find_if(
          codes, [&](const intercept::FaultCode& code) { return code.source != codes.front().source; });
      codes = {codes.front(), of_family != codes.end() ? *of_family : codes.back()};
    }
    for (const intercept::FaultCode& code : codes) {
      // A job that cannot be ended for its state has ended: without the effect the answer would be a lie.
      const bool has_ended =
          code.code == "BG_E_INVALID_STATE"_hr && (call.method == "Cancel" || call.method == "Complete");
      add(code.code.Failed() && !has_ended ? FaultKind::kFail : FaultKind::kLoseAnswer, code.code);
    }
  }
  if (asks_service) {
    for (const HResult code : kLostAnswers) {
      add(FaultKind::kLoseAnswer, code);
      if (!all_codes) break;
    }
  }
  if (call.method == "WaitForEvent") add(FaultKind::kTimeRunsOut);
  if (all_codes) {
    for (const FaultKind death : kDeaths) {
      add(death);
      if (!asks_service) break;  // what dies during or after a call elsewhere dies before the next one
    }
  }
  return faults;
}

std::vector<Fault> Engine::SingleFaults() {
  static_cast<void>(Try({}));
  counts_.calls = session_->calls.size();
  std::vector<Fault> faults;
  for (const SeenCall& call : session_->calls) std::ranges::move(FaultsOf(call, true), std::back_inserter(faults));
  return faults;
}

void Engine::Singles() {
  Judge({});
  for (const Fault& fault : SingleFaults()) {
    ++counts_.singles;
    Judge({{fault}, std::nullopt});
  }
}

void Engine::Pairs(const PairOptions& options) {
  std::uint64_t number = 0;
  for (const Fault& first : SingleFaults()) {
    // The run under the first fault goes its own way; its later calls are what can fail next.
    static_cast<void>(Try({{first}, std::nullopt}));
    const std::vector<SeenCall>& calls = session_->calls;
    const auto struck = std::ranges::find_if(calls, [&](const SeenCall& call) {
      return call.method == first.method && call.interface_name == first.interface_name &&
             session_->NumberOf(call) == first.nth;
    });
    std::vector<Fault> seconds;
    for (auto call = struck; call != calls.end(); ++call) {
      if (call != struck) std::ranges::move(FaultsOf(*call, options.all_codes), std::back_inserter(seconds));
    }
    for (Fault& second : seconds) {
      if (number++ % options.density != 0) continue;
      ++counts_.pairs;
      Judge({{first, std::move(second)}, std::nullopt});
    }
  }
}

void Engine::Allocations() {
  static_cast<void>(Try({}));
  const std::uint64_t count = session_->allocations;
  for (const bool lasting : {false, true}) {
    for (std::uint64_t nth = 1; nth <= count; ++nth) {
      ++counts_.allocations;
      Judge({{}, AllocationFault{nth, lasting}});
    }
  }
}

void Engine::Crashes() {
  for (const bool at_rest : {false, true}) {
    for (CrashPoint point{1, at_rest};; ++point.call) {
      Crash crash = TryCrash(point);
      if (!crash.happened) break;
      ++counts_.crashes;
      Plan plan;
      plan.crash = point;
      Note(plan, std::move(crash.violations));
    }
  }
}

}  // namespace bits::faults
