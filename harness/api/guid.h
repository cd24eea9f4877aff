// A GUID, as job ids are.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace bits {

struct Guid {
  std::uint32_t data1 = 0;
  std::uint16_t data2 = 0;
  std::uint16_t data3 = 0;
  std::array<std::uint8_t, 8> data4{};

  friend auto operator<=>(const Guid&, const Guid&) = default;
};

// "{4991D34B-80A1-4291-83B6-3328366B9097}".
std::string ToString(const Guid& guid);

// Reads what ToString writes; braces may be absent, letters of either case.
std::optional<Guid> ParseGuid(std::string_view text);

std::ostream& operator<<(std::ostream& out, const Guid& guid);

}  // namespace bits
