// What a token tells about itself.
#pragma once

#include "harness/api/result.h"
#include "harness/api/token_facts.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// Every fact of `token`, which needs TOKEN_QUERY. What a token has always had (user, groups, privileges, statistics,
// session) must be told, and the first failure is returned; later additions that the system does not know are absent
// [securitybaseapi-gettokeninformation].
Result<TokenFacts> ReadTokenFacts(HANDLE token);

// S_OK when `token` is an open token. E_HANDLE for a handle that is none.
HResult VerifyToken(HANDLE token);

// The token linked to `token` by UAC; the caller closes it. ERROR_NO_SUCH_LOGON_SESSION when there is none.
Result<HANDLE> ReadLinkedToken(HANDLE token);

}  // namespace bits::win32
