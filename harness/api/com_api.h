// COM as a client of BITS uses it: apartments, process security, the manager, waiting for events.
#pragma once

#include <chrono>
#include <memory>

#include "harness/api/background_copy_manager.h"
#include "harness/api/com_security.h"
#include "harness/api/result.h"

namespace bits {

// COINIT_*.
enum class ApartmentType { kSingleThreaded, kMultiThreaded };

template <>
struct EnumNames<ApartmentType> {
  static constexpr EnumName<ApartmentType> kNames[] = {{ApartmentType::kSingleThreaded, "sta"},
                                                       {ApartmentType::kMultiThreaded, "mta"}};
};

// Something that happened; set from any thread, consumed by one wait.
class Event {
 public:
  virtual ~Event() = default;
  virtual void Set() = 0;
};

enum class WaitOutcome { kSignalled, kTimedOut };

template <>
struct EnumNames<WaitOutcome> {
  static constexpr EnumName<WaitOutcome> kNames[] = {{WaitOutcome::kSignalled, "signalled"},
                                                     {WaitOutcome::kTimedOut, "timed-out"}};
};

// Apartments belong to the calling thread, security to the process; any thread may call any method.
class ComApi {
 public:
  virtual ~ComApi() = default;

  // S_FALSE when the thread was in such an apartment already; RPC_E_CHANGED_MODE when it is in the other kind. Each
  // success needs a CoUninitialize: use the scope `Apartment` [combaseapi-coinitializeex].
  [[nodiscard]] virtual HResult CoInitializeEx(ApartmentType type) = 0;
  virtual void CoUninitialize() = 0;

  // Once a process, and before its first proxy: else RPC_E_TOO_LATE [combaseapi-coinitializesecurity]. On Wine it is a
  // stub that always succeeds.
  [[nodiscard]] virtual HResult CoInitializeSecurity(const ProcessSecurity& security) = 0;

  // The class object's manager in the service's process (CLSCTX_LOCAL_SERVER); starts the service where needed.
  // REGDB_E_CLASSNOTREG, CO_E_SERVER_EXEC_FAILURE, E_ACCESSDENIED, HRESULT_FROM_WIN32(ERROR_SERVICE_DISABLED)
  // [connecting-to-the-bits-service].
  [[nodiscard]] virtual Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) = 0;

  // An event that WaitForEvent can wait for; may outlive this object.
  virtual Result<std::shared_ptr<Event>> MakeEvent() = 0;

  // Waits until the event is set, at most `timeout`. In an STA messages are dispatched meanwhile, so that callbacks
  // arrive; time is a steady clock's. E_ABORT when the STA's thread is told to quit (WM_QUIT, which stays in the
  // queue).
  virtual Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) = 0;
};

}  // namespace bits
