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

// The gate that the calling thread went through last, in an apartment that it entered. Gates come and go, and their
// addresses are used again: their numbers are not. (Nothing with a destructor: mingw-w64 frees a thread's storage
// before it runs those.)
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

struct RealApartment {
  ApartmentType type;
  bool entered;  // by this thread; else the process has a multi-threaded one, which any thread may use
};

std::optional<RealApartment> FindRealApartment() {
  APTTYPE type{};
  APTTYPEQUALIFIER qualifier{};
  if (CoGetApartmentType(&type, &qualifier) != S_OK) return std::nullopt;
  const bool single_threaded = type == APTTYPE_STA || type == APTTYPE_MAINSTA;
  return RealApartment{single_threaded ? ApartmentType::kSingleThreaded : ApartmentType::kMultiThreaded,
                       qualifier != APTTYPEQUALIFIER_IMPLICIT_MTA};
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
  for (const auto& [thread, window] : windows) window->Close();
  if (apartment_usage_ != nullptr) CoDecrementMTAUsage(apartment_usage_);
}

HResult ProcessGate::EnterActivation() {
  if (const HResult apartment = SyncApartment(); apartment.Failed()) return apartment;
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

HResult ProcessGate::Enter(Unknown&) {
  if (last_gate != serial_) {
    bool known = false;
    process_.world().Change([&] { known = process_.CurrentThread().known; });
    if (known) {
      last_gate = serial_;
    } else if (const HResult apartment = SyncApartment(); apartment.Failed()) {
      return apartment;
    }
  }
  if (process_.logon_scopes == 0) SyncIdentity();
  return HResult();
}

void ProcessGate::ApartmentChanged() {
  static_cast<void>(SyncApartment());
  const std::optional<RealApartment> apartment = FindRealApartment();
  if (apartment && apartment->type == ApartmentType::kSingleThreaded) return;
  std::shared_ptr<ApartmentWindow> left;
  {
    const std::lock_guard lock(mutex_);
    const auto found = windows_.find(std::this_thread::get_id());
    if (found == windows_.end()) return;
    left = std::move(found->second);
    windows_.erase(found);
  }
  left->Close();
}

std::shared_ptr<ApartmentWindow> ProcessGate::PrepareCallbacks() {
  const std::optional<RealApartment> apartment = FindRealApartment();
  const std::lock_guard lock(mutex_);
  if (!apartment || apartment->type != ApartmentType::kSingleThreaded) {
    // The threads that the simulation calls from belong to the multi-threaded apartment as long as there is one.
    if (apartment_usage_ == nullptr) CoIncrementMTAUsage(&apartment_usage_);
    return nullptr;
  }
  // One that is there may be a former thread's of the same number.
  const auto found = windows_.find(std::this_thread::get_id());
  if (found != windows_.end() && found->second->IsOfThisThread()) return found->second;
  // Made first: none that cannot be made is kept.
  std::shared_ptr<ApartmentWindow> made = ApartmentWindow::Make([this] { Deliver(); });
  windows_.insert_or_assign(std::this_thread::get_id(), made);
  return made;
}

void ProcessGate::Deliver() {
  World& world = process_.world();
  std::unique_lock lock(world.mutex());
  world.DeliverCallbacks(lock, &process_);
}

HResult ProcessGate::SyncApartment() {
  const std::optional<RealApartment> apartment = FindRealApartment();
  // One that the thread did not enter may be gone by its next call.
  const bool entered = apartment && apartment->entered;
  last_gate = entered ? serial_ : 0;
  process_.world().Change([&] {
    Process::Thread& thread = process_.CurrentThread();
    thread.known = entered;
    // Real calls of CoInitializeEx are not counted: COM's own threads make them too.
    thread.apartment = apartment ? std::optional(apartment->type) : std::nullopt;
  });
  return apartment ? HResult() : "CO_E_NOTINITIALIZED"_hr;
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
