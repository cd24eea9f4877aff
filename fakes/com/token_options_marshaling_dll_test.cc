// fakebits_marshaling.dll, which has to lie beside this program.
#include <cwchar>
#include <functional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "fakes/com/apartment_test.h"

namespace bits::fakes::com {
namespace {

using win32::RegistryKey;
using Values = std::vector<std::wstring>;

constexpr wchar_t kForeign[] = L"{11111111-2222-3333-4444-555555555555}";

std::wstring TextOf(const GUID& id) {
  wchar_t text[39] = {};
  StringFromGUID2(id, text, 39);
  return text;
}

const std::wstring kClassKey = L"Software\\Classes\\CLSID\\" + TextOf(kTokenOptionsMarshalingClass);
const std::wstring kInterfaceKey = L"Software\\Classes\\Interface\\" + TextOf(__uuidof(IBitsTokenOptions));
const std::wstring kProxyStubKey = kInterfaceKey + L"\\ProxyStubClsid32";

// The DLL while it is loaded.
class Dll {
 public:
  Dll() { EXPECT_NE(module_, nullptr) << "no fakebits_marshaling.dll beside the test"; }
  ~Dll() {
    if (module_ != nullptr) FreeLibrary(module_);
  }
  Dll(const Dll&) = delete;
  Dll& operator=(const Dll&) = delete;

  HRESULT Register() const { return Call("DllRegisterServer"); }
  HRESULT Unregister() const { return Call("DllUnregisterServer"); }
  HRESULT CanUnloadNow() const { return Call("DllCanUnloadNow"); }

  HRESULT GetClassObject(REFCLSID class_id, REFIID id, void** object) const {
    using Function = HRESULT(STDAPICALLTYPE*)(REFCLSID, REFIID, void**);
    return Find<Function>("DllGetClassObject")(class_id, id, object);
  }

 private:
  template <class Function>
  Function Find(const char* name) const {
    return reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(module_, name)));
  }

  HRESULT Call(const char* name) const { return Find<HRESULT(STDAPICALLTYPE*)()>(name)(); }

  const HMODULE module_ = LoadLibraryW(L"fakebits_marshaling.dll");
};

// While it lives, what this process calls HKEY_LOCAL_MACHINE is an empty key.
class EmptyMachine {
 public:
  EmptyMachine() {
    HKEY key = nullptr;
    EXPECT_EQ(RegCreateKeyExW(HKEY_CURRENT_USER, path_.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &key, nullptr),
              ERROR_SUCCESS);
    key_.reset(key);
    EXPECT_EQ(RegOverridePredefKey(HKEY_LOCAL_MACHINE, key), ERROR_SUCCESS);
  }
  ~EmptyMachine() {
    RegOverridePredefKey(HKEY_LOCAL_MACHINE, nullptr);
    RegDeleteTreeW(HKEY_CURRENT_USER, path_.c_str());
  }
  EmptyMachine(const EmptyMachine&) = delete;
  EmptyMachine& operator=(const EmptyMachine&) = delete;

  static void Write(const std::wstring& path, LPCWSTR name, const std::wstring& value) {
    HKEY key = nullptr;
    EXPECT_EQ(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, &key, nullptr),
              ERROR_SUCCESS);
    const RegistryKey owner(key);
    EXPECT_EQ(RegSetValueExW(key, name, 0, REG_SZ, reinterpret_cast<const BYTE*>(value.c_str()),
                             static_cast<DWORD>((value.size() + 1) * sizeof(wchar_t))),
              ERROR_SUCCESS);
  }

  static std::wstring Read(const std::wstring& path, LPCWSTR name = nullptr) {
    wchar_t text[MAX_PATH] = L"";
    DWORD size = sizeof text;
    const LSTATUS status = RegGetValueW(HKEY_LOCAL_MACHINE, path.c_str(), name, RRF_RT_REG_SZ, nullptr, text, &size);
    return status == ERROR_SUCCESS ? text : L"(none)";
  }

  static bool Has(const std::wstring& path) {
    HKEY key = nullptr;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_READ, &key) != ERROR_SUCCESS) return false;
    RegCloseKey(key);
    return true;
  }

 private:
  const std::wstring path_ = L"Software\\bits-harness-test-" + std::to_wstring(GetCurrentProcessId());
  RegistryKey key_;
};

TEST(MarshalingDllTest, RegistersAndUnregisters) {
  const Dll dll;
  const EmptyMachine machine;
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(dll.Register(), S_OK);
    EXPECT_EQ(machine.Read(kProxyStubKey), TextOf(kTokenOptionsMarshalingClass));
    const std::wstring path = machine.Read(kClassKey + L"\\InProcServer32");
    EXPECT_NE(GetFileAttributesW(path.c_str()), INVALID_FILE_ATTRIBUTES);
    EXPECT_EQ(machine.Read(kClassKey + L"\\InProcServer32", L"ThreadingModel"), L"Both");
  }
  EXPECT_EQ(dll.Unregister(), S_OK);
  EXPECT_FALSE(machine.Has(kInterfaceKey));
  EXPECT_FALSE(machine.Has(kClassKey));
  EXPECT_EQ(dll.Unregister(), S_OK);
}

