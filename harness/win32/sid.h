// Security identifiers, between text and memory.
#pragma once

#include <string>
#include <string_view>

#include "harness/api/result.h"
#include "harness/win32/handles.h"

namespace bits::win32 {

using Sid = LocalMemory<void>;

// "S-1-5-32-544" in the system's form. E_INVALIDARG for text that is no SID.
Result<Sid> ParseSid(std::string_view text);

// The text of a SID. ERROR_INVALID_SID.
Result<std::string> SidText(PSID sid);

}  // namespace bits::win32
