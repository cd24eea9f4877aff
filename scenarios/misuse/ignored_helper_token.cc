// Whoever does not look at the result goes on without the helper token.
#include "harness/api/bits_token_options.h"

namespace bits {

void SetHelper(BitsTokenOptions& options) {
#if defined(BITS_MISUSE)
  options.SetHelperToken();  // error(Clang|MSVC): nodiscard
#else
  if (options.SetHelperToken().Failed()) return;
#endif
}

}  // namespace bits
