#include "harness/api/guid.h"

#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace bits {
namespace {

constexpr std::string_view kShape = "00000000-0000-0000-0000-000000000000";

template <class Integer>
Integer Hex(std::string_view digits) {
  Integer value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

}  // namespace

std::string ToString(const Guid& guid) {
  const auto& d = guid.data4;
  return fmt::format("{{{:08X}-{:04X}-{:04X}-{:02X}{:02X}-{:02X}{:02X}{:02X}{:02X}{:02X}{:02X}}}", guid.data1,
                     guid.data2, guid.data3, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]);
}

std::optional<Guid> ParseGuid(std::string_view text) {
  if (text.size() == kShape.size() + 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, kShape.size());
  }
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = kShape[i] == '-';
    if (hyphen ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return std::nullopt;
  }
  Guid guid;
  guid.data1 = Hex<std::uint32_t>(text.substr(0, 8));
  guid.data2 = Hex<std::uint16_t>(text.substr(9, 4));
  guid.data3 = Hex<std::uint16_t>(text.substr(14, 4));
  constexpr std::size_t kOffsets[] = {19, 21, 24, 26, 28, 30, 32, 34};
  for (std::size_t i = 0; i < guid.data4.size(); ++i) guid.data4[i] = Hex<std::uint8_t>(text.substr(kOffsets[i], 2));
  return guid;
}

std::ostream& operator<<(std::ostream& out, const Guid& guid) { return out << ToString(guid); }

}  // namespace bits
