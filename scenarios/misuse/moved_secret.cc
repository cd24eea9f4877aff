// A password that was given away is empty. Standard C++ lets it pass; clang does not.
#include <cstddef>
#include <utility>

#include "harness/api/secret.h"

namespace bits {

void Keep(Secret password);

std::size_t GiveAway(Secret password) {
  const std::size_t length = password.Reveal().size();
  Keep(std::move(password));
#if defined(BITS_MISUSE)
  return password.Reveal().size();  // error(Clang): consumed
#else
  return length;
#endif
}

}  // namespace bits
