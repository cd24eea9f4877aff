// A download through BITS, with or without a helper token: the documented procedure, hardened.
//
// What the documented example leaves open is closed here: a helper that cannot be logged on or impersonated stops the
// transfer; the SID that BITS captured is read back and compared; the impersonation ends before the token is closed;
// the server is asked about the file first, and the file is compared with the answer afterwards; every failure cancels
// the job, removes the callback and tells which step failed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/api/environment.h"
#include "harness/transfer/preflight.h"
#include "harness/transfer/transfer_step.h"

namespace bits::transfer {

// The account whose token the job gets.
struct Helper {
  std::string user_name;
  std::optional<std::string> domain;  // absent for a UPN name; "." for this machine
  Secret password;
  LogonType logon_type = LogonType::kInteractive;
  std::uint32_t flags = HelperTokenFlags::kLocalFile;  // HelperTokenFlags
  // Where the token comes from instead of a logon, when set: a linked or restricted token, a service's.
  std::function<Result<Token>(LogonApi&)> open;
};

struct TransferRequest {
  std::string url;
  std::string file;  // where it is to go; relative to the current directory if not full
  std::optional<Helper> helper;
  bool overwrite = false;
  std::optional<std::string> sha256;  // 64 hexadecimal digits the file must hash to
  bool preflight = true;
  ApartmentType apartment = ApartmentType::kSingleThreaded;
  ProcessSecurity security;
  JobPriority priority = JobPriority::kForeground;
  std::chrono::nanoseconds timeout = std::chrono::minutes(15);
  // The state is asked for this often even when no callback comes: a service may lose one, and Wine's never tells of
  // an error.
  std::chrono::nanoseconds poll_interval = std::chrono::milliseconds(250);
};

enum class StepStatus { kDone, kFailed, kSkipped };

struct StepReport {
  TransferStep step = TransferStep::kCheckDestination;
  StepStatus status = StepStatus::kDone;
  HResult result;
  std::string detail;  // what was found out, why it failed, or why it was left out
  std::chrono::nanoseconds elapsed{};
};

struct TransferReport {
  std::vector<StepReport> steps;  // those taken, in order; the last one is the failed one if any failed
  HResult result;                 // S_OK, or why the transfer failed
  std::string file;               // the full path
  std::optional<PreflightFacts> preflight;
  std::optional<Guid> job_id;
  std::optional<std::string> helper_sid;  // as BITS told it
  std::uint64_t bytes = 0;                // of the file in place
  std::string sha256;                     // of the file in place, when one was asked for
  std::chrono::nanoseconds elapsed{};
  std::string clean_up;  // what had to be undone after a failure, and whether it worked; empty when nothing

  bool Succeeded() const { return result.Succeeded(); }
  const StepReport* FailedStep() const;
};

// Told of what goes on, on the thread that transfers. Does nothing by default.
class TransferObserver {
 public:
  virtual ~TransferObserver() = default;
  virtual void OnStep(const StepReport& step) { static_cast<void>(step); }
  virtual void OnPreflight(const PreflightFacts& facts) { static_cast<void>(facts); }
  virtual void OnProgress(JobState state, const JobProgress& progress) {
    static_cast<void>(state);
    static_cast<void>(progress);
  }
};

// Runs a transfer on the calling thread, which must not be in an apartment of the other kind. Returns when the file is
// in place, or when nothing is left of the attempt: no job, no callback, no impersonation, no file. `stop` may be
// requested from any thread: the transfer then fails with ERROR_CANCELLED. An existing destination is replaced only
// with `overwrite`, and only by a file that was verified.
//
// Throws what the observer throws, and std::bad_alloc, after the same clean-up. Only a file that is already in place
// stays there: it is complete, and what it replaced is gone.
TransferReport Transfer(Environment& environment, const TransferRequest& request, TransferObserver& observer,
                        std::stop_token stop);

}  // namespace bits::transfer
