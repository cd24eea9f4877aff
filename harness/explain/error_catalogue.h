// What every code of error_codes.h means for BITS and helper tokens: where it comes from, why, and what to do.
//
// Constant data, one table a family, nothing built at start-up. All texts are static; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "harness/api/hresult.h"

namespace bits {

// What the meaning of an entry rests on.
enum class Basis {
  kDocumented,     // a page of the documentation describes the code
  kHeaderMessage,  // no page lists it; bitsmsg.h of the SDK has a message beside it
  kNameOnly,       // only the name is documented; the meaning is what the name implies
};

// One likely cause, and what to do when it is the one.
struct Remedy {
  std::string_view cause;
  std::string_view fix;
};

// One code. Arrays end at their first empty element; the member functions give exactly what is there.
struct ErrorEntry {
  HResult code;
  std::string_view meaning;  // one sentence
  std::string_view origin;   // the API, step or service that yields it
  Basis basis = Basis::kDocumented;
  std::string_view first_steps[4] = {};  // what to find out first, in order
  Remedy remedies[12] = {};              // most likely cause first
  std::string_view sources[6] = {};      // ids of documentation.h
  std::string_view related[6] = {};      // names of error_codes.h
  std::string_view phrase = {};          // HTTP's reason phrase ("Not Found"), for HTTP statuses only

  // The SDK's name; for an HTTP status without a constant, empty.
  std::string_view name() const { return NameOf(code); }
  std::span<const std::string_view> FirstSteps() const;
  std::span<const Remedy> Remedies() const;
  std::span<const std::string_view> Sources() const;
  std::span<const std::string_view> Related() const;
};

// The entry of `code`, or null. Every code of kErrorCodes has one, and so has every HTTP status that HTTP's registry
// names, with or without a BG_E_HTTP_ERROR constant.
const ErrorEntry* FindEntry(HResult code);

// All tables, a family each.
std::span<const std::span<const ErrorEntry>> AllEntries();

// BITS reports an HTTP status as 0x8019 and the status [bits-return-values].
inline constexpr std::uint32_t kFacilityHttp = 25;
constexpr HResult HResultOfHttpStatus(std::uint16_t status) { return HResult(0x80190000U | status); }

// The status inside an HRESULT of FACILITY_HTTP, 100 to 999; nothing for other codes, such as BITS_MC_*.
constexpr std::optional<std::uint16_t> HttpStatusOf(HResult code) {
  if (!code.Failed() || code.facility() != kFacilityHttp || code.code() < 100 || code.code() > 999) return std::nullopt;
  return static_cast<std::uint16_t>(code.code());
}

// The Win32 error inside a failure of FACILITY_WIN32; nothing for other codes.
inline constexpr std::uint32_t kFacilityWin32 = 7;
constexpr std::optional<std::uint16_t> Win32ErrorOf(HResult code) {
  if (!code.Failed() || code.facility() != kFacilityWin32) return std::nullopt;
  return static_cast<std::uint16_t>(code.code());
}

// Whether the documented rule makes `status` an error that BITS retries by itself. The page gives the rule for the
// answers of server applications to uploads [handling-server-application-errors].
constexpr bool IsTransientHttpStatus(std::uint16_t status) {
  if (status >= 300 && status < 400) return !(status <= 305 || status == 307);
  if (status >= 400 && status < 500) return status == 408 || status == 409;
  if (status >= 500 && status < 600) return status != 501 && status != 505;
  return true;
}

}  // namespace bits
