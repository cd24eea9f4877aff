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

std::unique_ptr<Stage> Simulation(const StageOptions& options) {
  return MakeSimulatedStage("sim", options, ApartmentType::kMultiThreaded, StartInSimulation);
}

#if defined(_WIN32)
std::unique_ptr<Stage> ComInMultiThreadedApartment(const StageOptions& options) {
  return MakeSimulatedStage("com-mta", options, ApartmentType::kMultiThreaded, fakes::com::StartRoundTrip);
}
std::unique_ptr<Stage> ComInSingleThreadedApartment(const StageOptions& options) {
  return MakeSimulatedStage("com-sta", options, ApartmentType::kSingleThreaded, fakes::com::StartRoundTrip);
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
