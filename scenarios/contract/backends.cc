#include "scenarios/contract/backends.h"

#include <utility>

namespace bits::contract {
namespace {

std::unique_ptr<fakes::Process> StartInSimulation(fakes::World& world, fakes::TokenPtr token) {
  return world.Start(std::move(token));
}

std::unique_ptr<Stage> Simulation() {
  return MakeSimulatedStage("sim", ApartmentType::kMultiThreaded, StartInSimulation);
}

constexpr Backend kBackends[] = {
    {"sim", Simulation},
#if defined(_WIN32)
    {"windows", MakeWindowsStage},
#endif
};

}  // namespace

std::span<const Backend> Backends() { return kBackends; }

}  // namespace bits::contract
