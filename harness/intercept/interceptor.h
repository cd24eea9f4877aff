// Seeing, and changing, the calls that go through an Environment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/api/hresult.h"
#include "harness/intercept/json_values.h"

namespace bits::intercept {

// An interface pointer, or an event, that the client holds.
struct Pointer {
  std::uint64_t id = 0;             // 1, 2, 3 … over the whole Environment
  std::uint64_t from = 0;           // the pointer it was got from; 0 for the first one, and for an event
  std::string_view interface_name;  // "IBackgroundCopyJob"; "Event"
};

// One call on its way to the backend, or one event on its way to a callback.
struct Call {
  std::uint64_t sequence = 0;           // 1, 2, 3 … over the whole Environment
  std::string_view interface_name;      // "IBackgroundCopyJob", "LogonApi"
  std::string_view method;              // "AddFile"
  bool has_backend = true;              // false for an object that a Reply stands for: what nobody answers fails
  std::uint64_t pointer = 0;            // whose method it is; 0 for a seam's, and for a pointer lent to a callback
  std::function<Json()> arguments;      // name -> value, in the SDK's order; secrets masked; made when asked for
  std::function<std::string()> caller;  // the account the calling thread acts as; made when asked for
};

// How a call ended. `value` is null for a call that yields none, or that failed.
struct Outcome {
  HResult result;
  std::function<Json()> value;
  std::optional<Json> instead = {};  // set by an interceptor: with a success, the value that the caller gets
};

// What an interceptor gives in the backend's stead: a result, and with a success the value, as ToJson writes it. An
// object in it is a stand-in, whose own calls need answers too.
struct Reply {
  HResult result;
  Json value = {};
};

// Called on the thread of the call, by several threads at once; must not throw.
class Interceptor {
 public:
  virtual ~Interceptor() = default;

  // Before the backend. A result given here is returned in the backend's stead; for a method that yields a value it
  // must be a failure.
  virtual std::optional<HResult> Before(const Call& call) {
    static_cast<void>(call);
    return std::nullopt;
  }

  // Before, for an interceptor that has values to give.
  virtual std::optional<Reply> Answer(const Call& call) {
    const std::optional<HResult> result = Before(call);
    return result ? std::optional(Reply{*result}) : std::nullopt;
  }

  // The value given for this call is none of the method's type; the caller gets E_UNEXPECTED.
  virtual void Refused(const Call& call, std::string_view why) {
    static_cast<void>(call);
    static_cast<void>(why);
  }

  // After the backend, or after the interceptor that answered for it; interceptors are told in reverse order. Changing
  // `outcome.result` to a failure changes what the caller gets; a value the backend had given is released.
  virtual void After(const Call& call, Outcome& outcome) {
    static_cast<void>(call);
    static_cast<void>(outcome);
  }

  // The client got a pointer: on the thread of the call that yielded it, next after that call's After.
  virtual void Acquired(const Pointer& pointer) { static_cast<void>(pointer); }

  // The client let it go, on any thread.
  virtual void Released(const Pointer& pointer) noexcept { static_cast<void>(pointer); }
};

}  // namespace bits::intercept
