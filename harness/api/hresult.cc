#include "harness/api/hresult.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace bits {
namespace {

constexpr std::uint32_t kFacilityWin32 = 7;

std::vector<ErrorCode> SortedByValue() {
  std::vector<ErrorCode> codes(std::begin(kErrorCodes), std::end(kErrorCodes));
  std::ranges::stable_sort(codes, {}, &ErrorCode::value);
  return codes;
}

}  // namespace

std::string_view NameOf(HResult result) {
  static const std::vector<ErrorCode> codes = SortedByValue();
  const auto found = std::ranges::lower_bound(codes, result.value(), {}, &ErrorCode::value);
  return found != codes.end() && found->value == result.value() ? found->name : std::string_view();
}

std::string ToHex(HResult result) { return fmt::format("0x{:08X}", result.value()); }

std::string ToString(HResult result) {
  if (const std::string_view name = NameOf(result); !name.empty()) return fmt::format("{} ({})", name, ToHex(result));
  if (result.Failed() && result.facility() == kFacilityWin32) {
    return fmt::format("HRESULT_FROM_WIN32({}) ({})", result.code(), ToHex(result));
  }
  return ToHex(result);
}

std::ostream& operator<<(std::ostream& out, HResult result) { return out << ToString(result); }

}  // namespace bits
