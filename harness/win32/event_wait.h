// Waiting for a kernel object, in whatever apartment the thread is.
#pragma once

#include <chrono>

#include "harness/api/com_api.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// Waits until `object` is signalled, at most `timeout`; one that is zero or negative only looks. A thread in an STA
// dispatches its messages meanwhile. When one of them is WM_QUIT, it is posted again for the thread's own message loop
// and the wait ends with E_ABORT: COM could no longer be served. Other failures as LastError.
Result<WaitOutcome> WaitForObject(HANDLE object, std::chrono::nanoseconds timeout);

// `left` in the milliseconds of a wait function: rounded up, so that a wait for less than one does not return at once
// again and again; at most a day, so that it is never INFINITE; zero for what is zero or negative.
DWORD ToWaitMilliseconds(std::chrono::nanoseconds left);

}  // namespace bits::win32
