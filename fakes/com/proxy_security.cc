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

HRESULT SetBlanket(Identity& owner, IUnknown* proxy, const ProxyBlanket& blanket) {
  Facet* const facet = owner.FacetAt(proxy);
  // The security of an object's IUnknown is COM's affair: the service never hears of it.
  if (facet == nullptr) return S_OK;
  const Publisher::LocalScope scope(owner.publisher());
  return FAILED(scope.result()) ? scope.result()
                                : ToHresult(owner.publisher().gate().SetBlanket(*facet->object(), blanket));
}

HRESULT QueryBlanket(Identity& owner, IUnknown* proxy, ProxyBlanket& blanket) {
  Facet* const facet = owner.FacetAt(proxy);
  const Publisher::LocalScope scope(owner.publisher());
  if (FAILED(scope.result())) return scope.result();
  const Result<ProxyBlanket> found =
      owner.publisher().gate().QueryBlanket(*(facet != nullptr ? *facet : owner.FirstFacet()).object());
  if (!found) return ToHresult(found.error());
  blanket = *found;
  return S_OK;
}

HRESULT WINAPI CoSetProxyBlanket(IUnknown* proxy, DWORD authentication, DWORD authorization, OLECHAR* principal,
                                 DWORD authentication_level, DWORD impersonation_level, void* identity,
                                 DWORD capabilities) {
  const ComPtr<Identity> owner = OwnerOf(proxy);
  if (!owner) {
    return Real().CoSetProxyBlanket(proxy, authentication, authorization, principal, authentication_level,
                                    impersonation_level, identity, capabilities);
  }
  ProxyBlanket blanket;
  blanket.authentication_service = static_cast<AuthenticationService>(authentication);
  blanket.authentication_level = static_cast<AuthenticationLevel>(authentication_level);
  blanket.impersonation_level = static_cast<ImpersonationLevel>(impersonation_level);
  blanket.cloaking =
      capabilities == EOAC_DEFAULT ? owner->publisher().gate().process_cloaking.load() : CloakingOf(capabilities);
  if (identity != nullptr && identity != COLE_DEFAULT_AUTHINFO) {
    // Cloaking needs NULL [combaseapi-cosetproxyblanket]; other credentials are nothing that a local call can carry.
    return blanket.cloaking == Cloaking::kNone ? E_NOTIMPL : E_INVALIDARG;
  }
  return SetBlanket(*owner.Get(), proxy, blanket);
}

HRESULT WINAPI CoQueryProxyBlanket(IUnknown* proxy, DWORD* authentication, DWORD* authorization, OLECHAR** principal,
                                   DWORD* authentication_level, DWORD* impersonation_level,
                                   RPC_AUTH_IDENTITY_HANDLE* identity, DWORD* capabilities) {
  const ComPtr<Identity> owner = OwnerOf(proxy);
  if (!owner) {
    return Real().CoQueryProxyBlanket(proxy, authentication, authorization, principal, authentication_level,
                                      impersonation_level, identity, capabilities);
  }
  ProxyBlanket blanket;
  const HRESULT result = QueryBlanket(*owner.Get(), proxy, blanket);
  if (FAILED(result)) return result;
  if (authentication != nullptr) *authentication = static_cast<DWORD>(blanket.authentication_service);
  if (authorization != nullptr) *authorization = RPC_C_AUTHZ_NONE;
  if (principal != nullptr) *principal = nullptr;
  if (authentication_level != nullptr) *authentication_level = static_cast<DWORD>(blanket.authentication_level);
  if (impersonation_level != nullptr) *impersonation_level = static_cast<DWORD>(blanket.impersonation_level);
  if (identity != nullptr) *identity = nullptr;
  if (capabilities != nullptr) *capabilities = static_cast<DWORD>(blanket.cloaking);
  return S_OK;
}

HRESULT WINAPI CoCopyProxy(IUnknown* proxy, IUnknown** copy) {
  const ComPtr<Identity> owner = OwnerOf(proxy);
  if (!owner) return Real().CoCopyProxy(proxy, copy);
  if (copy == nullptr) return E_INVALIDARG;
  *copy = nullptr;
  Facet* const facet = owner->FacetAt(proxy);
  return facet == nullptr ? E_NOINTERFACE : owner->Copy(*facet, copy);
}

}  // namespace

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
