// A channel of the Windows event log, read only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/api/machine.h"

namespace bits::win32 {

// Results as Machine::ReadEventLog. An event whose publisher has no text for it has an empty message.
Result<std::vector<LogEvent>> ReadNewestEvents(const std::wstring& channel, std::uint32_t count);

}  // namespace bits::win32
