#include "harness/win32/windows_headers.h"

#include "fakes/com/process_gate.h"

#include <atomic>
#include <optional>
#include <utility>

#include "fakes/bits/bits_service.h"
#include "fakes/com/native_token.h"
#include "fakes/com/real_functions.h"
#include "harness/win32/handles.h"
#include "harness/win32/system_error.h"
#include "harness/win32/token_information.h"

namespace bits::fakes::com {
namespace {

std::atomic<std::uint64_t> last_serial{0};

// The gate that the calling thread went through last. Gates come and go, and their addresses are used again: their
// numbers are not. (Nothing with a destructor: mingw-w64 frees a thread's storage before it runs those.)
thread_local std::uint64_t last_gate = 0;

// Whom nobody can look at.
TokenPtr AnonymousToken() {
  TokenData anonymous;
  anonymous.facts.user = {"S-1-5-7", "NT AUTHORITY\\ANONYMOUS LOGON", 0};
  anonymous.facts.type = bits::TokenType::kImpersonation;
  anonymous.facts.impersonation_level = bits::ImpersonationLevel::kAnonymous;
  anonymous.session = std::make_shared<LogonSession>();
  return MakeToken(std::move(anonymous));
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

}  // namespace

Result<TokenPtr> ImportToken(World& world, HANDLE token) {
  Result<TokenFacts> facts = win32::ReadTokenFacts(token);
  if (!facts) return Failure(facts.error());
  std::shared_ptr<void> native = DuplicateNative(token, *facts);
  TokenPtr imported;
  world.Change([&] { imported = world.accounts().Adopt(*std::move(facts), std::move(native)); });
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
  if (apartment_usage_ != nullptr) CoDecrementMTAUsage(apartment_usage_);
}

HResult ProcessGate::EnterActivation() {
  SyncApartment();
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

HResult ProcessGate::Enter(Unknown&) {
  if (last_gate != serial_) {
    last_gate = serial_;
    bool known = false;
    process_.world().Change([&] { known = process_.CurrentThread().known; });
    if (!known) SyncApartment();
  }
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

void ProcessGate::PrepareCallbacks() {
  if (RealApartment() != ApartmentType::kSingleThreaded) {
    // The threads that the simulation calls from belong to the multi-threaded apartment as long as there is one.
    const std::lock_guard lock(mutex_);
    if (apartment_usage_ == nullptr) CoIncrementMTAUsage(&apartment_usage_);
    return;
  }
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
    thread.known = true;
    // Real calls of CoInitializeEx are not counted: COM's own threads make them too.
    thread.apartment = apartment;
  });
}

void ProcessGate::SyncIdentity() {
  const DWORD last_error = GetLastError();
  HANDLE opened = nullptr;
  const bool impersonates =
      Real().OpenThreadToken(GetCurrentThread(), TOKEN_QUERY | TOKEN_DUPLICATE, /*OpenAsSelf=*/TRUE, &opened) ||
      Real().OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, /*OpenAsSelf=*/TRUE, &opened);
  const win32::KernelHandle token(opened);
  TokenPtr impersonated;
  if (impersonates) {
    Result<TokenPtr> imported = ImportToken(process_.world(), token.get());
    if (imported) impersonated = *std::move(imported);
  } else if (GetLastError() == ERROR_CANT_OPEN_ANONYMOUS) {
    impersonated = AnonymousToken();
  }
  process_.world().Change([&] {
    Process::Thread& thread = process_.CurrentThread();
    // What the test itself made the simulated thread is left alone.
    if (impersonated || std::exchange(thread.impersonates_really, impersonated != nullptr)) {
      thread.impersonates_really = impersonated != nullptr;
      thread.impersonation = std::move(impersonated);
    }
  });
  SetLastError(last_error);
}

}  // namespace bits::fakes::com
