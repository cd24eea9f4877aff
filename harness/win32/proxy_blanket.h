// COM security of one proxy.
#pragma once

#include "harness/api/com_security.h"
#include "harness/api/result.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// The EOLE_AUTHENTICATION_CAPABILITIES bit of a way of cloaking.
constexpr DWORD ToCapabilities(Cloaking cloaking) { return static_cast<DWORD>(cloaking); }

// CoSetProxyBlanket on `proxy` itself: security belongs to one interface pointer, so it must be the very pointer that
// the calls will be made on. pAuthInfo is NULL, as cloaking requires; COM chooses the authorization service and the
// principal's name [combaseapi-cosetproxyblanket].
HResult SetProxyBlanket(IUnknown* proxy, const ProxyBlanket& blanket);

// CoQueryProxyBlanket; of the capabilities only cloaking is told [combaseapi-coqueryproxyblanket].
Result<ProxyBlanket> QueryProxyBlanket(IUnknown* proxy);

}  // namespace bits::win32
