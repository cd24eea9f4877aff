#include "scenarios/contract/backends.h"

#include <utility>

#if defined(_WIN32)
#include "fakes/com/round_trip.h"
#endif

namespace bits::contract {
namespace {

std::unique_ptr<fakes::Process> StartInSimulation(fakes::World& world, fakes::TokenPtr token) {
  return world.Start(std::move(token));
}

std::unique_ptr<Stage> Simulation() {
  return MakeSimulatedStage("sim", ApartmentType::kMultiThreaded, StartInSimulation);
}

#if defined(_WIN32)
std::unique_ptr<Stage> ComInMultiThreadedApartment() {
  return MakeSimulatedStage("com-mta", ApartmentType::kMultiThreaded, fakes::com::StartRoundTrip);
}
std::unique_ptr<Stage> ComInSingleThreadedApartment() {
  return MakeSimulatedStage("com-sta", ApartmentType::kSingleThreaded, fakes::com::StartRoundTrip);
}
#endif

constexpr Backend kBackends[] = {
    {"sim", Simulation},
#if defined(_WIN32)
    {"com-mta", ComInMultiThreadedApartment},
    {"com-sta", ComInSingleThreadedApartment},
    {"com-server", MakeServerStage},
    {"windows", MakeWindowsStage},
#endif
};

}  // namespace

std::span<const Backend> Backends() { return kBackends; }

}  // namespace bits::contract
