// Which Windows this is.
#pragma once

#include "harness/api/machine.h"

namespace bits::win32 {

// The true version, whatever the program's manifest says. ERROR_PROC_NOT_FOUND where ntdll.dll cannot tell it.
Result<OsVersion> ReadOsVersion();

}  // namespace bits::win32
