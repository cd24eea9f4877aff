// A text that was not made a Secret stays in memory.
#include <string>
#include "harness/api/logon_api.h"

namespace bits {

void LogOn(LogonApi& logon, const std::string& password) {
#if defined(BITS_MISUSE)
  const auto token = logon.LogonUser("helen", ".", password, LogonType::kInteractive,  // error: Secret
                                     LogonProvider::kDefault);
#else
  const auto token = logon.LogonUser("helen", ".", Secret(password), LogonType::kInteractive, LogonProvider::kDefault);
#endif
}

}  // namespace bits
