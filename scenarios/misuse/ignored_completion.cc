// Complete can succeed with a part of the files: only its result says so.
#include "harness/api/scoped_job.h"

namespace bits {

void Finish(ScopedJob& job) {
#if defined(BITS_MISUSE)
  job.Complete();  // error: nodiscard
#else
  if (job.Complete() != HResult()) return;
#endif
}

}  // namespace bits
