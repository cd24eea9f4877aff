// The system's clocks.
#pragma once

#include "harness/api/clock.h"

namespace bits::win32 {

class Clock final : public bits::Clock {
 public:
  std::chrono::nanoseconds SteadyNow() override { return std::chrono::steady_clock::now().time_since_epoch(); }
  std::chrono::system_clock::time_point SystemNow() override { return std::chrono::system_clock::now(); }
};

}  // namespace bits::win32
