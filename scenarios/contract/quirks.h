// Where a backend is known to differ from the contract.
#pragma once

#include <span>
#include <string_view>

namespace bits::contract {

// What a case does after an observation.
enum class Then { kGoesOn, kEnds };

// A row replaces the expectation of one observation on one implementation. It must be needed: when the contract is kept
// there, or when a case that ran never made the observation, the suite fails.
struct Quirk {
  std::string_view implementation;  // Stage::implementation()
  std::string_view case_name;
  std::string_view observation;
  std::string_view instead;  // as Show writes it
  std::string_view why;      // and where that is written down
  Then then = Then::kGoesOn;
};

std::span<const Quirk> Quirks();

}  // namespace bits::contract
