// SHA-256 by the system's own cryptography (CNG).
#pragma once

#include <string>

#include "harness/api/result.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// The hash of what is left to read from `file`, as 64 lower-case hexadecimal digits. Failures of reading as LastError,
// of CNG as HRESULT_FROM_NT [bcrypt-bcrypthashdata].
Result<std::string> Sha256OfFile(HANDLE file);

}  // namespace bits::win32
