#include "harness/win32/process_start.h"

#include "harness/win32/conversions.h"
#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"

namespace bits::win32 {

Result<FileTime> StartOf(HANDLE process) {
  FILETIME started{};
  FILETIME exited{};
  FILETIME kernel{};
  FILETIME user{};
  if (!GetProcessTimes(process, &started, &exited, &kernel, &user)) return Failure(LastError());
  return FromFileTime(started);
}

Result<std::optional<FileTime>> ReadProcessStart(std::uint32_t process_id) {
  const KernelHandle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, process_id));
  if (!process) {
    // ERROR_INVALID_PARAMETER says that there is no such process.
    if (GetLastError() == ERROR_INVALID_PARAMETER) return std::optional<FileTime>();
    return Failure(LastError());
  }
  // An id that is no multiple of 4 opens the process of the one below.
  if (GetProcessId(process.get()) != process_id) return std::optional<FileTime>();
  // One that has ended keeps its id as long as somebody holds a handle.
  if (WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0) return std::optional<FileTime>();
  const Result<FileTime> started = StartOf(process.get());
  if (!started) return Failure(started.error());
  return std::optional<FileTime>(*started);
}

}  // namespace bits::win32
