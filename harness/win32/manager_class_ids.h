// The class ids that the BITS service registers, one a version.
#pragma once

#include "harness/api/background_copy_manager.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// The CLSID of `manager_class`, whether this machine has it or not [determining-the-version-of-bits-on-a-computer].
const CLSID& ClassId(ManagerClass manager_class);

}  // namespace bits::win32
