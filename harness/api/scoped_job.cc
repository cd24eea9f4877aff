#include "harness/api/scoped_job.h"

namespace bits {

HResult ScopedJob::Abandon() noexcept {
  if (!job_) return HResult();
  const std::unique_ptr<BackgroundCopyJob> job = std::move(job_);
  job->SetNotifyInterface(nullptr);
  const HResult result = job->Cancel();
  return result == "BG_E_INVALID_STATE"_hr ? HResult() : result;
}

HResult ScopedJob::Complete() {
  job_->SetNotifyInterface(nullptr);
  const HResult result = job_->Complete();
  if (result.Succeeded()) job_.reset();
  return result;
}

}  // namespace bits
