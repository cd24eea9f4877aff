// The documented example: each of its known faults beside the hardened transfer, in the situation where it does harm.
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "fakes/world/world.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/intercept/resource_ledger.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/suites/documented_example.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::Must;
using contract::Person;
using namespace std::chrono_literals;

// The methods that were called, in their order.
class CallLog final : public intercept::Interceptor {
 public:
  void After(const intercept::Call& call, intercept::Outcome&) override {
    const std::lock_guard lock(mutex_);
    methods_.emplace_back(call.method);
  }
  std::ptrdiff_t Count(std::string_view method) const { return std::ranges::count(methods_, method); }
  // Whether the last call of the one came before the last of the other.
  bool IsBefore(std::string_view first, std::string_view second) const { return Last(first) < Last(second); }

 private:
  // The place of its last call; -1 where there was none.
  std::ptrdiff_t Last(std::string_view method) const {
    const auto last = std::find(methods_.rbegin(), methods_.rend(), method);
    return methods_.rend() - last - 1;
  }

  std::mutex mutex_;
  std::vector<std::string> methods_;
};

// Who sees a program's calls. They stay to the end of the test program: what an example leaks may call at any time.
struct Watchers {
  static Watchers& MakeForGood() {
    static auto* const all = new std::vector<std::unique_ptr<Watchers>>;
    return *all->emplace_back(std::make_unique<Watchers>());
  }

  intercept::ResourceLedger ledger;
  CallLog log;
};

// One program, run twice: as the example and as the hardened transfer, each seen by a log and a ledger.
class TwoPrograms {
  template <class Program>
  auto Watch(Program program) {
    environment_.reset();
    watchers_ = &Watchers::MakeForGood();
    environment_ = intercept::Intercept(client_->environment(), {&watchers_->ledger, &watchers_->log});
    return program(*environment_);
  }

 public:
  explicit TwoPrograms(Run& run) : client_(run.stage.Start()), stage_(run.stage) {
    request_.url = run.stage.sources().small;
    request_.file = run.stage.Path("file");
    request_.apartment = run.stage.apartment();
    request_.preflight = false;
    request_.timeout = 1min;
    request_.poll_interval = 100ms;
  }

  transfer::TransferRequest& request() { return request_; }
  Client& client() { return *client_; }

  // The helper, by name and password.
  void AskForHelper() {
    contract::Account account = stage_.AccountOf(Person::kHelper);
    request_.helper.emplace();
    request_.helper->user_name = account.user_name;
    request_.helper->domain = account.domain;
    request_.helper->password = std::move(account.password);
    request_.helper->flags = HelperTokenFlags::kNetwork;
  }

  ExampleEnd RunExample(ExampleFault fault) {
    return Watch([&](Environment& environment) { return RunDocumentedExample(environment, request_, fault); });
  }
  transfer::TransferReport RunTransfer() {
    transfer::TransferRequest request = Copy();
    return Watch([&](Environment& environment) {
      transfer::TransferObserver nobody;
      return transfer::Transfer(environment, request, nobody, {});
    });
  }

  // Of the last run.
  const CallLog& log() const { return watchers_->log; }
  std::size_t Leaks(intercept::Resource resource) const {
    const auto leaks = watchers_->ledger.Leaks();
    return static_cast<std::size_t>(std::ranges::count(leaks, resource, &intercept::LedgerEntry::resource));
  }

 private:
  // A request that has its own password, and another file.
  transfer::TransferRequest Copy() {
    transfer::TransferRequest copy;
    copy.url = request_.url;
    copy.file = stage_.Path("hardened");
    copy.apartment = request_.apartment;
    copy.preflight = request_.preflight;
    copy.timeout = request_.timeout;
    copy.poll_interval = request_.poll_interval;
    if (request_.helper) {
      copy.helper.emplace();
      copy.helper->user_name = request_.helper->user_name;
      copy.helper->domain = request_.helper->domain;
      copy.helper->password = Secret(request_.helper->password.Reveal());
      copy.helper->flags = request_.helper->flags;
    }
    return copy;
  }

  const std::unique_ptr<Client> client_;
  Stage& stage_;
  transfer::TransferRequest request_;
  Watchers* watchers_ = nullptr;
  std::unique_ptr<Environment> environment_;
};

// Everything that a report tells a person.
std::string TextOf(const transfer::TransferReport& report) {
  std::string text = ToString(report.result) + report.clean_up;
  for (const transfer::StepReport& step : report.steps) text += step.detail;
  return text;
}

void GoesOnWithoutToken(Run& run) {
  TwoPrograms programs(run);
  programs.AskForHelper();
  programs.request().helper->password = Secret("not the password");
  const ExampleEnd end = programs.RunExample(ExampleFault::kGoesOnWithoutToken);
  run.contract.Expect("the example claims success without the token", end.claims_success, true);
  run.contract.Expect("it called SetHelperToken", programs.log().Count("SetHelperToken") != 0, false);
  const transfer::TransferReport report = programs.RunTransfer();
  run.contract.Expect("the hardened transfer ends in", report.result, "ERROR_LOGON_FAILURE"_hr);
  run.contract.Expect("it added a file", programs.log().Count("AddFile") != 0, false);
}

