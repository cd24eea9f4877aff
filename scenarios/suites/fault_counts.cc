#include "scenarios/suites/fault_counts.h"

namespace bits::scenarios {
namespace {

faults::Counts& Sum() {
  static faults::Counts sum;
  return sum;
}

}  // namespace

void AddFaultCounts(const faults::Counts& counts) { Sum() += counts; }
const faults::Counts& FaultCounts() { return Sum(); }

}  // namespace bits::scenarios
