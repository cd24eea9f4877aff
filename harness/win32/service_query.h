// The service control manager, read only.
#pragma once

#include <string>

#include "harness/api/machine.h"

namespace bits::win32 {

// Asks for the right to query state and configuration and no other, so that a standard user may call. Results as
// Machine::QueryService.
Result<ServiceFacts> ReadServiceFacts(const std::wstring& name);

}  // namespace bits::win32
