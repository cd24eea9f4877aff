// A client that talks to the simulation through two translations: the harness's own adapter, which calls COM, over the
// simulation as COM objects. It must be indistinguishable from one that talks to the simulation itself.
#pragma once

#include <memory>

#include "fakes/world/process.h"

namespace bits::fakes::com {

// A process of the world whose com() is such a round trip. Apartments, waiting and everything else are the simulated
// process's own. From the first one on, CoSetProxyBlanket and its kin are redirected in this program, so that the
// blankets of the adapter's pointers reach the simulation.
std::unique_ptr<Process> StartRoundTrip(World& world, TokenPtr token);

// The same by the whole way of an unchanged program: its com() is this program's own COM, with real apartments, which a
// ScopedFakeBits leads to the simulation while the process lives. Whom a thread impersonates is the simulation's
// affair. The youngest of several has the calls.
std::unique_ptr<Process> StartUnchanged(World& world, TokenPtr token);

}  // namespace bits::fakes::com
