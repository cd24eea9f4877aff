// An impersonation whose scope nobody keeps ends at once, and what follows is done as oneself.
#include "harness/api/impersonation.h"

namespace bits {

void UseAsHelper(LogonApi& logon, const Token& token) {
#if defined(BITS_MISUSE)
  Impersonation::Of(logon, token);  // error: nodiscard
#else
  const auto as_helper = Impersonation::Of(logon, token);
#endif
}

}  // namespace bits
