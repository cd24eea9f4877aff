// The security of a client's pointers: IClientSecurity, and CoSetProxyBlanket and its kin.
#pragma once

#include <span>

#include "fakes/com/import_redirection.h"
#include "fakes/com/local_interface.h"

namespace bits::fakes::com {

class Identity;

// IClientSecurity of one object, for its own pointers: E_INVALIDARG for any other, and for this one, since what COM
// does by itself has no security [nn-objidl-iclientsecurity]. RPC_E_DISCONNECTED once the publisher is closed.
//
// A COM that finds it on a pointer calls it in CoSetProxyBlanket [combaseapi-cosetproxyblanket], so modules whose
// imports are not redirected reach it too.
class ClientSecurity final : public LocalInterface<IClientSecurity> {
 public:
  explicit ClientSecurity(Identity& identity);

  HRESULT STDMETHODCALLTYPE QueryBlanket(IUnknown* proxy, DWORD* authentication, DWORD* authorization,
                                         OLECHAR** principal, DWORD* authentication_level, DWORD* impersonation_level,
                                         void** auth_info, DWORD* capabilities) override;
  HRESULT STDMETHODCALLTYPE SetBlanket(IUnknown* proxy, DWORD authentication, DWORD authorization, OLECHAR* principal,
                                       DWORD authentication_level, DWORD impersonation_level, void* auth_info,
                                       DWORD capabilities) override;
  // E_NOINTERFACE for IUnknown, which has no copies [iclientsecurity-copyproxy].
  HRESULT STDMETHODCALLTYPE CopyProxy(IUnknown* proxy, IUnknown** copy) override;

 private:
  Identity& identity_;
};

// Replacements of CoSetProxyBlanket, CoQueryProxyBlanket and CoCopyProxy that know every pointer of every Publisher,
// and pass any other on to the system. Valid for the life of the program.
std::span<const RedirectedFunction> ProxySecurityFunctions();

}  // namespace bits::fakes::com
