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

// One call on its way to the backend, or one event on its way to a callback.
struct Call {
  std::uint64_t sequence = 0;           // 1, 2, 3 … over the whole Environment
  std::string_view interface_name;      // "IBackgroundCopyJob", "LogonApi"
  std::string_view method;              // "AddFile"
  std::function<Json()> arguments;      // name -> value, in the SDK's order; secrets masked; made when asked for
  std::function<std::string()> caller;  // the account the calling thread acts as; made when asked for
};

// How a call ended. `value` is null for a call that yields none, or that failed.
struct Outcome {
  HResult result;
  std::function<Json()> value;
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

  // After the backend, or after the interceptor that answered for it; interceptors are told in reverse order. Changing
  // `outcome.result` to a failure changes what the caller gets; a value the backend had given is released.
  virtual void After(const Call& call, Outcome& outcome) {
    static_cast<void>(call);
    static_cast<void>(outcome);
  }
};

}  // namespace bits::intercept
