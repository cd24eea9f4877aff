// What a GoogleMock mock can be told to do.
#pragma once

#include <gmock/gmock.h>

#include "harness/api/result.h"

namespace bits::mocks {

// Converts to an HResult and to a Result of any type.
struct AnyFailure : tl::unexpected<HResult> {
  using tl::unexpected<HResult>::unexpected;
  operator HResult() const { return value(); }  // NOLINT(google-explicit-constructor): that is what it is for
};

// The action of a call that fails, whatever it returns: an HResult or a Result, also one of an object, which
// testing::Return would have to copy.
inline auto FailWith(HResult result) {
  return [failure = AnyFailure(result)] { return failure; };
}

}  // namespace bits::mocks
