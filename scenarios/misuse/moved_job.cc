// A job that was given away is none. Standard C++ lets it pass; clang does not.
#include <utility>
#include "harness/api/scoped_job.h"

namespace bits {

void Keep(ScopedJob job);

HResult GiveAway(ScopedJob job) {
  const HResult resumed = job->Resume();
  Keep(std::move(job));
#if defined(BITS_MISUSE)
  return job->Resume();  // error(Clang): consumed
#else
  return resumed;
#endif
}

}  // namespace bits
