// A job that does not stay behind.
#pragma once

#include <memory>
#include <utility>

#include "harness/api/background_copy_job.h"
#include "harness/api/use_after_move.h"

namespace bits {

// Owns a job and, unless it was completed, removes its callback and cancels it when it dies. Same thread
// rule as the job.
class BITS_NO_USE_AFTER_MOVE [[nodiscard]] ScopedJob {
 public:
  BITS_MAKES_USABLE ScopedJob() = default;
  BITS_MAKES_USABLE explicit ScopedJob(std::unique_ptr<BackgroundCopyJob> job) : job_(std::move(job)) {}
  ~ScopedJob() { Abandon(); }
  ScopedJob(ScopedJob&&) noexcept = default;
  ScopedJob& operator=(ScopedJob&& other) noexcept {
    if (this != &other) {
      Abandon();
      job_ = std::move(other.job_);
    }
    return *this;
  }
  ScopedJob(const ScopedJob&) = delete;
  ScopedJob& operator=(const ScopedJob&) = delete;

  explicit operator bool() const { return job_ != nullptr; }
  BITS_NOT_AFTER_MOVE BackgroundCopyJob& operator*() const { return *job_; }
  BITS_NOT_AFTER_MOVE BackgroundCopyJob* operator->() const { return job_.get(); }

  // Removes the callback, completes, and on success releases. The callback goes first: an ended job refuses every
  // setter, and the service would keep it. Results as BackgroundCopyJob::Complete; after a failure the job is still
  // held.
  [[nodiscard]] HResult Complete();

  // Removes the callback, cancels, releases. Returns Cancel's result; S_OK when there is no job. A job that had ended
  // already counts as cancelled.
  HResult Abandon() noexcept;

 private:
  std::unique_ptr<BackgroundCopyJob> job_;
};

}  // namespace bits
