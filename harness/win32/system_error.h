// What a Windows function reports, as an HResult.
#pragma once

#include "harness/api/hresult.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

inline HResult FromHresult(HRESULT result) { return HResult(static_cast<std::uint32_t>(result)); }

// GetLastError() of the calling thread, to be asked straight after the call that failed. A function that failed and
// gave no reason yields E_FAIL: a failure never turns into S_OK.
inline HResult LastError() {
  const DWORD error = GetLastError();
  return error == ERROR_SUCCESS ? "E_FAIL"_hr : HResult::FromWin32(error);
}

// HRESULT_FROM_NT.
inline HResult FromNtStatus(NTSTATUS status) {
  return HResult(static_cast<std::uint32_t>(status) | static_cast<std::uint32_t>(FACILITY_NT_BIT));
}

// The result of a function that returns FALSE on failure.
inline HResult FromBool(BOOL succeeded) { return succeeded ? HResult() : LastError(); }

}  // namespace bits::win32
