// Whoever does not look at the result may go on with another user's rights.
#include "harness/api/logon_api.h"

namespace bits {

void StopImpersonating(LogonApi& logon) {
#if defined(BITS_MISUSE)
  logon.RevertToSelf();  // error(Clang|MSVC): nodiscard
#else
  if (logon.RevertToSelf().Failed()) return;
#endif
}

}  // namespace bits
