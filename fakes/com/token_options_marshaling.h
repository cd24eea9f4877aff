// IBitsTokenOptions across apartments and processes, where the system cannot carry it.
//
// Windows has a proxy and a stub for the interface; Wine has none, so a client's QueryInterface fails there with
// E_NOINTERFACE however well the server's object implements it. These are written by hand, and speak what MIDL would
// have made of
//
//   HRESULT SetHelperTokenFlags([in] DWORD UsageFlags);
//   HRESULT GetHelperTokenFlags([out] DWORD* pFlags);
//   HRESULT SetHelperToken();
//   HRESULT ClearHelperToken();
//   HRESULT GetHelperTokenSid([out] LPWSTR* pSid);            // *pSid: unique, string
//
// in NDR 2.0, so that either side may be somebody else's. What a caller meets:
//  * A null out-pointer is refused before anything is sent: HRESULT_FROM_WIN32(RPC_X_NULL_REF_POINTER).
//  * Out-parameters are cleared first, and hold what the object gave once the call has come back whole, whatever its
//    HRESULT was; like MIDL's, this stub hands out-parameters on also when the method failed, cleared if the object
//    left them alone.
//  * A message that is cut short, inconsistent, or neither little-endian nor ASCII (NDR's other representations) is
//    HRESULT_FROM_WIN32(RPC_X_BAD_STUB_DATA); a method that the interface has not got, in the stub,
//    HRESULT_FROM_WIN32(RPC_S_PROCNUM_OUT_OF_RANGE). Neither reaches the object.
//  * What the channel reports is handed on.
#pragma once

#include <optional>

#include "harness/api/result.h"
#include "harness/win32/bits_headers.h"

namespace bits::fakes::com {

// The class of the factory that makes both; the project's own.
inline constexpr CLSID kTokenOptionsMarshalingClass = {
    0x6f1d2a7e, 0x58c4, 0x4c0e, {0x9b, 0x37, 0x0d, 0x5e, 0x83, 0xa1, 0xf6, 0x2c}};

// The factory: an IPSFactoryBuffer, one a module, free-threaded. Results as QueryInterface.
HRESULT GetTokenOptionsMarshalingFactory(REFIID id, void** object);

// References to the factory, and proxies and stubs alive: while there are any, this module must stay loaded.
ULONG TokenOptionsMarshalingReferences();

// Makes the calling apartment able to marshal and to unmarshal the interface, until it dies; see below.
class TokenOptionsMarshaling {
 public:
  // In the apartment it was made in, before that ends. Pointers that are marshaled already go on working.
  ~TokenOptionsMarshaling();
  TokenOptionsMarshaling(TokenOptionsMarshaling&& other) noexcept;
  TokenOptionsMarshaling& operator=(TokenOptionsMarshaling&&) = delete;
  TokenOptionsMarshaling(const TokenOptionsMarshaling&) = delete;
  TokenOptionsMarshaling& operator=(const TokenOptionsMarshaling&) = delete;

  // Whether the interface was marshaled by somebody else's proxy and stub already, and nothing was done.
  bool redundant() const { return !apartment_; }

 private:
  friend Result<TokenOptionsMarshaling> RegisterTokenOptionsMarshaling();
  explicit TokenOptionsMarshaling(std::optional<DWORD> apartment) : apartment_(apartment) {}

  std::optional<DWORD> apartment_;  // that it is a registration for; none when redundant or moved from
};

// Registers proxy and stub without the registry, for the calling thread's apartment (the multi-threaded one, or a
// single-threaded one of its own): once in each apartment that holds the object or a pointer to it. Several at a time
// in one apartment are fine; the last one to die revokes.
//
// Does nothing where CoGetPSClsid already knows a proxy and stub that are not these: on Windows the system's own are
// used. CO_E_NOTINITIALIZED outside an apartment, and what CoRegisterClassObject and CoRegisterPSClsid say.
//
// CoRegisterPSClsid has no counterpart: afterwards the process still knows the class, and marshaling the interface
// fails with REGDB_E_CLASSNOTREG in place of E_NOINTERFACE.
Result<TokenOptionsMarshaling> RegisterTokenOptionsMarshaling();

}  // namespace bits::fakes::com
