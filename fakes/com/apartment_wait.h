// Waiting by COM in a single-threaded apartment whose callbacks come from the simulation.
#pragma once

#include <span>

#include "fakes/com/import_redirection.h"

namespace bits::fakes::com {

// Replacements of CoWaitForMultipleHandles and CoWaitForMultipleObjects, which let the calls to the thread's apartment
// in, as COM does [combaseapi-cowaitformultiplehandles]: for COM that is its own window, and not an ApartmentWindow. A
// wait for all of the handles (COWAIT_WAITALL) is the system's alone, in which nothing comes in before they are
// signalled; so is one for objects without CWMO_DISPATCH_CALLS. Valid for the life of the program.
std::span<const RedirectedFunction> ApartmentWaitFunctions();

}  // namespace bits::fakes::com
