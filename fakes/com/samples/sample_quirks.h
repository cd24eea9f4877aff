// Where Wine's BITS makes a sample print something else than the simulation does.
#pragma once

#include <span>
#include <string_view>

namespace bits::samples {

// A row allows one line of the sample's output to differ, wherever it stands. It must be needed: a row that shows in no
// run of the sample fails the test. SIDs are masked.
struct SampleQuirk {
  std::string_view sample;
  std::string_view on_bits;
  std::string_view on_the_fake;
  std::string_view why;  // what Wine does, and the documentation that the simulation follows
};

std::span<const SampleQuirk> SampleQuirks();

}  // namespace bits::samples
