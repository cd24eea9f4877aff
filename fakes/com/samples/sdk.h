/* The SDK's headers of BITS, for C (COBJMACROS and <initguid.h> come before this) and C++. mingw-w64 has no bits4_0.h:
   its interface stands here as the SDK declares it. */
#pragma once

#include <windows.h>

#include <objbase.h>

#include <bits.h>

#include <bits3_0.h>

#if defined(__has_include)
#if __has_include(<bits4_0.h>)
#include <bits4_0.h>
#define BITS_SAMPLES_HAVE_BITS4_0
#endif
#endif

#ifndef BITS_SAMPLES_HAVE_BITS4_0
typedef DWORD BG_TOKEN;
#define BG_TOKEN_LOCAL_FILE 0x1
#define BG_TOKEN_NETWORK 0x2

DEFINE_GUID(IID_IBitsTokenOptions, 0x9a2584c3, 0xf7d2, 0x457a, 0x9a, 0x5e, 0x22, 0xb6, 0x7b, 0xff, 0xc7, 0xd2);

#ifdef __cplusplus
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
#else
typedef struct IBitsTokenOptions IBitsTokenOptions;
typedef struct IBitsTokenOptionsVtbl {
  HRESULT(STDMETHODCALLTYPE* QueryInterface)(IBitsTokenOptions* This, REFIID riid, void** ppvObject);
  ULONG(STDMETHODCALLTYPE* AddRef)(IBitsTokenOptions* This);
  ULONG(STDMETHODCALLTYPE* Release)(IBitsTokenOptions* This);
  HRESULT(STDMETHODCALLTYPE* SetHelperTokenFlags)(IBitsTokenOptions* This, BG_TOKEN UsageFlags);
  HRESULT(STDMETHODCALLTYPE* GetHelperTokenFlags)(IBitsTokenOptions* This, BG_TOKEN* pFlags);
  HRESULT(STDMETHODCALLTYPE* SetHelperToken)(IBitsTokenOptions* This);
  HRESULT(STDMETHODCALLTYPE* ClearHelperToken)(IBitsTokenOptions* This);
  HRESULT(STDMETHODCALLTYPE* GetHelperTokenSid)(IBitsTokenOptions* This, LPWSTR* pSid);
} IBitsTokenOptionsVtbl;
struct IBitsTokenOptions {
  IBitsTokenOptionsVtbl* lpVtbl;
};
#endif
#endif
