// The accounts that SIDs name.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "harness/api/logon_api.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// LookupAccountSidW. ERROR_NONE_MAPPED [winbase-lookupaccountsidw].
Result<AccountName> AccountOf(PSID sid);

// LookupAccountNameW: the SID's text. ERROR_NONE_MAPPED [winbase-lookupaccountnamew].
Result<std::string> SidOfAccount(std::string_view account);

// Names for the SIDs of one token. A name may have to be asked for at a domain controller, so each is asked for once.
// Not thread-safe.
class AccountNames {
 public:
  // "BUILTIN\Administrators"; empty for a SID that has no name here. `text` is the text of `sid`.
  std::string NameOf(PSID sid, const std::string& text);

 private:
  std::map<std::string, std::string> names_;
};

}  // namespace bits::win32
