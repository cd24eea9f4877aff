// What GetTokenInformation tells of a simulated token.
#pragma once

#include "harness/api/token_facts.h"
#include "harness/win32/system_error.h"

namespace bits::fakes::com {

// Fills `buffer` with the structure of a class of information; `needed` gets its size. The counterpart of
// win32::ReadTokenFacts. ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER for a class that the token does not have
// (the level of a primary token) or that is not simulated. TokenLinkedToken, which opens a handle, is the caller's.
HResult WriteTokenInformation(const TokenFacts& facts, TOKEN_INFORMATION_CLASS information, void* buffer, DWORD length,
                              DWORD* needed);

}  // namespace bits::fakes::com
