// Jobs in the simulated queue, so that `jobs` and `sweep` have something to show.
#pragma once

#include <memory>

#include "fakes/world/cast.h"
#include "fakes/world/process.h"

namespace bits::doctor {

// For the owner of that kind: what two bitsdoctors left that were killed, in the middle of a transfer and before the
// file had its name; a job whose file is not on the server; one that has lost its helper token; one of a bitsdoctor
// that runs as long as the process returned here lives; and a job of another user's.
std::unique_ptr<fakes::Process> FillQueue(fakes::World& world, const fakes::Cast& cast, rules::TokenKind owner);

}  // namespace bits::doctor
