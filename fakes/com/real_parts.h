// What a world script can have that is real, on Windows.
#pragma once

#include "fakes/world/world_script.h"

namespace bits::fakes::com {

// RealFileStore and RealHttpSource.
RealParts WindowsParts();

}  // namespace bits::fakes::com
