#include "harness/win32/proxy_blanket.h"

#include "harness/win32/system_error.h"

namespace bits::win32 {

static_assert(ToCapabilities(Cloaking::kNone) == EOAC_NONE);
static_assert(ToCapabilities(Cloaking::kStatic) == EOAC_STATIC_CLOAKING);
static_assert(ToCapabilities(Cloaking::kDynamic) == EOAC_DYNAMIC_CLOAKING);
static_assert(static_cast<DWORD>(AuthenticationService::kDefault) == RPC_C_AUTHN_DEFAULT);

HResult SetProxyBlanket(IUnknown* proxy, const ProxyBlanket& blanket) {
  return FromHresult(CoSetProxyBlanket(proxy, static_cast<DWORD>(blanket.authentication_service), RPC_C_AUTHZ_DEFAULT,
                                       COLE_DEFAULT_PRINCIPAL, static_cast<DWORD>(blanket.authentication_level),
                                       static_cast<DWORD>(blanket.impersonation_level), nullptr,
                                       ToCapabilities(blanket.cloaking)));
}

Result<ProxyBlanket> QueryProxyBlanket(IUnknown* proxy) {
  DWORD service = 0;
  DWORD authentication_level = 0;
  DWORD impersonation_level = 0;
  DWORD capabilities = 0;
  const HResult result = FromHresult(CoQueryProxyBlanket(proxy, &service, nullptr, nullptr, &authentication_level,
                                                         &impersonation_level, nullptr, &capabilities));
  if (result.Failed()) return Failure(result);
  constexpr DWORD kCloaking = EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING;
  return ProxyBlanket{.authentication_service = static_cast<AuthenticationService>(service),
                      .authentication_level = static_cast<AuthenticationLevel>(authentication_level),
                      .impersonation_level = static_cast<ImpersonationLevel>(impersonation_level),
                      .cloaking = static_cast<Cloaking>(capabilities & kCloaking)};
}

}  // namespace bits::win32
