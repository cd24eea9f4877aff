// The calls of a recording on a simulated Windows.
#pragma once

#include <functional>
#include <string>

#include "harness/fidelity/comparison.h"
#include "harness/intercept/recording.h"

namespace bits::doctor {

// Runs `command` on a simulated Windows of the profile, as the kind of user that the recording was made by, and
// compares each of its calls with the recorded one. What was downloaded is there, with the size and status that were
// recorded. `open_helper` is given to the command for --helper-kind. An empty profile is the nearest one. Throws
// intercept::RecordingError for a value that is none of its method's type.
fidelity::FidelityReport CompareWithSimulation(
    const intercept::Recording& recording, const std::string& profile,
    const std::function<void(Environment& environment, const std::function<Result<Token>(LogonApi&)>& open_helper)>&
        command);

}  // namespace bits::doctor
