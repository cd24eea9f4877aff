// An apartment whose scope nobody keeps is left at once, and no COM call after it works.
#include "harness/api/apartment.h"

namespace bits {

void UseCom(ComApi& com) {
#if defined(BITS_MISUSE)
  Apartment::Enter(com, ApartmentType::kMultiThreaded);  // error: nodiscard
#else
  const auto apartment = Apartment::Enter(com, ApartmentType::kMultiThreaded);
#endif
}

}  // namespace bits
