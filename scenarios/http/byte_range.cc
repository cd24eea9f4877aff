#include "scenarios/http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace bits::testing {
namespace {

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

ByteRange Part(std::uint64_t first, std::uint64_t length) { return {ByteRange::Kind::kPart, first, length}; }

}  // namespace

ByteRange ParseByteRange(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  constexpr ByteRange kWhole;
  constexpr ByteRange kUnsatisfiable{ByteRange::Kind::kUnsatisfiable};
  if (!header.starts_with(kUnit)) return kWhole;
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return kWhole;
  const std::string_view first_text = header.substr(0, dash);
  const std::string_view last_text = header.substr(dash + 1);
  const std::optional<std::uint64_t> first = ParseNumber(first_text);
  const std::optional<std::uint64_t> last = ParseNumber(last_text);
  if (first_text.empty()) {
    if (!last) return kWhole;
    const std::uint64_t length = std::min(*last, size);
    return length == 0 ? kUnsatisfiable : Part(size - length, length);
  }
  if (!first || (!last && !last_text.empty())) return kWhole;
  if (last && *last < *first) return kWhole;
  if (*first >= size) return kUnsatisfiable;
  return Part(*first, std::min(last.value_or(size - 1), size - 1) - *first + 1);
}

}  // namespace bits::testing
