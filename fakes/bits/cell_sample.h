// Cells of the decision space for whoever cannot play them all.
#pragma once

#include <vector>

#include "harness/rules/decision_space.h"

namespace bits::fakes {

// Some thousand cells, always the same, in the order of the decision space, in which
//  * any three values of three columns occur together;
//  * every rule decides on each profile, for each method, for which it decides any cell at all.
std::vector<rules::Cell> SampleCells();

}  // namespace bits::fakes
