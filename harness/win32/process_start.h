// When processes started.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/api/job_types.h"
#include "harness/api/result.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// `process` needs PROCESS_QUERY_LIMITED_INFORMATION [processthreadsapi-getprocesstimes].
Result<FileTime> StartOf(HANDLE process);

// As Machine::GetProcessStart.
Result<std::optional<FileTime>> ReadProcessStart(std::uint32_t process_id);

}  // namespace bits::win32
