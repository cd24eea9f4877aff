// The clients of the documented facts' tests, by way of COM.
#include <utility>

#include "fakes/bits/start_client.h"
#include "fakes/com/round_trip.h"

namespace bits::fakes {

std::unique_ptr<Process> StartClient(World& world, TokenPtr token) {
  return com::StartRoundTrip(world, std::move(token));
}

std::unique_ptr<Process> StartClientInApartment(World& world, TokenPtr token) {
  return com::StartUnchanged(world, std::move(token));
}

}  // namespace bits::fakes
