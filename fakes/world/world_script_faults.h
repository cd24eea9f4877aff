// What goes wrong on a simulated Windows, and when: the "faults" of a world script.
#pragma once

#include <vector>

#include "fakes/world/script_node.h"
#include "fakes/world/world.h"
#include "harness/intercept/fault_injector.h"

namespace bits::fakes {

// Plans the faults of the array `faults` (world_script.h) in the world, in which their servers and services are
// already; those without "from_ms" happen at once. Those of calls are given back, for a FaultInjector. Throws
// std::invalid_argument as MakeWorld does.
std::vector<intercept::Fault> AddFaults(const ScriptNode& faults, World& world);

}  // namespace bits::fakes
