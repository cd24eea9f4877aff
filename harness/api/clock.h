// Time.
#pragma once

#include <chrono>

namespace bits {

// Any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // A steady reading: never goes back, does not wrap, has no meaning but in differences.
  virtual std::chrono::nanoseconds SteadyNow() = 0;

  // The wall clock, UTC.
  virtual std::chrono::system_clock::time_point SystemNow() = 0;
};

}  // namespace bits
