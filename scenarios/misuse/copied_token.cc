// Two owners would close one handle twice.
#include <utility>

#include "harness/api/token.h"

namespace bits {

void Keep(Token token) {
#if defined(BITS_MISUSE)
  const Token other = token;  // error: deleted
#else
  const Token other = std::move(token);
#endif
}

}  // namespace bits
