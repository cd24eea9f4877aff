// The classes under which the simulation runs in a process of its own.
#pragma once

#include "harness/api/background_copy_manager.h"
#include "harness/api/guid.h"

namespace bits::fakes::com {

// The class of a server, which is not registered anywhere: it is there while the server runs. `server` names one server
// among others, and stands for a group of 16 classes, one a version of BITS.
Guid ServerClassId(const Guid& server, ManagerClass manager_class);

}  // namespace bits::fakes::com
