#include "harness/api/scoped_job.h"

namespace bits {

HResult ScopedJob::Abandon() noexcept {
  if (!job_) return HResult();
  const std::unique_ptr<BackgroundCopyJob> job = std::move(job_);
  job->SetNotifyInterface(nullptr);
  const HResult result = job->Cancel();
  return result == "BG_E_INVALID_STATE"_hr ? HResult() : result;
}

void ScopedJob::Dismiss() noexcept {
  if (!job_) return;
  const std::unique_ptr<BackgroundCopyJob> job = std::move(job_);
  job->SetNotifyInterface(nullptr);
}

}  // namespace bits
