// How many faults the clean-up scenarios of this run tried, for the closing table.
#pragma once

#include "scenarios/faults/engine.h"

namespace bits::scenarios {

void AddFaultCounts(const faults::Counts& counts);
const faults::Counts& FaultCounts();

}  // namespace bits::scenarios
