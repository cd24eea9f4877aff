// The backends that this program was built with.
#pragma once

#include <memory>
#include <span>

#include "fakes/world/process.h"
#include "scenarios/contract/stage.h"

namespace bits::contract {

std::span<const Backend> Backends();

// How a client of a simulated stage is started.
using StartProcess = std::unique_ptr<fakes::Process> (*)(fakes::World& world, fakes::TokenPtr token);

// A simulated Windows 10 1607 in virtual time: alice owns the jobs and is no administrator, helen helps, olivia is the
// administrator. Clients are what `start` makes of a token, on a thread in an apartment of this kind.
std::unique_ptr<Stage> MakeSimulatedStage(std::string_view implementation, ApartmentType apartment, StartProcess start);

// The BITS of the machine that this runs on, and a server of its own at the loopback address. The implementation is
// "windows", or "wine". In builds for Windows only.
std::unique_ptr<Stage> MakeWindowsStage();

// A simulated Windows 10 1607 in a process of its own (fakebits_server, beside this program), through COM. In builds
// for Windows only.
std::unique_ptr<Stage> MakeServerStage();

}  // namespace bits::contract