void ClosesBeforeRevert(Run& run) {
  TwoPrograms programs(run);
  programs.AskForHelper();
  programs.RunExample(ExampleFault::kClosesBeforeRevert);
  run.contract.Expect("the example closes the token while it is the helper",
                      programs.log().IsBefore("CloseHandle", "RevertToSelf"), true);
  run.contract.Expect("the hardened transfer ends in", programs.RunTransfer().result, HResult());
  run.contract.Expect("it closes the token while it is the helper",
                      programs.log().IsBefore("CloseHandle", "RevertToSelf"), false);
}

void PrintsPassword(Run& run) {
  TwoPrograms programs(run);
  programs.AskForHelper();
  const std::string password(programs.request().helper->password.Reveal());
  const ExampleEnd end = programs.RunExample(ExampleFault::kPrintsPassword);
  run.contract.Expect("the example prints the password", end.output.find(password) != std::string::npos, true);
  const transfer::TransferReport report = programs.RunTransfer();
  run.contract.Expect("the hardened transfer tells it", TextOf(report).find(password) != std::string::npos, false);
}

void LeaksCallback(Run& run) {
  TwoPrograms programs(run);
  run.contract.Expect("the example claims success", programs.RunExample(ExampleFault::kLeaksCallback).claims_success,
                      true);
  run.contract.Expect("callbacks that it leaves", programs.Leaks(intercept::Resource::kNotifyInterface), 1U);
  run.contract.Expect("the hardened transfer ends in", programs.RunTransfer().result, HResult());
  run.contract.Expect("callbacks that it leaves, hardened", programs.Leaks(intercept::Resource::kNotifyInterface), 0U);
}

void Spins(Run& run) {
  TwoPrograms programs(run);
  programs.request().url = run.stage.sources().slow;
  programs.request().timeout = 2s;
  programs.RunExample(ExampleFault::kSpins);
  run.contract.Expect("the example waits", programs.log().Count("WaitForEvent") != 0, false);
  run.contract.Expect("it asks for the state more than a hundred times a second",
                      programs.log().Count("GetState") > 200, true);
  programs.RunTransfer();
  run.contract.Expect("the hardened transfer asks more than a hundred times a second",
                      programs.log().Count("GetState") > 200, false);
}

void TickCountWraps(Run& run) {
  TwoPrograms programs(run);
  Clock& clock = programs.client().environment().clock();
  const auto wrap = std::chrono::milliseconds(std::uint64_t{1} << 32U);
  const auto since = clock.SteadyNow() % wrap;
  run.stage.Pass(wrap - since - 10s);  // ten seconds before the count begins again
  const ExampleEnd end = programs.RunExample(ExampleFault::kTickCountWraps);
  run.contract.Expect("the example claims success", end.claims_success, false);
  run.contract.Expect("it says that the time is up", end.output.find("the time is up") != std::string::npos, true);
  run.contract.Expect("the hardened transfer ends in", programs.RunTransfer().result, HResult());
}

void EndsAlike(Run& run) {
  TwoPrograms programs(run);
  programs.request().url = run.stage.sources().missing;
  const ExampleEnd end = programs.RunExample(ExampleFault::kEndsAlike);
  run.contract.Expect("the example claims success", end.claims_success, true);
  run.contract.Expect("the hardened transfer ends in", programs.RunTransfer().result, "BG_E_HTTP_ERROR_404"_hr);
}

void IgnoresPartial(Run& run) {
  TwoPrograms programs(run);
  programs.request().url = run.stage.sources().slow;
  programs.request().timeout = 1s;
  const ExampleEnd end = programs.RunExample(ExampleFault::kIgnoresPartial);
  run.contract.Expect("Complete says", end.result, "BG_S_PARTIAL_COMPLETE"_hr);
  run.contract.Expect("the example claims success", end.claims_success, true);
  run.contract.Expect("the hardened transfer ends in", programs.RunTransfer().result, "ERROR_TIMEOUT"_hr);
  run.contract.Expect("files that are left", run.stage.Files(), std::vector<std::string>());
}

}  // namespace

std::vector<Scenario> DocumentedExample() {
  Suite suite("DocumentedExample");
  const auto add = [&](std::string name, std::vector<Need> needs, void (*play)(Run&)) {
    suite.AddWithoutRule(std::move(name), "a fault of the example, not of BITS", std::move(needs), play);
  };
  const std::vector<Need> helper = {Need::kHelperTokens, Need::kHelperAccounts};
  add("goes_on_without_the_token", helper, GoesOnWithoutToken);
  add("closes_before_it_reverts", helper, ClosesBeforeRevert);
  add("prints_the_password", helper, PrintsPassword);
  add("leaks_the_callback", {}, LeaksCallback);
  add("spins", {Need::kInterruption}, Spins);
  add("loses_count_of_ticks", {Need::kVirtualTime}, TickCountWraps);
  add("cannot_tell_error_from_success", {}, EndsAlike);
  add("ignores_a_partial_result", {Need::kInterruption}, IgnoresPartial);
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
