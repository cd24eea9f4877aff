// A note in BITS' own queue that a file is not yet in its place.
#pragma once

#include <string_view>

#include "harness/api/scoped_job.h"
#include "harness/jobs/job_mark.h"

namespace bits::jobs {

// With Complete a job leaves the queue, and its file is there, unverified and under its staged name. Who is killed then
// would leave a file that nothing tells of. So a second job, which carries nothing and never runs, is in the queue from
// before Complete until the file is in its place or gone. It survives whatever BITS survives, and belongs to its owner.
class StagedFileNote {
 public:
  // Makes the job. After a failure there may be one all the same, which Remove cancels, and tells if it cannot. Results
  // as CreateMarkedJob and BackgroundCopyJob::SetDescription.
  HResult Write(Environment& environment, BackgroundCopyManager& manager, std::string_view staged_file);

  // Cancels it; S_OK when there is none. The destructor does the same.
  HResult Remove() noexcept { return job_.Abandon(); }

 private:
  ScopedJob job_;
};

}  // namespace bits::jobs
