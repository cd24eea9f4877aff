// A password is in one place in memory, so that it can be wiped.
#include <utility>

#include "harness/api/secret.h"

namespace bits {

void Keep(Secret password) {
#if defined(BITS_MISUSE)
  const Secret other = password;  // error: deleted
#else
  const Secret other = std::move(password);
#endif
}

}  // namespace bits
