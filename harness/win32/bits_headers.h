// The interfaces of BITS 1.0 to 4.0 as the SDK declares them.
#pragma once

#include "harness/win32/windows_headers.h"

#include <bits.h>

#include <bits1_5.h>
#include <bits2_0.h>
#include <bits2_5.h>
#include <bits3_0.h>

#if __has_include(<bits4_0.h>)
#include <bits4_0.h>
#else
// mingw-w64 has no bits4_0.h. Of it the project needs the helper token only [nn-bits4_0-ibitstokenoptions].
typedef DWORD BG_TOKEN;

inline constexpr BG_TOKEN BG_TOKEN_LOCAL_FILE = 0x1;
inline constexpr BG_TOKEN BG_TOKEN_NETWORK = 0x2;

MIDL_INTERFACE("9a2584c3-f7d2-457a-9a5e-22b67bffc7d2") IBitsTokenOptions : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN UsageFlags) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN * pFlags) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetHelperToken() = 0;
  virtual HRESULT STDMETHODCALLTYPE ClearHelperToken() = 0;
  virtual HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR * pSid) = 0;
};

#ifdef __CRT_UUID_DECL
__CRT_UUID_DECL(IBitsTokenOptions, 0x9a2584c3, 0xf7d2, 0x457a, 0x9a, 0x5e, 0x22, 0xb6, 0x7b, 0xff, 0xc7, 0xd2)
#endif
#endif
