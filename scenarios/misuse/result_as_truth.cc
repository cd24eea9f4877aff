// S_OK is zero: asked for its truth, a success would read as a failure.
#include "harness/api/bits_token_options.h"

namespace bits {

void SetHelper(BitsTokenOptions& options) {
#if defined(BITS_MISUSE)
  if (!options.SetHelperToken()) return;  // error: HResult|no match
#else
  if (options.SetHelperToken().Failed()) return;
#endif
}

}  // namespace bits
