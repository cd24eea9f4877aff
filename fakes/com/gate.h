// What lies between a COM call and the object that it is for.
#pragma once

#include "harness/api/unknown.h"

namespace bits::fakes::com {

// Finds out who calls, before each call. Any thread.
class Gate {
 public:
  virtual ~Gate() = default;

  // `object` is about to be called on this thread. A failure is the result of the call, which is then not made.
  virtual HResult Enter(Unknown& object) = 0;

  // A client registers a callback on this thread.
  virtual void PrepareCallbacks() {}

  // Before a client's callback is called on this thread, which is nobody's.
  virtual HResult EnterCallback() { return HResult(); }
};

// For an Environment that knows by itself who calls.
class OpenGate final : public Gate {
 public:
  HResult Enter(Unknown&) override { return HResult(); }
};

}  // namespace bits::fakes::com
