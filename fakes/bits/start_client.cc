#include "fakes/bits/start_client.h"

#include <utility>

namespace bits::fakes {

std::unique_ptr<Process> StartClient(World& world, TokenPtr token) { return world.Start(std::move(token)); }

std::unique_ptr<Process> StartClientInApartment(World& world, TokenPtr token) {
  return StartClient(world, std::move(token));
}

}  // namespace bits::fakes
