#include "harness/fidelity/call_quirks.h"

namespace bits::fidelity {
namespace {

constexpr std::string_view kWine = "wine";

constexpr CallQuirk kQuirks[] = {
    {kWine, "IBackgroundCopyManager", "QueryProxyBlanket", "", "E_NOTIMPL",
     "proxies have no security (seen on Wine 8.0)"},
    {kWine, "IBackgroundCopyJob", "GetOwner", "", "E_NOTIMPL", "not implemented (seen on Wine 8.0)"},
    {kWine, "IBackgroundCopyJob", "QueryInterface", "IBitsTokenOptions", "E_NOINTERFACE",
     "BITS 3.0, without helper tokens (seen on Wine 8.0)"},
    {kWine, "IBackgroundCopyManager", "GetJob", "", "S_OK",
     "a cancelled job is found until the service forgets it (seen on Wine 8.0)"},
};

}  // namespace

std::span<const CallQuirk> CallQuirks() { return kQuirks; }

}  // namespace bits::fidelity
