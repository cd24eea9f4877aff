// A password cannot be written anywhere by mistake.
#include <ostream>
#include "harness/api/secret.h"

namespace bits {

void Print(std::ostream& out, const Secret& password) {
#if defined(BITS_MISUSE)
  out << password;  // error: no match|invalid operands|no operator
#else
  out << (password.empty() ? "no password" : "a password");
#endif
}

}  // namespace bits
