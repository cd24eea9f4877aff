// Names of HRESULT facilities (FACILITY_* of winerror.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace bits {

// "WIN32", "HTTP", "BACKGROUNDCOPY"; empty for a facility not in the table. The text is static.
std::string_view FacilityName(std::uint32_t facility);

}  // namespace bits
