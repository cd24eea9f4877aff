// What lies between a COM call and the object that it is for.
#pragma once

#include <atomic>
#include <memory>

#include "harness/api/unknown.h"

namespace bits::fakes::com {

class ApartmentWindow;

// Finds out who calls, before each call. Any thread.
class Gate {
 public:
  virtual ~Gate() = default;

  // The client is about to ask for its first pointer, on this thread. A failure is the result of that.
  virtual HResult EnterActivation() { return HResult(); }

  // `object` is about to be called on this thread. A failure is the result of the call, which is then not made.
  virtual HResult Enter(Unknown& object) = 0;
  // After each EnterActivation and Enter that succeeded, on the same thread.
  virtual void Leave() {}

  // The same around calls that are not the client's: about an object that its callback is to be given.
  virtual HResult EnterLent(Unknown& object) { return Enter(object); }
  virtual void LeaveLent() { Leave(); }

  // CoSetProxyBlanket and CoQueryProxyBlanket on the object's pointer.
  virtual HResult SetBlanket(Unknown& object, const ProxyBlanket& blanket) { return object.SetProxyBlanket(blanket); }
  virtual Result<ProxyBlanket> QueryBlanket(Unknown& object) { return object.QueryProxyBlanket(); }

  // What EOAC_DEFAULT means for a pointer: what the process chose, else none [combaseapi-coinitializesecurity].
  std::atomic<Cloaking> process_cloaking{Cloaking::kNone};

  // `object` will not be called again.
  virtual void Forget(Unknown& object) { static_cast<void>(object); }

  // The calling thread entered or left an apartment.
  virtual void ApartmentChanged() {}

  // A client registers a callback on this thread. Where it has to be released, if that is not just anywhere.
  virtual std::shared_ptr<ApartmentWindow> PrepareCallbacks() { return nullptr; }
};

// For an Environment that knows by itself who calls.
class OpenGate final : public Gate {
 public:
  HResult Enter(Unknown&) override { return HResult(); }
};

}  // namespace bits::fakes::com
