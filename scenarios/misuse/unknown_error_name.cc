// A misspelt name of a code is no code. clang 14 throws at run time instead.
#include "harness/api/hresult.h"

namespace bits {

HResult AccessDenied() {
#if defined(BITS_MISUSE)
  return "E_ACCESDENIED"_hr;  // error(GNU|MSVC): operator""_hr
#else
  return "E_ACCESSDENIED"_hr;
#endif
}

}  // namespace bits
