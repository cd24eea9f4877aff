// The real token behind an imported one (TokenData::native).
#pragma once

#include <memory>

#include "harness/api/token_facts.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// An impersonation token of the same level, for the files that the simulation opens for its user. Needs
// TOKEN_DUPLICATE; null where the handle does not allow that: then the token is known by what it tells alone.
std::shared_ptr<void> DuplicateNative(HANDLE token, const TokenFacts& facts);

}  // namespace bits::fakes::com
