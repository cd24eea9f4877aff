#include "fakes/com/scoped_fake_bits.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "fakes/com/apartment_wait.h"
#include "fakes/com/apartment_window.h"
#include "fakes/com/class_factory.h"
#include "fakes/com/import_redirection.h"
#include "fakes/com/multiple_interfaces.h"
#include "fakes/com/out_values.h"
#include "fakes/com/process_gate.h"
#include "fakes/com/proxy_security.h"
#include "fakes/com/publisher.h"
#include "fakes/com/real_functions.h"
#include "fakes/com/scope_levels.h"
#include "harness/win32/manager_class_ids.h"
#include "harness/win32/proxy_blanket.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

std::optional<ManagerClass> ManagerClassOf(REFCLSID class_id) {
  for (const auto& entry : EnumNames<ManagerClass>::kNames) {
    if (win32::ClassId(entry.value) == class_id) return entry.value;
  }
  return std::nullopt;
}

constexpr DWORD kCloakingCapabilities = EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING;

Cloaking CloakingOf(DWORD capabilities) { return static_cast<Cloaking>(capabilities & kCloakingCapabilities); }

}  // namespace

class ScopedFakeBits::State : public std::enable_shared_from_this<State> {
 public:
  State(Environment& environment, std::unique_ptr<Gate> gate)
      : environment_(environment), gate_(std::move(gate)), publisher_(Publisher::Make(*gate_)) {}

  void Close() { publisher_->Close(); }

  void Redirect(const std::shared_ptr<State>& self, std::span<const HMODULE> modules);
  void Restore() {
    redirection_.reset();
    Levels::Leave(level_);
  }

  HRESULT CreateInstance(ManagerClass manager_class, REFIID iid, void** object) noexcept {
    *object = nullptr;
    // A class factory may outlive the scope, and with it the process that it made managers for.
    const Publisher::LocalScope scope(*publisher_);
    if (FAILED(scope.result())) return scope.result();
    try {
      if (const HResult entered = gate_->EnterActivation(); entered.Failed()) return ToHresult(entered);
      auto manager = environment_.com().CoCreateInstance(manager_class);
      gate_->Leave();
      if (!manager) return ToHresult(manager.error());
      const auto published = win32::TakeReference(publisher_->Publish(*std::move(manager)));
      return published->QueryInterface(iid, object);
    } catch (const std::bad_alloc&) {
      return E_OUTOFMEMORY;
    } catch (...) {
      return E_UNEXPECTED;
    }
  }

  // Whether the class is there at all, as a class object is asked for.
  bool HasClass(ManagerClass manager_class) {
    const Result<bool> registered = environment_.machine().IsClassRegistered(manager_class);
    return registered && *registered;
  }

  HRESULT GetClassObject(ManagerClass manager_class, REFIID iid, void** object);

  HRESULT InitializeSecurity(DWORD authentication_level, DWORD impersonation_level, DWORD capabilities) {
    if (authentication_level > RPC_C_AUTHN_LEVEL_PKT_PRIVACY || impersonation_level > RPC_C_IMP_LEVEL_DELEGATE ||
        (capabilities & kCloakingCapabilities) == kCloakingCapabilities) {
      return E_INVALIDARG;
    }
    gate_->ApartmentChanged();
    ProcessSecurity security;
    security.authentication_level = static_cast<AuthenticationLevel>(authentication_level);
    security.impersonation_level = static_cast<ImpersonationLevel>(impersonation_level);
    security.cloaking = CloakingOf(capabilities);
    const HRESULT result = ToHresult(environment_.com().CoInitializeSecurity(security));
    if (SUCCEEDED(result)) gate_->process_cloaking = security.cloaking;
    return result;
  }

  void ApartmentChanged() { gate_->ApartmentChanged(); }

  std::size_t living_objects() const { return publisher_->living_objects(); }

  using Levels = ScopeLevels<State>;

  template <std::size_t kLevel>
  struct Replacements;

 private:
  Environment& environment_;
  std::unique_ptr<Gate> gate_;
  std::shared_ptr<Publisher> publisher_;
  std::size_t level_ = 0;
  std::optional<ImportRedirection> redirection_;
};

namespace {

// BITS is reached in its own process alone.
bool InContext(DWORD context) { return (context & CLSCTX_LOCAL_SERVER) != 0; }

}  // namespace

HRESULT ScopedFakeBits::State::GetClassObject(ManagerClass manager_class, REFIID iid, void** object) {
  *object = nullptr;
  if (!HasClass(manager_class)) return REGDB_E_CLASSNOTREG;
  const auto factory =
      MakeClassFactory([self = shared_from_this(), counted = publisher_->CountObject(), manager_class](
                           REFIID wanted, void** made) { return self->CreateInstance(manager_class, wanted, made); });
  return factory->QueryInterface(iid, object);
}

// The functions of COM as the modules of the scope of one level meet them.
template <std::size_t kLevel>
struct ScopedFakeBits::State::Replacements {
  static HRESULT WINAPI CoCreateInstance(REFCLSID class_id, LPUNKNOWN outer, DWORD context, REFIID iid,
                                         LPVOID* object) {
    const auto scope = Levels::At(kLevel);
    const auto manager_class = ManagerClassOf(class_id);
    if (!scope || !manager_class) return Real().CoCreateInstance(class_id, outer, context, iid, object);
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    if (!InContext(context)) return REGDB_E_CLASSNOTREG;
    if (outer != nullptr) return CLASS_E_NOAGGREGATION;
    return scope->CreateInstance(*manager_class, iid, object);
  }

