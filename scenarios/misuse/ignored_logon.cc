// A token that nobody keeps is closed at once.
#include "harness/api/logon_api.h"

namespace bits {

void LogOn(LogonApi& api, const Secret& password) {
#if defined(BITS_MISUSE)
  api.LogonUser("helen", ".", password, LogonType::kBatch, LogonProvider::kDefault);  // error(Clang|MSVC): nodiscard
#else
  const auto token = api.LogonUser("helen", ".", password, LogonType::kBatch, LogonProvider::kDefault);
#endif
}

}  // namespace bits
