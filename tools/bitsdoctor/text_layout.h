// Plain text for a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace bits::doctor {

// `text` broken at spaces into lines of at most `width` columns; every line but the first begins with `indent` spaces,
// and the first is taken to begin at that column. Words longer than a line stand alone. No line feed at the end.
std::string Wrap(std::string_view text, int indent, int width);

// 1234567 as "1,234,567".
std::string Grouped(std::uint64_t number);

// "12.3 MB", with decimal prefixes.
std::string Bytes(double bytes);

// For the `elapsed_ms` of a report.
inline double Milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// `text` as the content of an HTML element, or of an attribute in double quotes.
std::string HtmlText(std::string_view text);

enum class Colour { kNone, kGreen, kYellow, kRed, kDim };

// `text` in colour when `enabled`.
std::string Paint(std::string_view text, Colour colour, bool enabled);

}  // namespace bits::doctor
