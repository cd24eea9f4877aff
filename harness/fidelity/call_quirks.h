// Where a system is known to answer a single call otherwise than the simulation does.
#pragma once

#include <span>
#include <string_view>

namespace bits::fidelity {

// A row explains a difference of one call on one implementation. It must be needed: where such a call was made and
// ended as in the simulation, the fidelity report says that the row is out of date.
struct CallQuirk {
  std::string_view implementation;  // "wine"
  std::string_view interface_name;
  std::string_view method;
  std::string_view argument;  // what the arguments as JSON have in them; empty: any
  std::string_view recorded;  // how the call ends there, as Difference::recorded has it
  std::string_view why;       // and where that is written down
};

std::span<const CallQuirk> CallQuirks();

}  // namespace bits::fidelity
