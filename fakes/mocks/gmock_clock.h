// GoogleMock mock of Clock.
#pragma once

#include <gmock/gmock.h>

#include "harness/api/clock.h"

namespace bits::mocks {

// By default each steady reading is one second after the last, so that a loop with a time limit ends; the wall clock
// stands at 1970-01-01.
class MockClock : public Clock {
 public:
  MockClock();
  ~MockClock() override;

  MOCK_METHOD(std::chrono::nanoseconds, SteadyNow, (), (override));
  MOCK_METHOD(std::chrono::system_clock::time_point, SystemNow, (), (override));

 private:
  std::chrono::seconds now_{0};
};

}  // namespace bits::mocks
