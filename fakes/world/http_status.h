// What the simulation knows about HTTP's statuses.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/api/hresult.h"

namespace bits::fakes {

// HTTP's own phrase ("Not Found"); empty for a status that it does not define.
std::string_view ReasonOfStatus(std::uint32_t status);

// Whether BITS tries again by itself: a server that is unavailable may come back, one that refuses goes on refusing
// [best-practices-when-using-bits].
bool IsTransientStatus(std::uint32_t status);

// BG_E_HTTP_ERROR_nnn, for any status [bits-return-values].
constexpr HResult HResultOfStatus(std::uint32_t status) { return HResult(0x80190000U | (status & 0xFFFFU)); }

}  // namespace bits::fakes
