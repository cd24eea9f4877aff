// A scope of a job that has no name cancels the job at once.
#include "harness/api/background_copy_manager.h"
#include "harness/api/scoped_job.h"

namespace bits {

void Hold(CreatedJob created) {
#if defined(BITS_MISUSE)
  ScopedJob(std::move(created.job));  // error(Clang|MSVC): nodiscard
#else
  const ScopedJob job(std::move(created.job));
#endif
}

}  // namespace bits
