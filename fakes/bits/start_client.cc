#include "fakes/bits/start_client.h"

#include <utility>

namespace bits::fakes {

std::unique_ptr<Process> StartClient(World& world, TokenPtr token) { return world.Start(std::move(token)); }

}  // namespace bits::fakes
