// Whoever does not look at the result goes on as oneself.
#include "harness/api/logon_api.h"

namespace bits {

void UseAsHelper(LogonApi& logon, const Token& token) {
#if defined(BITS_MISUSE)
  logon.ImpersonateLoggedOnUser(token);  // error(Clang|MSVC): nodiscard
#else
  if (logon.ImpersonateLoggedOnUser(token).Failed()) return;
#endif
}

}  // namespace bits
