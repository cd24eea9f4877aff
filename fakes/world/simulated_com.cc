#include "fakes/world/simulated_com.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "fakes/bits/client_proxy.h"
#include "fakes/bits/job_proxies.h"

namespace bits::fakes {
namespace {

using Lock = std::unique_lock<std::mutex>;

class SimulatedEvent : public Event {
 public:
  explicit SimulatedEvent(World& world) : world_(world) {}
  void Set() override {
    set_.store(true);
    // The lock keeps a waiter from missing it between its look and its sleep.
    { const Lock lock(world_.mutex()); }
    world_.changed().notify_all();
  }
  bool Take() { return set_.exchange(false); }

 private:
  World& world_;
  std::atomic<bool> set_{false};
};

}  // namespace

HResult SimulatedCom::CoInitializeEx(ApartmentType type) {
  const Lock lock(process_.world().mutex());
  Process::Thread& thread = process_.CurrentThread();
  if (thread.apartment && *thread.apartment != type) return "RPC_E_CHANGED_MODE"_hr;
  thread.apartment = type;
  return thread.initialized++ == 0 ? HResult() : "S_FALSE"_hr;
}

void SimulatedCom::CoUninitialize() {
  const Lock lock(process_.world().mutex());
  Process::Thread& thread = process_.CurrentThread();
  if (thread.initialized == 0) return;
  if (--thread.initialized == 0) thread.apartment.reset();
}

HResult SimulatedCom::CoInitializeSecurity(const ProcessSecurity& security) {
  const Lock lock(process_.world().mutex());
  if (!process_.InApartment()) return "CO_E_NOTINITIALIZED"_hr;
  if (process_.security) return "RPC_E_TOO_LATE"_hr;
  if (security.impersonation_level == ImpersonationLevel::kDefault) return "E_INVALIDARG"_hr;
  process_.security = security;
  return HResult();
}

Result<std::unique_ptr<BackgroundCopyManager>> SimulatedCom::CoCreateInstance(ManagerClass manager_class) {
  Lock lock(process_.world().mutex());
  if (!process_.InApartment()) return Failure("CO_E_NOTINITIALIZED"_hr);
  World& world = process_.world();
  if (manager_class > world.profile().newest_class) return Failure("REGDB_E_CLASSNOTREG"_hr);
  if (const HResult started = world.EnsureBitsRuns(); started.Failed()) return Failure(started);
  process_.FixSecurity();
  ClientProxy proxy(process_);
  const Result<Caller> caller = proxy.Enter();
  if (!caller) return Failure(caller.error());
  // [nn-bits-ibackgroundcopymanager]
  if (caller->token->integrity_rid < 0x2000) return Failure("E_ACCESSDENIED"_hr);
  return MakeManager(process_);
}

Result<std::shared_ptr<Event>> SimulatedCom::MakeEvent() { return std::make_shared<SimulatedEvent>(process_.world()); }

Result<WaitOutcome> SimulatedCom::WaitForEvent(Event& event, std::chrono::nanoseconds timeout) {
  auto& simulated = static_cast<SimulatedEvent&>(event);
  World& world = process_.world();
  Lock lock(world.mutex());
  EventQueue& events = world.events();
  // A time-out beyond any virtual lifetime must not overflow.
  const Time deadline = events.Now() + std::clamp<Time>(timeout, Time{}, std::chrono::hours(24 * 365 * 10));
  for (;;) {
    world.DeliverCallbacks(lock, &process_);
    if (simulated.Take()) return WaitOutcome::kSignalled;
    if (events.Now() >= deadline) return WaitOutcome::kTimedOut;
    if (world.options().real_time) {
      world.changed().wait_for(lock, deadline - events.Now());
    } else if (!events.RunNext(deadline)) {
      events.AdvanceTo(deadline);
    }
  }
}

}  // namespace bits::fakes
