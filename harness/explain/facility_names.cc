#include "harness/explain/facility_names.h"

namespace bits {
namespace {

struct Facility {
  std::uint32_t number;
  std::string_view name;
};

constexpr Facility kFacilities[] = {
    {0, "NULL"},
    {1, "RPC"},
    {2, "DISPATCH"},
    {3, "STORAGE"},
    {4, "ITF"},
    {7, "WIN32"},
    {8, "WINDOWS"},
    {9, "SECURITY"},
    {10, "CONTROL"},
    {11, "CERT"},
    {12, "INTERNET"},
    {13, "MEDIASERVER"},
    {14, "MSMQ"},
    {15, "SETUPAPI"},
    {16, "SCARD"},
    {17, "COMPLUS"},
    {18, "AAF"},
    {19, "URT"},
    {20, "ACS"},
    {21, "DPLAY"},
    {22, "UMI"},
    {23, "SXS"},
    {24, "WINDOWS_CE"},
    {25, "HTTP"},
    {32, "BACKGROUNDCOPY"},
    {33, "CONFIGURATION"},
    {34, "STATE_MANAGEMENT"},
    {35, "METADIRECTORY"},
    {36, "WINDOWSUPDATE"},
    {37, "DIRECTORYSERVICE"},
};

}  // namespace

std::string_view FacilityName(std::uint32_t facility) {
  for (const Facility& row : kFacilities) {
    if (row.number == facility) return row.name;
  }
  return {};
}

}  // namespace bits