  static HRESULT WINAPI CoCreateInstanceEx(REFCLSID class_id, LPUNKNOWN outer, DWORD context, COSERVERINFO* server,
                                           DWORD count, MULTI_QI* results) {
    const auto scope = Levels::At(kLevel);
    const auto manager_class = ManagerClassOf(class_id);
    const bool elsewhere = server != nullptr && server->pwszName != nullptr;
    if (!scope || !manager_class || elsewhere) {
      return Real().CoCreateInstanceEx(class_id, outer, context, server, count, results);
    }
    if (results == nullptr || count == 0) return E_INVALIDARG;
    const std::span wanted(results, count);
    if (!AreBlank(wanted)) return E_INVALIDARG;
    if (!InContext(context)) return REGDB_E_CLASSNOTREG;
    if (outer != nullptr) return CLASS_E_NOAGGREGATION;
    ComPtr<IUnknown> created;
    const HRESULT result =
        scope->CreateInstance(*manager_class, __uuidof(IUnknown), reinterpret_cast<void**>(created.GetAddressOf()));
    if (FAILED(result)) {
      for (MULTI_QI& entry : wanted) entry.hr = result;
      return result;
    }
    const std::size_t given = QueryEach(*created.Get(), wanted);
    return given == count ? S_OK : given == 0 ? E_NOINTERFACE : CO_S_NOTALLINTERFACES;
  }

  static HRESULT WINAPI CoGetClassObject(REFCLSID class_id, DWORD context, LPVOID server, REFIID iid, LPVOID* object) {
    const auto scope = Levels::At(kLevel);
    const auto manager_class = ManagerClassOf(class_id);
    if (!scope || !manager_class || server != nullptr) {
      return Real().CoGetClassObject(class_id, context, server, iid, object);
    }
    if (object == nullptr) return E_INVALIDARG;
    *object = nullptr;
    if (!InContext(context)) return REGDB_E_CLASSNOTREG;
    return scope->GetClassObject(*manager_class, iid, object);
  }

  static HRESULT WINAPI CoInitialize(LPVOID reserved) { return Initialized(Real().CoInitialize(reserved)); }
  static HRESULT WINAPI CoInitializeEx(LPVOID reserved, DWORD model) {
    return Initialized(Real().CoInitializeEx(reserved, model));
  }
  static void WINAPI CoUninitialize() {
    // What is pending comes in, as what is pending with COM itself does [combaseapi-couninitialize].
    for (const auto& window : ApartmentWindow::OfThisThread()) window->Serve();
    Real().CoUninitialize();
    static_cast<void>(Initialized(S_OK));
  }

  static HRESULT WINAPI CoInitializeSecurity(PSECURITY_DESCRIPTOR descriptor, LONG count,
                                             SOLE_AUTHENTICATION_SERVICE* services, void* reserved1,
                                             DWORD authentication_level, DWORD impersonation_level, void* list,
                                             DWORD capabilities, void* reserved3) {
    const auto system = [&] {
      return Real().CoInitializeSecurity(descriptor, count, services, reserved1, authentication_level,
                                         impersonation_level, list, capabilities, reserved3);
    };
    const auto scope = Levels::At(kLevel);
    if (!scope) return system();
    if (reserved1 != nullptr || reserved3 != nullptr) return E_INVALIDARG;
    const HRESULT result = scope->InitializeSecurity(authentication_level, impersonation_level, capabilities);
    // The program's other objects of COM need it too. A process can say it once: a second scope's is too late.
    if (SUCCEEDED(result)) system();
    return result;
  }

  static std::vector<RedirectedFunction> Of() {
    const auto com = [](const char* name, auto* replacement) {
      return RedirectedFunction{name, kComLibraries, reinterpret_cast<void*>(replacement)};
    };
    std::vector<RedirectedFunction> functions = {
        com("CoCreateInstance", &CoCreateInstance),
        com("CoCreateInstanceEx", &CoCreateInstanceEx),
        com("CoGetClassObject", &CoGetClassObject),
        com("CoInitialize", &CoInitialize),
        com("CoInitializeEx", &CoInitializeEx),
        com("CoUninitialize", &CoUninitialize),
        com("CoInitializeSecurity", &CoInitializeSecurity),
    };
    std::ranges::copy(ProxySecurityFunctions(), std::back_inserter(functions));
    std::ranges::copy(ApartmentWaitFunctions(), std::back_inserter(functions));
    return functions;
  }

 private:
  static HRESULT Initialized(HRESULT result) {
    if (const auto scope = Levels::At(kLevel)) scope->ApartmentChanged();
    return result;
  }
};

void ScopedFakeBits::State::Redirect(const std::shared_ptr<State>& self, std::span<const HMODULE> modules) {
  level_ = Levels::Enter(self, "ScopedFakeBits");
  try {
    redirection_.emplace(modules, MakeForLevel<Replacements, Levels::kCount>(level_));
  } catch (...) {
    Levels::Leave(level_);
    throw;
  }
}

ScopedFakeBits::ScopedFakeBits(Process& process, std::span<const HMODULE> modules)
    : ScopedFakeBits(process, std::make_unique<ProcessGate>(process), modules) {}

ScopedFakeBits::ScopedFakeBits(Environment& environment, std::span<const HMODULE> modules)
    : ScopedFakeBits(environment, std::make_unique<OpenGate>(), modules) {}

ScopedFakeBits::ScopedFakeBits(Environment& environment, std::unique_ptr<Gate> gate, std::span<const HMODULE> modules)
    : state_(std::make_shared<State>(environment, std::move(gate))) {
  static_cast<void>(Real());
  state_->Redirect(state_, modules);
}

ScopedFakeBits::~ScopedFakeBits() {
  state_->Restore();
  state_->Close();
}

std::size_t ScopedFakeBits::living_objects() const { return state_->living_objects(); }

}  // namespace bits::fakes::com
