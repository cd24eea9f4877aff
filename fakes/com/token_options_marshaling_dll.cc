// fakebits_marshaling: the proxy and stub of token_options_marshaling.h for programs that are not ours. Registered with
// `regsvr32 fakebits_marshaling.dll`, every process of a Wine prefix can marshal IBitsTokenOptions.
#include "fakes/com/token_options_marshaling.h"

#include <iterator>
#include <string>

#include "harness/win32/handles.h"

namespace bits::fakes::com {
namespace {

using win32::RegistryKey;

std::wstring TextOf(const GUID& id) {
  wchar_t text[39] = {};
  StringFromGUID2(id, text, static_cast<int>(std::size(text)));
  return text;
}

const std::wstring& ClassText() {
  static const std::wstring text = TextOf(kTokenOptionsMarshalingClass);
  return text;
}

std::wstring ClassKey() { return L"Software\\Classes\\CLSID\\" + ClassText(); }
std::wstring ServerKey() { return ClassKey() + L"\\InProcServer32"; }
std::wstring InterfaceKey() { return L"Software\\Classes\\Interface\\" + TextOf(__uuidof(IBitsTokenOptions)); }
std::wstring ProxyStubKey() { return InterfaceKey() + L"\\ProxyStubClsid32"; }

// Where this DLL lies; empty when it cannot be said.
std::wstring OwnPath() {
  HMODULE own = nullptr;
  if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                          reinterpret_cast<LPCWSTR>(&OwnPath), &own)) {
    return {};
  }
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD length = GetModuleFileNameW(own, path.data(), static_cast<DWORD>(path.size()));
    if (length < path.size()) {
      path.resize(length);
      return path;
    }
    path.resize(2 * path.size());
  }
}

// Writes a value of a key, the default one if `name` is null. ERROR_SUCCESS or what the registry said.
LSTATUS Write(const std::wstring& path, LPCWSTR name, const std::wstring& value) {
  HKEY opened = nullptr;
  if (const LSTATUS status =
          RegCreateKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, nullptr, 0, KEY_SET_VALUE, nullptr, &opened, nullptr);
      status != ERROR_SUCCESS) {
    return status;
  }
  const RegistryKey key(opened);
  return RegSetValueExW(key.get(), name, 0, REG_SZ, reinterpret_cast<const BYTE*>(value.c_str()),
                        static_cast<DWORD>((value.size() + 1) * sizeof(wchar_t)));
}

enum class Marshaler { kNone, kOwn, kForeign };

// Who marshals the interface, by the registry.
Marshaler RegisteredMarshaler() {
  std::wstring text(ClassText().size() + 1, L'\0');
  auto size = static_cast<DWORD>(text.size() * sizeof(wchar_t));
  const LSTATUS status =
      RegGetValueW(HKEY_LOCAL_MACHINE, ProxyStubKey().c_str(), nullptr, RRF_RT_REG_SZ, nullptr, text.data(), &size);
  if (status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND) return Marshaler::kNone;
  // One that is unreadable, of another type, or longer than ours is somebody else's.
  if (status != ERROR_SUCCESS) return Marshaler::kForeign;
  return CompareStringOrdinal(text.c_str(), -1, ClassText().c_str(), -1, TRUE) == CSTR_EQUAL ? Marshaler::kOwn
                                                                                             : Marshaler::kForeign;
}

// Removes a key that holds nothing: neither keys nor values.
void RemoveIfEmpty(const std::wstring& path) {
  HKEY opened = nullptr;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_QUERY_VALUE, &opened) != ERROR_SUCCESS) return;
  DWORD keys = 0;
  DWORD values = 0;
  const LSTATUS status = RegQueryInfoKeyW(opened, nullptr, nullptr, nullptr, &keys, nullptr, nullptr, &values, nullptr,
                                          nullptr, nullptr, nullptr);
  RegCloseKey(opened);
  if (status == ERROR_SUCCESS && keys == 0 && values == 0) RegDeleteKeyW(HKEY_LOCAL_MACHINE, path.c_str());
}

// ERROR_SUCCESS also when the key or the value is not there.
LSTATUS RemoveValue(const std::wstring& path, LPCWSTR name) {
  const LSTATUS status = RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, path.c_str(), name);
  return status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : status;
}

// Takes back every value of Register, then the keys that are empty without them.
HRESULT Unregister() {
  LSTATUS first = ERROR_SUCCESS;
  const auto remove = [&](const std::wstring& path, LPCWSTR name) {
    const LSTATUS status = RemoveValue(path, name);
    if (first == ERROR_SUCCESS) first = status;
  };
  if (RegisteredMarshaler() == Marshaler::kOwn) {
    remove(ProxyStubKey(), nullptr);
    RemoveIfEmpty(ProxyStubKey());
    RemoveIfEmpty(InterfaceKey());
  }
  remove(ServerKey(), nullptr);
  remove(ServerKey(), L"ThreadingModel");
  remove(ClassKey(), nullptr);
  RemoveIfEmpty(ServerKey());
  RemoveIfEmpty(ClassKey());
  return HRESULT_FROM_WIN32(first);
}

HRESULT Register() {
  if (RegisteredMarshaler() == Marshaler::kForeign) return S_FALSE;
  const std::wstring path = OwnPath();
  if (path.empty()) return E_UNEXPECTED;
  // The class first: an interface must not name a class that is not there.
  LSTATUS status = Write(ClassKey(), nullptr, L"IBitsTokenOptions proxy and stub of fakebits");
  if (status == ERROR_SUCCESS) status = Write(ServerKey(), nullptr, path);
  if (status == ERROR_SUCCESS) status = Write(ServerKey(), L"ThreadingModel", L"Both");
  if (status == ERROR_SUCCESS) status = Write(ProxyStubKey(), nullptr, ClassText());
  if (status != ERROR_SUCCESS) Unregister();
  return HRESULT_FROM_WIN32(status);
}

}  // namespace
}  // namespace bits::fakes::com

STDAPI DllGetClassObject(REFCLSID class_id, REFIID id, LPVOID* object) {
  if (object == nullptr) return E_POINTER;
  *object = nullptr;
  if (class_id != bits::fakes::com::kTokenOptionsMarshalingClass) return CLASS_E_CLASSNOTAVAILABLE;
  return bits::fakes::com::GetTokenOptionsMarshalingFactory(id, object);
}

STDAPI DllCanUnloadNow() { return bits::fakes::com::TokenOptionsMarshalingReferences() == 0 ? S_OK : S_FALSE; }

// For all users (HKEY_LOCAL_MACHINE). S_FALSE when the interface is another proxy's and stub's already, as on Windows:
// then nothing was written. A failure leaves nothing behind.
STDAPI DllRegisterServer() {
  try {
    return bits::fakes::com::Register();
  } catch (...) {
    return E_OUTOFMEMORY;
  }
}

// Removes what DllRegisterServer wrote and nothing else; S_OK when that is nothing.
STDAPI DllUnregisterServer() {
  try {
    return bits::fakes::com::Unregister();
  } catch (...) {
    return E_OUTOFMEMORY;
  }
}
