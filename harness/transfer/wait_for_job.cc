#include "harness/transfer/wait_for_job.h"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace bits::transfer {
namespace {

std::string Seconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

}  // namespace

WaitEnd ErrorOf(BackgroundCopyJob& job) {
  const auto error = job.GetError();
  if (!error) {
    return {error.error(),
            fmt::format("the job is in ERROR and the service gives no reason (GetError: {})", ToString(error.error()))};
  }
  const Result<JobError> what = (*error)->GetError();
  if (!what) {
    return {what.error(),
            fmt::format("the job is in ERROR and the error object cannot be read ({})", ToString(what.error()))};
  }
  std::string detail = fmt::format("BITS reports {} in context {}", ToString(what->code), ToString(what->context));
  if (const auto file = (*error)->GetFile()) {
    if (const Result<std::string> remote = (*file)->GetRemoteName()) detail += " for " + *remote;
  }
  return {what->code.Failed() ? what->code : "E_FAIL"_hr, detail};
}

WaitEnd WaitForJob(Environment& environment, BackgroundCopyJob& job, Event& event, const WaitLimits& limits,
                   TransferObserver& observer, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [&event] { event.Set(); });
  const auto started = environment.clock().SteadyNow();
  std::string last_transient;
  for (;;) {
    if (stop.stop_requested()) return {"ERROR_CANCELLED"_hr, "interrupted"};
    const Result<JobState> state = job.GetState();
    if (!state) return {state.error(), fmt::format("GetState failed: {}", ToString(state.error()))};
    if (const Result<JobProgress> progress = job.GetProgress()) observer.OnProgress(*state, *progress);
    const auto elapsed = environment.clock().SteadyNow() - started;
    switch (*state) {
      case JobState::kTransferred:
        return {HResult(), fmt::format("transferred after {}", Seconds(elapsed))};
      case JobState::kError:
        return ErrorOf(job);
      case JobState::kAcknowledged:
      case JobState::kCancelled:
        return {"BG_E_INVALID_STATE"_hr, fmt::format("somebody else ended the job: it is {}", ToString(*state))};
      case JobState::kTransientError:
        last_transient = ErrorOf(job).detail;
        break;
      default:
        break;
    }
    if (elapsed >= limits.timeout) {
      std::string detail = fmt::format("the job is still {} after {}", ToString(*state), Seconds(elapsed));
      if (!last_transient.empty()) detail += "; its last error: " + last_transient;
      return {"ERROR_TIMEOUT"_hr, detail};
    }
    const auto wait = std::min(limits.poll_interval, limits.timeout - elapsed);
    const Result<WaitOutcome> waited = environment.com().WaitForEvent(event, wait);
    if (!waited) return {waited.error(), fmt::format("waiting failed: {}", ToString(waited.error()))};
  }
}

}  // namespace bits::transfer
