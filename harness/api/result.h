// What a call that yields a value returns: the value, or the HRESULT that says why there is none.
#pragma once

#include <utility>

#include <tl/expected.hpp>

#include "harness/api/hresult.h"

namespace bits {

// A value, or a failing HRESULT. A success code other than S_OK is never lost: a method that can yield one beside a
// value says in its contract how the value shows it.
template <class T>
using Result = tl::expected<T, HResult>;

// A failing Result of any type.
inline tl::unexpected<HResult> Failure(HResult result) { return tl::unexpected<HResult>(result); }

// S_OK, or the failure.
template <class T>
HResult HResultOf(const Result<T>& result) {
  return result ? HResult() : result.error();
}
inline HResult HResultOf(HResult result) { return result; }

}  // namespace bits
