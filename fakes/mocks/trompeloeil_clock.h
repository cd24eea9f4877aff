// Trompeloeil mock of Clock.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/clock.h"

namespace bits::trompeloeil_mocks {

class MockClock : public Clock {
 public:
  MAKE_MOCK0(SteadyNow, std::chrono::nanoseconds(), override);
  MAKE_MOCK0(SystemNow, std::chrono::system_clock::time_point(), override);
};

// As bits::mocks::MockClock answers.
[[nodiscard]] Expectations AllowAll(MockClock& mock);

}  // namespace bits::trompeloeil_mocks
