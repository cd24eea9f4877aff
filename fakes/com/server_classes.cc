#include "fakes/com/server_classes.h"

namespace bits::fakes::com {

Guid ServerClassId(const Guid& server, ManagerClass manager_class) {
  Guid id = server;
  id.data4[7] = static_cast<std::uint8_t>((id.data4[7] & 0xF0U) | static_cast<std::uint8_t>(manager_class));
  return id;
}

}  // namespace bits::fakes::com
