// The registry, read only, in its 64-bit view.
#pragma once

#include <string>

#include "harness/api/machine.h"
#include "harness/win32/handles.h"

namespace bits::win32 {

// A key, for reading values. ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED [winreg-regopenkeyexw].
Result<RegistryKey> OpenRegistryKey(RegistryRoot root, const std::wstring& key);

// Results as Machine::ReadRegistry.
Result<RegistryValue> ReadRegistryValue(RegistryRoot root, const std::wstring& key, const std::wstring& value);

}  // namespace bits::win32
