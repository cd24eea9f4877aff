// Waiting until a job has nothing more to do.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "harness/api/environment.h"
#include "harness/transfer/transfer.h"

namespace bits::transfer {

struct WaitLimits {
  std::chrono::nanoseconds timeout;
  std::chrono::nanoseconds poll_interval;
};

// How the wait ended: S_OK when the job is in TRANSFERRED; the job's error in ERROR; ERROR_TIMEOUT; ERROR_CANCELLED
// when `stop` was requested; BG_E_INVALID_STATE when somebody else completed or cancelled the job; else what a call
// yielded.
struct WaitEnd {
  HResult result;
  std::string detail;
};

// Waits for `event` (set by a callback, or by `stop`) and asks for the state at least every poll interval. Messages are
// dispatched meanwhile in an STA.
WaitEnd WaitForJob(Environment& environment, BackgroundCopyJob& job, Event& event, const WaitLimits& limits,
                   TransferObserver& observer, const std::stop_token& stop);

// What a job in ERROR or TRANSIENT_ERROR says of its error: code, and a sentence with context and file.
WaitEnd ErrorOf(BackgroundCopyJob& job);

}  // namespace bits::transfer
