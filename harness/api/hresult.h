// The result of a COM, BITS, RPC or Win32 call.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "harness/api/error_codes.h"

namespace bits {

// An HRESULT with the SDK's meaning of every bit. A value type; no thread rule.
class HResult {
 public:
  // S_OK.
  constexpr HResult() = default;
  explicit constexpr HResult(std::uint32_t value) : value_(value) {}

  // HRESULT_FROM_WIN32: zero becomes S_OK, any other code FACILITY_WIN32.
  static constexpr HResult FromWin32(std::uint32_t error) {
    return HResult(error == 0 ? 0 : (0x80070000U | (error & 0xFFFFU)));
  }

  constexpr std::uint32_t value() const { return value_; }
  constexpr bool Succeeded() const { return (value_ & 0x80000000U) == 0; }
  constexpr bool Failed() const { return !Succeeded(); }
  constexpr std::uint32_t facility() const { return (value_ >> 16) & 0x1FFFU; }
  constexpr std::uint32_t code() const { return value_ & 0xFFFFU; }

  friend constexpr auto operator<=>(HResult, HResult) = default;

 private:
  std::uint32_t value_ = 0;
};

// The SDK's name of `result`, or empty where it has none in the table of error_codes.h. The text is static.
std::string_view NameOf(HResult result);

// "E_ACCESSDENIED (0x80070005)"; "HRESULT_FROM_WIN32(1234) (0x800704D2)" for an unnamed Win32 error; else "0x8765ABCD".
std::string ToString(HResult result);

// "0x80070005", always eight digits.
std::string ToHex(HResult result);

std::ostream& operator<<(std::ostream& out, HResult result);

// clang before 15 forgets the consteval functions that class templates call; there a wrong name throws.
#if defined(__clang__) && __clang_major__ < 15
#define BITS_CONSTEVAL constexpr
#else
#define BITS_CONSTEVAL consteval
#endif

inline namespace literals {

// An HRESULT by its SDK name: "E_ACCESSDENIED"_hr. The SDK's names are macros, so they cannot be constants of ours;
// a name that is not in error_codes.h does not compile.
BITS_CONSTEVAL HResult operator""_hr(const char* name, std::size_t length) {
  return HResult(ErrorCodeNamed(std::string_view(name, length)));
}

}  // namespace literals

#undef BITS_CONSTEVAL
}  // namespace bits
