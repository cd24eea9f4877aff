// The Windows versions that rules are asked about and that can be simulated.
#pragma once

#include <span>
#include <string_view>

#include "harness/api/machine.h"

namespace bits::rules {

struct WindowsProfile {
  std::string_view name;  // "win10-1607"
  OsBuild build;
  bool server = false;
  std::string_view product_name;
  std::string_view display_version;
  ManagerClass newest_class = ManagerClass::k1_0;  // the newest class of the service that is registered
  FileVersion qmgr_version;
};

// From the oldest client to the newest, then the servers.
std::span<const WindowsProfile> WindowsProfiles();

// Null where there is none of the name.
const WindowsProfile* FindProfile(std::string_view name);

}  // namespace bits::rules
