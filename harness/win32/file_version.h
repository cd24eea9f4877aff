// The version resource of a file.
#pragma once

#include <string>

#include "harness/api/machine.h"

namespace bits::win32 {

// Results as Machine::GetFileVersion.
Result<FileVersion> ReadFileVersion(const std::wstring& path);

}  // namespace bits::win32
