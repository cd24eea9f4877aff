// A token that was given away is none. Standard C++ lets it pass; clang does not.
#include <utility>
#include "harness/api/token.h"

namespace bits {

void Keep(Token token);

TokenHandle GiveAway(Token token) {
  const TokenHandle handle = token.handle();
  Keep(std::move(token));
#if defined(BITS_MISUSE)
  return token.handle();  // error(Clang): consumed
#else
  return handle;
#endif
}

}  // namespace bits
