#include "harness/win32/windows_headers.h"

#include "fakes/com/proxy_security.h"

#include "fakes/com/identity.h"
#include "fakes/com/out_values.h"
#include "fakes/com/real_functions.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

constexpr DWORD kCloakingCapabilities = EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING;

Cloaking CloakingOf(DWORD capabilities) { return static_cast<Cloaking>(capabilities & kCloakingCapabilities); }

HRESULT WINAPI CoSetProxyBlanket(IUnknown* proxy, DWORD authentication, DWORD authorization, OLECHAR* principal,
                                 DWORD authentication_level, DWORD impersonation_level, void* auth_info,
                                 DWORD capabilities) {
  if (const ComPtr<Identity> owner = OwnerOf(proxy)) {
    return owner->security().SetBlanket(proxy, authentication, authorization, principal, authentication_level,
                                        impersonation_level, auth_info, capabilities);
  }
  return Real().CoSetProxyBlanket(proxy, authentication, authorization, principal, authentication_level,
                                  impersonation_level, auth_info, capabilities);
}

HRESULT WINAPI CoQueryProxyBlanket(IUnknown* proxy, DWORD* authentication, DWORD* authorization, OLECHAR** principal,
                                   DWORD* authentication_level, DWORD* impersonation_level,
                                   RPC_AUTH_IDENTITY_HANDLE* auth_info, DWORD* capabilities) {
  if (const ComPtr<Identity> owner = OwnerOf(proxy)) {
    return owner->security().QueryBlanket(proxy, authentication, authorization, principal, authentication_level,
                                          impersonation_level, auth_info, capabilities);
  }
  return Real().CoQueryProxyBlanket(proxy, authentication, authorization, principal, authentication_level,
                                    impersonation_level, auth_info, capabilities);
}

HRESULT WINAPI CoCopyProxy(IUnknown* proxy, IUnknown** copy) {
  const ComPtr<Identity> owner = OwnerOf(proxy);
  return owner ? owner->security().CopyProxy(proxy, copy) : Real().CoCopyProxy(proxy, copy);
}

}  // namespace

ClientSecurity::ClientSecurity(Identity& identity) : LocalInterface(identity), identity_(identity) {}

HRESULT STDMETHODCALLTYPE ClientSecurity::SetBlanket(IUnknown* proxy, DWORD authentication, DWORD, OLECHAR*,
                                                     DWORD authentication_level, DWORD impersonation_level,
                                                     void* auth_info, DWORD capabilities) {
  Gate& gate = identity_.publisher().gate();
  const Publisher::LocalScope scope(identity_.publisher());
  if (FAILED(scope.result())) return scope.result();
  ProxyBlanket blanket;
  blanket.authentication_service = static_cast<AuthenticationService>(authentication);
  blanket.authentication_level = static_cast<AuthenticationLevel>(authentication_level);
  blanket.impersonation_level = static_cast<ImpersonationLevel>(impersonation_level);
  blanket.cloaking = capabilities == EOAC_DEFAULT ? gate.process_cloaking.load() : CloakingOf(capabilities);
  if (auth_info != nullptr && auth_info != COLE_DEFAULT_AUTHINFO) {
    // Cloaking needs NULL [combaseapi-cosetproxyblanket]; other credentials are nothing that a local call can carry.
    return blanket.cloaking == Cloaking::kNone ? E_NOTIMPL : E_INVALIDARG;
  }
  const Result<Unknown*> object = identity_.ObjectOf(proxy);
  return ToHresult(object ? gate.SetBlanket(**object, blanket) : object.error());
}

HRESULT STDMETHODCALLTYPE ClientSecurity::QueryBlanket(IUnknown* proxy, DWORD* authentication, DWORD* authorization,
                                                       OLECHAR** principal, DWORD* authentication_level,
                                                       DWORD* impersonation_level, void** auth_info,
                                                       DWORD* capabilities) {
  const Publisher::LocalScope scope(identity_.publisher());
  if (FAILED(scope.result())) return scope.result();
  const Result<Unknown*> object = identity_.ObjectOf(proxy);
  if (!object) return ToHresult(object.error());
  const Result<ProxyBlanket> blanket = identity_.publisher().gate().QueryBlanket(**object);
  if (!blanket) return ToHresult(blanket.error());
  if (authentication != nullptr) *authentication = static_cast<DWORD>(blanket->authentication_service);
  if (authorization != nullptr) *authorization = RPC_C_AUTHZ_NONE;
  if (principal != nullptr) *principal = nullptr;
  if (authentication_level != nullptr) *authentication_level = static_cast<DWORD>(blanket->authentication_level);
  if (impersonation_level != nullptr) *impersonation_level = static_cast<DWORD>(blanket->impersonation_level);
  if (auth_info != nullptr) *auth_info = nullptr;
  if (capabilities != nullptr) *capabilities = static_cast<DWORD>(blanket->cloaking);
  return S_OK;
}

HRESULT STDMETHODCALLTYPE ClientSecurity::CopyProxy(IUnknown* proxy, IUnknown** copy) {
  if (copy == nullptr) return E_INVALIDARG;
  *copy = nullptr;
  Facet* const facet = identity_.FacetAt(proxy);
  return facet == nullptr ? E_NOINTERFACE : identity_.Copy(*facet, copy);
}

std::span<const RedirectedFunction> ProxySecurityFunctions() {
  static const RedirectedFunction kFunctions[] = {
      {"CoSetProxyBlanket", kComLibraries, reinterpret_cast<void*>(&CoSetProxyBlanket)},
      {"CoQueryProxyBlanket", kComLibraries, reinterpret_cast<void*>(&CoQueryProxyBlanket)},
      {"CoCopyProxy", kComLibraries, reinterpret_cast<void*>(&CoCopyProxy)},
  };
  static_cast<void>(Real());
  return kFunctions;
}

}  // namespace bits::fakes::com
