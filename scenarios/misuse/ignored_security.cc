// Without security of its own the process has COM's defaults, which hide the helper from BITS.
#include "harness/api/com_api.h"

namespace bits {

void SetSecurity(ComApi& com) {
#if defined(BITS_MISUSE)
  com.CoInitializeSecurity({});  // error(Clang|MSVC): nodiscard
#else
  if (com.CoInitializeSecurity({}).Failed()) return;
#endif
}

}  // namespace bits
