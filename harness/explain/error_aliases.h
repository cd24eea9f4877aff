// Other names and values under which logs show a code of error_codes.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/api/hresult.h"

namespace bits {

// `native` is the value that the other name has in its own world: an NTSTATUS; 0 where it is the HRESULT itself or its
// Win32 error.
struct ErrorAlias {
  std::string_view name;
  HResult code;
  std::uint32_t native = 0;
};

// Static data; any thread.
std::span<const ErrorAlias> ErrorAliases();

}  // namespace bits
