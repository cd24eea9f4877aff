// Trompeloeil mocks of ComApi and Event.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/com_api.h"

namespace bits::trompeloeil_mocks {

class MockEvent : public Event {
 public:
  MAKE_MOCK0(Set, void(), override);
};

class MockComApi : public ComApi {
 public:
  MAKE_MOCK1(CoInitializeEx, HResult(ApartmentType), override);
  MAKE_MOCK0(CoUninitialize, void(), override);
  MAKE_MOCK1(CoInitializeSecurity, HResult(const ProcessSecurity&), override);
  MAKE_MOCK1(CoCreateInstance, Result<std::unique_ptr<BackgroundCopyManager>>(ManagerClass), override);
  MAKE_MOCK0(MakeEvent, Result<std::shared_ptr<Event>>(), override);
  MAKE_MOCK2(WaitForEvent, Result<WaitOutcome>(Event&, std::chrono::nanoseconds), override);
};

// As bits::mocks::MockEvent and MockComApi answer.
[[nodiscard]] Expectations AllowAll(MockEvent& mock);
[[nodiscard]] Expectations AllowAll(MockComApi& mock);

}  // namespace bits::trompeloeil_mocks
