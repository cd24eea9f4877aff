#include "harness/win32/windows_headers.h"

#include "fakes/com/process_gate.h"

#include <atomic>
#include <optional>
#include <unordered_map>
#include <utility>

#include "fakes/bits/bits_service.h"
#include "fakes/com/real_functions.h"
#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/token_information.h"

namespace bits::fakes::com {
namespace {

std::atomic<std::uint64_t> last_serial{0};

// What the calling thread is for one gate.
struct KnownThread {
  bool known = false;
  bool impersonates = false;  // the simulated thread does, since the real one did
};

// Gates come and go, and their addresses are used again: their numbers are not.
KnownThread& ThisThread(std::uint64_t gate) {
  thread_local std::unordered_map<std::uint64_t, KnownThread> threads;
  thread_local std::uint64_t last_gate = 0;
  thread_local KnownThread* last = nullptr;
  if (gate != last_gate) {
    last = &threads[gate];
    last_gate = gate;
  }
  return *last;
}

std::optional<ApartmentType> RealApartment() {
  APTTYPE type{};
  APTTYPEQUALIFIER qualifier{};
  if (CoGetApartmentType(&type, &qualifier) != S_OK) return std::nullopt;
  // The process has a multi-threaded apartment, and this thread may use it without having entered it.
  if (qualifier == APTTYPEQUALIFIER_IMPLICIT_MTA) return std::nullopt;
  return type == APTTYPE_STA || type == APTTYPE_MAINSTA ? ApartmentType::kSingleThreaded
                                                        : ApartmentType::kMultiThreaded;
}

// A callback thread of the simulation's enters the apartment that COM would call from.
class CallbackApartment {
 public:
  CallbackApartment() : result_(RealApartment() ? S_FALSE : CoInitializeEx(nullptr, COINIT_MULTITHREADED)) {}
  ~CallbackApartment() {
    if (result_ == S_OK) CoUninitialize();
  }
  CallbackApartment(const CallbackApartment&) = delete;
  CallbackApartment& operator=(const CallbackApartment&) = delete;
  HRESULT result() const { return result_; }

 private:
  HRESULT result_;
};

}  // namespace

HResult EnterCallbackApartment() {
  thread_local const CallbackApartment apartment;
  return win32::FromHresult(apartment.result());
}

Result<TokenPtr> ImportToken(World& world, HANDLE token) {
  Result<TokenFacts> facts = win32::ReadTokenFacts(token);
  if (!facts) return Failure(facts.error());
  TokenPtr imported;
  world.Change([&] { imported = world.accounts().Adopt(*std::move(facts)); });
  return imported;
}

ProcessGate::ProcessGate(Process& process) : process_(process), serial_(++last_serial) {
  process_.world().Change([this] {
    process_.wake_apartment = [this](std::thread::id thread) {
      const std::lock_guard lock(mutex_);
      if (const auto found = windows_.find(thread); found != windows_.end()) found->second->Wake();
    };
  });
}

ProcessGate::~ProcessGate() {
  process_.world().Change([this] { process_.wake_apartment = nullptr; });
  // Outside the lock: a window waits for a delivery that is under way.
  decltype(windows_) windows;
  {
    const std::lock_guard lock(mutex_);
    windows.swap(windows_);
  }
}

HResult ProcessGate::EnterActivation() {
  SyncApartment();
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

HResult ProcessGate::Enter(Unknown&) {
  if (!std::exchange(ThisThread(serial_).known, true)) SyncApartment();
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

HResult ProcessGate::EnterCallback() { return EnterCallbackApartment(); }

void ProcessGate::PrepareCallbacks() {
  if (RealApartment() != ApartmentType::kSingleThreaded) return;
  auto window = std::make_unique<ApartmentWindow>([this] { Deliver(); });
  const std::lock_guard lock(mutex_);
  windows_.try_emplace(std::this_thread::get_id(), std::move(window));
}

void ProcessGate::Deliver() {
  World& world = process_.world();
  std::unique_lock lock(world.mutex());
  world.DeliverCallbacks(lock, &process_);
}

void ProcessGate::SyncApartment() {
  const std::optional<ApartmentType> apartment = RealApartment();
  process_.world().Change([&] {
    Process::Thread& thread = process_.CurrentThread();
    thread.apartment = apartment;
    thread.initialized = apartment ? 1 : 0;
  });
}

void ProcessGate::SyncIdentity() {
  const DWORD last_error = GetLastError();
  HANDLE opened = nullptr;
  const bool impersonates =
      Real().OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, /*OpenAsSelf=*/TRUE, &opened) != FALSE;
  const win32::KernelHandle token(opened);
  if (impersonates) {
    if (const Result<TokenPtr> imported = ImportToken(process_.world(), token.get())) {
      process_.world().Change([&] { process_.Impersonate(*imported); });
      ThisThread(serial_).impersonates = true;
    }
  } else if (std::exchange(ThisThread(serial_).impersonates, false)) {
    process_.world().Change([this] { process_.Impersonate(nullptr); });
  }
  SetLastError(last_error);
}

}  // namespace bits::fakes::com
