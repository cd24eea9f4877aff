// Lengths of texts as the SDK counts them, and the service's own texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/api/job_types.h"
#include "harness/api/result.h"

namespace bits::fakes {

// The number of UTF-16 units of a UTF-8 text.
constexpr std::size_t Utf16Length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) length += byte >= 0xF0U ? 2 : 1;
  }
  return length;
}

// The service speaks English (United States) and the neutral language, which means the caller's.
// ERROR_RESOURCE_LANG_NOT_FOUND for others.
Result<std::string> DescribeError(HResult code, std::uint32_t language_id);
Result<std::string> DescribeContext(ErrorContext context, std::uint32_t language_id);

}  // namespace bits::fakes
