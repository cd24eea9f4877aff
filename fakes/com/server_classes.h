// The classes under which the simulation runs in a process of its own.
#pragma once

#include <optional>

#include "harness/api/background_copy_manager.h"
#include "harness/api/guid.h"

namespace bits::fakes::com {

// The class of a server, which needs no registration: it is there while the server runs. `server` names one server
// among others, and stands for a group of 16 classes, one a version of BITS.
Guid ServerClassId(const Guid& server, ManagerClass manager_class);

// The classes of one server: of its own, or BITS'.
class ServerClasses {
 public:
  ServerClasses(const Guid& server) : server_(server) {}  // NOLINT(google-explicit-constructor): a server is its GUID
  static ServerClasses OfBits() { return {}; }

  Guid Of(ManagerClass manager_class) const;
  bool are_of_bits() const { return !server_; }

 private:
  ServerClasses() = default;

  std::optional<Guid> server_;
};

}  // namespace bits::fakes::com
