// A whole Environment, seen by interceptors.
#pragma once

#include <memory>
#include <vector>

#include "harness/api/environment.h"
#include "harness/intercept/interceptor.h"

namespace bits::intercept {

// Every call on `inner`, and on every object, token and callback that comes from it, passes the interceptors, first to
// last before the call and last to first after it. Clock readings pass unseen: they are too many, and carry nothing.
// `inner` and the interceptors are not owned and must outlive the result.
std::unique_ptr<Environment> Intercept(Environment& inner, std::vector<Interceptor*> interceptors);

}  // namespace bits::intercept
