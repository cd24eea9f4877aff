// A second module of the conformance tests' program, with imports of its own.
#include <windows.h>

#include <objbase.h>

extern "C" {
__declspec(dllexport) HRESULT ModuleCreateInstance(const CLSID* class_id, const IID* iid, void** object) {
  return CoCreateInstance(*class_id, nullptr, CLSCTX_LOCAL_SERVER, *iid, object);
}
__declspec(dllexport) HRESULT ModuleGetClassObject(const CLSID* class_id, const IID* iid, void** object) {
  return CoGetClassObject(*class_id, CLSCTX_LOCAL_SERVER, nullptr, *iid, object);
}
__declspec(dllexport) HRESULT ModuleInitialize(DWORD model) { return CoInitializeEx(nullptr, model); }
__declspec(dllexport) void ModuleUninitialize() { CoUninitialize(); }
__declspec(dllexport) HRESULT ModuleSetLevel(IUnknown* proxy, DWORD level) {
  return CoSetProxyBlanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CONNECT, level,
                           nullptr, EOAC_NONE);
}
}
