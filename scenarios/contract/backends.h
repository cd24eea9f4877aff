// The backends that this program was built with.
#pragma once

#include <memory>
#include <span>

#include "fakes/bits/matrix_runner.h"
#include "scenarios/contract/stage.h"

namespace bits::contract {

std::span<const Backend> Backends();

// A simulated Windows in virtual time: alice owns the jobs and is no administrator, or adam, who is; helen helps, or
// hector; olivia is the administrator. Clients are what `start` makes of a token, on a thread in an apartment of this
// kind.
std::unique_ptr<Stage> MakeSimulatedStage(std::string_view implementation, const StageOptions& options,
                                          ApartmentType apartment, fakes::StartProcess start);

// The BITS of the machine that this runs on, and a server of its own at the loopback address. The implementation is
// "windows", or "wine". In builds for Windows only.
std::unique_ptr<Stage> MakeWindowsStage(const StageOptions& options);

// This machine's own environment. In builds for Windows only.
std::unique_ptr<Environment> MakeWindowsEnvironment();

// A simulated Windows in a process of its own (fakebits_server, beside this program), through COM. In builds for
// Windows only.
std::unique_ptr<Stage> MakeServerStage(const StageOptions& options);

}  // namespace bits::contract
