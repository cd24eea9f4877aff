// Making chosen calls fail, over any Environment.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "harness/api/enum_names.h"
#include "harness/api/hresult.h"
#include "harness/intercept/interceptor.h"

namespace bits::intercept {

enum class FaultKind {
  kFail,         // `code` instead of the call, which is not made
  kLoseAnswer,   // the call is made, and `code` is what the client gets: what the call yielded is released unseen
  kThrow,        // std::runtime_error instead of the call; meant for a callback, which is the client's own code
  kNeverComes,   // a callback is not made, and the service believes that it was
  kDiesBefore,   // the service dies before the call reaches it: RPC_S_SERVER_UNAVAILABLE for it and all later ones
  kDiesDuring,   // it dies after the call took effect and before it answered: RPC_S_CALL_FAILED for this one
  kDiesAfter,    // it dies after it answered
  kTimeRunsOut,  // the client's own time limit passes during the call, which is made as ever; see on_time_runs_out
};

// One fault: which call, and what becomes of it.
struct Fault {
  std::string interface_name;  // as Call has it; "*" for every interface
  std::string method;          // "*" for every method
  std::uint64_t nth = 1;       // among the calls that the names fit, from 1
  bool lasting = false;        // all later ones as well
  FaultKind kind = FaultKind::kFail;
  HResult code;  // of kFail and kLoseAnswer

  friend bool operator==(const Fault&, const Fault&) = default;
};

// "IBackgroundCopyJob::AddFile#1=E_ACCESSDENIED", "IBackgroundCopyManager::CreateJob#1=lose-answer:RPC_S_CALL_FAILED",
// "IBackgroundCopyCallback::JobTransferred#1=throw", "*::*#17=dies-during", "ComApi::WaitForEvent#2=time-runs-out";
// "#2+" is the second and all later ones.
std::string ToString(const Fault& fault);

// Reads what ToString writes, and "IBackgroundCopyJob::AddFile" without a number as "#1+": every one. A code is an SDK
// name or "0x8…". The error is a sentence that names the text, what is wrong with it and what it should be; the names
// of interfaces and methods are not looked up (fault_codes.h knows them).
tl::expected<Fault, std::string> ParseFault(std::string_view text);

// Whether the service itself is asked by this call: it fails when the service is gone. The security of a proxy is the
// client's own affair.
bool AsksService(const Call& call);

// Each fault strikes at its own count of calls, so that several make pairs and longer rows. Where two strike at one
// call the first in the list does. Any thread.
//
// A code that replaces the answer must be a failure where the call yields a value (see Interceptor). A lost answer
// leaves the client without what it would need to undo the call: a job that CreateJob made stays in the queue. Whether
// the client does all that it still can is what ResourceLedger tells.
class FaultInjector : public Interceptor {
 public:
  explicit FaultInjector(std::vector<Fault> faults = {});

  // Called when a fault strikes, before its effect, on the thread of the call, without a lock.
  std::function<void(const Fault& fault, const Call& call)> on_strike;
  // Lets the client's time limit pass, as a virtual clock can; called before the call is made. kTimeRunsOut does
  // nothing without it.
  std::function<void()> on_time_runs_out;

  // Starts again, with other faults. Not during a call.
  void Reset(std::span<const Fault> faults);

  // How often the fault at `index` struck.
  std::uint64_t Strikes(std::size_t index) const;
  bool service_is_dead() const;

  std::optional<HResult> Before(const Call& call) override;
  void After(const Call& call, Outcome& outcome) override;

 private:
  struct Armed {
    Fault fault;
    std::uint64_t seen = 0;
    std::uint64_t strikes = 0;
    std::uint64_t open_call = 0;  // the sequence of the call whose answer is yet to be lost
  };
  // The fault that strikes at this call, or null; counts the call for all of them.
  Armed* Count(const Call& call);

  mutable std::mutex mutex_;
  std::vector<Armed> faults_;
  bool dead_ = false;
};

}  // namespace bits::intercept

template <>
struct bits::EnumNames<bits::intercept::FaultKind> {
  using Kind = bits::intercept::FaultKind;
  static constexpr EnumName<Kind> kNames[] = {
      {Kind::kFail, "fail"},
      {Kind::kLoseAnswer, "lose-answer"},
      {Kind::kThrow, "throw"},
      {Kind::kNeverComes, "never-comes"},
      {Kind::kDiesBefore, "dies-before"},
      {Kind::kDiesDuring, "dies-during"},
      {Kind::kDiesAfter, "dies-after"},
      {Kind::kTimeRunsOut, "time-runs-out"},
  };
};
