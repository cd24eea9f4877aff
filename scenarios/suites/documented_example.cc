#include "scenarios/suites/documented_example.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/transfer/job_events.h"

namespace bits::scenarios {
namespace {

// The example throws, with the name of the call.
void Check(HResult result, const char* call) {
  if (result.Failed()) throw std::runtime_error(fmt::format("{}: {}", call, ToString(result)));
}
template <class T>
T Check(Result<T> result, const char* call) {
  Check(HResultOf(result), call);
  return *std::move(result);
}

class Example {
 public:
  Example(Environment& environment, const transfer::TransferRequest& request, ExampleFault fault)
      : environment_(environment), request_(request), fault_(fault) {}

  ExampleEnd Run() {
    const Apartment apartment = Check(Apartment::Enter(environment_.com(), request_.apartment), "CoInitializeEx");
    try {
      Transfer();
    } catch (const std::runtime_error& error) {
      Print(error.what());
      if (job_) static_cast<void>(job_->Cancel());
    }
    job_.reset();
    return std::move(end_);
  }

 private:
  void Print(std::string_view line) { end_.output += std::string(line) + "\n"; }
  bool Has(ExampleFault fault) const { return fault_ == fault; }

  void Transfer() {
    // A second run in the same process meets the security of the first.
    const HResult secured = environment_.com().CoInitializeSecurity({});
    if (secured != "RPC_E_TOO_LATE"_hr) Check(secured, "CoInitializeSecurity");
    const auto manager = Check(environment_.com().CoCreateInstance(ManagerClass::k1_0), "CoCreateInstance");
    job_ = Check(manager->CreateJob("HelperTokenSample", JobType::kDownload), "CreateJob").job;
    event_ = Check(environment_.com().MakeEvent(), "CreateEvent");
    Check(job_->SetNotifyInterface(std::make_shared<transfer::JobEvents>(event_)), "SetNotifyInterface");
    Check(job_->SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError), "SetNotifyFlags");
    if (request_.helper) SetHelperToken(*request_.helper);
    Check(job_->AddFile(request_.url, request_.file), "AddFile");
    Check(job_->Resume(), "Resume");
    const JobState state = Wait();
    if (state == JobState::kError && !Has(ExampleFault::kEndsAlike)) throw std::runtime_error("the job is in ERROR");
    const bool takes_what_is_there = Has(ExampleFault::kEndsAlike) || Has(ExampleFault::kIgnoresPartial);
    if (state != JobState::kTransferred && !takes_what_is_there) throw std::runtime_error("the time is up");
    if (!Has(ExampleFault::kLeaksCallback)) Check(job_->SetNotifyInterface(nullptr), "SetNotifyInterface");
    end_.result = job_->Complete();
    Check(end_.result, "Complete");
    const bool partial = end_.result == "BG_S_PARTIAL_COMPLETE"_hr;
    end_.claims_success = !partial || takes_what_is_there;
    Print(end_.claims_success ? "The file is here." : "The file is not here.");
  }

  void SetHelperToken(const transfer::Helper& helper) {
    LogonApi& logon = environment_.logon();
    const auto options = Check(Query<BitsTokenOptions>(*job_), "QueryInterface");
    if (Has(ExampleFault::kPrintsPassword)) {
      Print(fmt::format("Logging on {} with {}", helper.user_name, helper.password.Reveal()));
    }
    Result<Token> token = helper.open ? helper.open(logon)
                                      : logon.LogonUser(helper.user_name, helper.domain, helper.password,
                                                        helper.logon_type, LogonProvider::kDefault);
    if (!token && Has(ExampleFault::kGoesOnWithoutToken)) {
      Print("The user could not be logged on.");
      return;
    }
    Check(HResultOf(token), "LogonUser");
    Check(logon.ImpersonateLoggedOnUser(*token), "ImpersonateLoggedOnUser");
    const HResult set = options->SetHelperToken();
    const HResult flags = set.Succeeded() ? options->SetHelperTokenFlags(helper.flags) : set;
    if (Has(ExampleFault::kClosesBeforeRevert)) token->Close();
    Check(logon.RevertToSelf(), "RevertToSelf");
    Check(set, "SetHelperToken");
    Check(flags, "SetHelperTokenFlags");
  }

  std::uint32_t TickCount() const {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(environment_.clock().SteadyNow());
    return static_cast<std::uint32_t>(now.count());  // as GetTickCount
  }

  bool TimeIsUp(std::chrono::nanoseconds started, std::uint32_t tick_deadline) const {
    if (Has(ExampleFault::kTickCountWraps)) return TickCount() >= tick_deadline;
    return environment_.clock().SteadyNow() - started >= request_.timeout;
  }

  JobState Wait() {
    const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(request_.timeout);
    const auto started = environment_.clock().SteadyNow();
    const std::uint32_t tick_deadline = TickCount() + static_cast<std::uint32_t>(timeout.count());
    for (;;) {
      const JobState state = Check(job_->GetState(), "GetState");
      if (state == JobState::kTransferred || state == JobState::kError) return state;
      if (TimeIsUp(started, tick_deadline)) return state;
      if (!Has(ExampleFault::kSpins)) {
        Check(HResultOf(environment_.com().WaitForEvent(*event_, request_.poll_interval)), "WaitForEvent");
      }
    }
  }

  Environment& environment_;
  const transfer::TransferRequest& request_;
  const ExampleFault fault_;
  ExampleEnd end_;
  std::shared_ptr<Event> event_;
  std::unique_ptr<BackgroundCopyJob> job_;
};

}  // namespace

ExampleEnd RunDocumentedExample(Environment& environment, const transfer::TransferRequest& request,
                                ExampleFault fault) {
  return Example(environment, request, fault).Run();
}

}  // namespace bits::scenarios
