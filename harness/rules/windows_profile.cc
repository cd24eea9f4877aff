#include "harness/rules/windows_profile.h"

#include <algorithm>

namespace bits::rules {
namespace {

// [what-s-new, determining-the-version-of-bits-on-a-computer]
constexpr WindowsProfile kProfiles[] = {
    {"vista", {6, 0, 6002}, false, "Windows Vista Business", "", ManagerClass::k3_0, {{7, 0, 6002, 18005}}},
    {"win7", {6, 1, 7601}, false, "Windows 7 Professional", "", ManagerClass::k4_0, {{7, 5, 7601, 17514}}},
    {"win8.1", {6, 3, 9600}, false, "Windows 8.1 Pro", "", ManagerClass::k5_0, {{7, 7, 9600, 16384}}},
    {"win10-1507", {10, 0, 10240}, false, "Windows 10 Pro", "1507", ManagerClass::k10_1, {{7, 8, 10240, 16384}}},
    {"win10-1607", {10, 0, 14393}, false, "Windows 10 Pro", "1607", ManagerClass::k10_1, {{7, 8, 14393, 0}}},
    {"win10-1809", {10, 0, 17763}, false, "Windows 10 Pro", "1809", ManagerClass::k10_2, {{7, 8, 17763, 1}}},
    {"win10-1903", {10, 0, 18362}, false, "Windows 10 Pro", "1903", ManagerClass::k10_3, {{7, 8, 18362, 1}}},
    {"win10-22h2", {10, 0, 19045}, false, "Windows 10 Pro", "22H2", ManagerClass::k10_3, {{7, 8, 19041, 1}}},
    {"win11-24h2", {10, 0, 26100}, false, "Windows 11 Pro", "24H2", ManagerClass::k10_3, {{7, 8, 26100, 1}}},
    {"server2008r2",
     {6, 1, 7601},
     true,
     "Windows Server 2008 R2 Standard",
     "",
     ManagerClass::k4_0,
     {{7, 5, 7601, 17514}}},
    {"server2016",
     {10, 0, 14393},
     true,
     "Windows Server 2016 Standard",
     "1607",
     ManagerClass::k10_1,
     {{7, 8, 14393, 0}}},
    {"server2019",
     {10, 0, 17763},
     true,
     "Windows Server 2019 Standard",
     "1809",
     ManagerClass::k10_2,
     {{7, 8, 17763, 1}}},
    {"server2022",
     {10, 0, 20348},
     true,
     "Windows Server 2022 Standard",
     "21H2",
     ManagerClass::k10_3,
     {{7, 8, 20348, 1}}},
    {"server2025",
     {10, 0, 26100},
     true,
     "Windows Server 2025 Standard",
     "24H2",
     ManagerClass::k10_3,
     {{7, 8, 26100, 1}}},
};

}  // namespace

std::span<const WindowsProfile> WindowsProfiles() { return kProfiles; }

const WindowsProfile* FindProfile(std::string_view name) {
  const auto* found = std::ranges::find(kProfiles, name, &WindowsProfile::name);
  return found == std::end(kProfiles) ? nullptr : found;
}

}  // namespace bits::rules
