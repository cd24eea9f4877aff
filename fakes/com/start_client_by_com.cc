// The clients of the documented facts' tests, by way of COM.
#include "fakes/bits/start_client.h"

#include <utility>

#include "fakes/com/round_trip.h"
#include "fakes/com/scoped_fake_bits.h"

namespace bits::fakes {
namespace {

// What takes the blankets of this program's pointers to the simulation.
struct Blankets {
  World world{"win11-24h2"};
  std::unique_ptr<Process> process = world.Start(world.ServiceToken(kLocalSystemSid));
  com::ScopedFakeBits redirection{*process};
};

}  // namespace

std::unique_ptr<Process> StartClient(World& world, TokenPtr token) {
  static const Blankets blankets;
  return com::StartRoundTrip(world, std::move(token));
}

}  // namespace bits::fakes
