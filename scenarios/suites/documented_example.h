// The documented helper-token example, as it is: with its known faults, one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/api/environment.h"
#include "harness/transfer/transfer.h"

namespace bits::scenarios {

enum class ExampleFault {
  kGoesOnWithoutToken,  // a logon that fails is passed over
  kClosesBeforeRevert,  // the token is closed while the thread is still the helper
  kPrintsPassword,      // what it was given is printed
  kLeaksCallback,       // the notification interface stays on the job
  kSpins,               // the state is asked for without a pause
  kTickCountWraps,      // time is taken from a 32-bit count of milliseconds, which wraps after 49.7 days
  kEndsAlike,           // a failure wakes the loop as a success does, and nobody looks which it was
  kIgnoresPartial,      // Complete's BG_S_PARTIAL_COMPLETE passes for success
};

// What the example says at its end.
struct ExampleEnd {
  bool claims_success = false;
  HResult result;      // the last call that it looked at
  std::string output;  // what it printed
};

// Runs the example's procedure with one of its faults; everything else it does right. Of the request it uses URL, file,
// helper, apartment, timeout and poll interval.
ExampleEnd RunDocumentedExample(Environment& environment, const transfer::TransferRequest& request, ExampleFault fault);

}  // namespace bits::scenarios
