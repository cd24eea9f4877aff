// Comparing names that do not mind the case of their letters.
#pragma once

#include <algorithm>
#include <string_view>

namespace bits {

// Lower case for A to Z, whatever the locale is; every other byte stays as it is.
constexpr char ToLowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether two texts differ in nothing but the case of A to Z. For names that are ASCII by definition (URL schemes,
// header names, hexadecimal digits), and for names that Windows compares without case where ASCII is enough.
constexpr bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ToLowerAscii(x) == ToLowerAscii(y); });
}

}  // namespace bits