TEST(MarshalingDllTest, LeavesASystemsOwnMarshalerAlone) {
  const Dll dll;
  const EmptyMachine machine;
  machine.Write(kInterfaceKey, nullptr, L"IBitsTokenOptions");
  machine.Write(kProxyStubKey, nullptr, kForeign);
  EXPECT_EQ(dll.Register(), S_FALSE);
  EXPECT_FALSE(machine.Has(kClassKey));
  EXPECT_EQ(dll.Unregister(), S_OK);
  EXPECT_EQ(machine.Read(kInterfaceKey), L"IBitsTokenOptions");
  EXPECT_EQ(machine.Read(kProxyStubKey), kForeign);
  // One that came later is no less foreign.
  machine.Write(kProxyStubKey, nullptr, TextOf(kTokenOptionsMarshalingClass));
  EXPECT_EQ(dll.Register(), S_OK);
  machine.Write(kProxyStubKey, nullptr, std::wstring(kForeign) + L" and more");
  EXPECT_EQ(dll.Unregister(), S_OK);
  EXPECT_EQ(machine.Read(kProxyStubKey), std::wstring(kForeign) + L" and more");
  EXPECT_FALSE(machine.Has(kClassKey));
}

TEST(MarshalingDllTest, LeavesAloneWhatElseIsThere) {
  const Dll dll;
  const EmptyMachine machine;
  machine.Write(kInterfaceKey, L"note", L"somebody's");
  EXPECT_EQ(dll.Register(), S_OK);
  machine.Write(kClassKey, L"note", L"somebody's");
  EXPECT_EQ(dll.Unregister(), S_OK);
  EXPECT_EQ(machine.Read(kInterfaceKey, L"note"), L"somebody's");
  EXPECT_FALSE(machine.Has(kProxyStubKey));
  EXPECT_EQ(machine.Read(kClassKey, L"note"), L"somebody's");
  EXPECT_EQ(machine.Read(kClassKey), L"(none)");
  EXPECT_FALSE(machine.Has(kClassKey + L"\\InProcServer32"));
}

TEST(MarshalingDllTest, HasOneClass) {
  const Dll dll;
  EXPECT_EQ(dll.CanUnloadNow(), S_OK);
  void* object = &object;
  EXPECT_EQ(dll.GetClassObject(__uuidof(IBitsTokenOptions), __uuidof(IUnknown), &object), CLASS_E_CLASSNOTAVAILABLE);
  EXPECT_EQ(object, nullptr);
  EXPECT_EQ(dll.GetClassObject(kTokenOptionsMarshalingClass, __uuidof(IClassFactory), &object), E_NOINTERFACE);
  ComPtr<IPSFactoryBuffer> factory;
  EXPECT_EQ(dll.GetClassObject(kTokenOptionsMarshalingClass, IID_PPV_ARGS(factory.GetAddressOf())), S_OK);
  EXPECT_EQ(dll.CanUnloadNow(), S_FALSE);
  factory.Reset();
  EXPECT_EQ(dll.CanUnloadNow(), S_OK);
}

// Registers for the machine, and takes it back.
class MachineRegistration {
 public:
  MachineRegistration() : result_(dll_.Register()) {}
  ~MachineRegistration() {
    if (result_ == S_OK) {
      EXPECT_EQ(dll_.Unregister(), S_OK);
    }
  }
  MachineRegistration(const MachineRegistration&) = delete;
  MachineRegistration& operator=(const MachineRegistration&) = delete;

  HRESULT result() const { return result_; }

 private:
  const Dll dll_;
  const HRESULT result_;
};

class Options final : public IBitsTokenOptions {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IBitsTokenOptions);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }
  HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN flags) override {
    flags_ = flags;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* flags) override {
    *flags = flags_;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetHelperToken() override { return S_OK; }
  HRESULT STDMETHODCALLTYPE ClearHelperToken() override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* sid) override {
    *sid = nullptr;
    return S_OK;
  }

 private:
  std::atomic<BG_TOKEN> flags_{0};
};

// A program that knows nothing of the marshaling.
TEST(SecondProcess, DISABLED_HoldsUnpreparedOptions) {
  Connection first = FirstProcess();
  Options object;
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  first.Send(Marshal<IBitsTokenOptions>(&object, MSHCTX_LOCAL));
  EXPECT_FALSE(first.Receive());
}

TEST(MarshalingDllTest, ServesUnpreparedProcesses) {
  const MachineRegistration registration;
  if (registration.result() == E_ACCESSDENIED) GTEST_SKIP() << "may not write the machine's registry";
  ASSERT_TRUE(SUCCEEDED(registration.result()));
  const ScopedApartment apartment(COINIT_APARTMENTTHREADED);
  SecondProcess process(L"HoldsUnpreparedOptions");
  const auto options = Unmarshal<IBitsTokenOptions>(process.connection().Receive().value());
  ASSERT_TRUE(options);
  BG_TOKEN flags = 0;
  EXPECT_EQ(options->SetHelperTokenFlags(3), S_OK);
  EXPECT_EQ(options->GetHelperTokenFlags(&flags), S_OK);
  EXPECT_EQ(flags, 3U);
}

}  // namespace
}  // namespace bits::fakes::com
