// Names and values of every code the project speaks of: COM, RPC, Win32 logon and service errors, BITS and HTTP.
//
// Names and values only, so that anything may print a code; what a code means, and what to do, is in
// harness/explain/error_catalogue.h.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace bits {

// One code under its SDK name. Win32 errors are listed as the HRESULT that HRESULT_FROM_WIN32 makes of them.
struct ErrorCode {
  std::uint32_t value;
  std::string_view name;
};

inline constexpr ErrorCode kErrorCodes[] = {
#define BITS_ERROR_CODE(value, name) {value, name},
#include "harness/api/error_codes.inc"
#undef BITS_ERROR_CODE
};

// The value of `name`, exactly as the SDK spells it. Throws std::invalid_argument for a name the table does not have,
// which at compile time is an error.
constexpr std::uint32_t ErrorCodeNamed(std::string_view name) {
  for (const ErrorCode& code : kErrorCodes) {
    if (code.name == name) return code.value;
  }
  throw std::invalid_argument("no such error code in harness/api/error_codes.inc");
}

}  // namespace bits
