#include "harness/win32/windows_headers.h"

#include "fakes/com/server_classes.h"

#include "harness/win32/conversions.h"
#include "harness/win32/manager_class_ids.h"

namespace bits::fakes::com {

Guid ServerClassId(const Guid& server, ManagerClass manager_class) {
  Guid id = server;
  id.data4[7] = static_cast<std::uint8_t>((id.data4[7] & 0xF0U) | static_cast<std::uint8_t>(manager_class));
  return id;
}

Guid ServerClasses::Of(ManagerClass manager_class) const {
  return server_ ? ServerClassId(*server_, manager_class) : win32::FromGuid(win32::ClassId(manager_class));
}

}  // namespace bits::fakes::com
