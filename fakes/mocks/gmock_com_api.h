// GoogleMock mocks of ComApi and Event.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/com_api.h"

namespace bits::mocks {

// Set does nothing by default.
class MockEvent : public Event {
 public:
  MockEvent();
  ~MockEvent() override;

  MOCK_METHOD(void, Set, (), (override));
};

// By default a new apartment, a nice mock as manager, nice mocks as events, and every wait is signalled at once.
class MockComApi : public ComApi {
 public:
  MockComApi();
  ~MockComApi() override;

  MOCK_METHOD(HResult, CoInitializeEx, (ApartmentType type), (override));
  MOCK_METHOD(void, CoUninitialize, (), (override));
  MOCK_METHOD(HResult, CoInitializeSecurity, (const ProcessSecurity& security), (override));
  MOCK_METHOD(Result<std::unique_ptr<BackgroundCopyManager>>, CoCreateInstance, (ManagerClass manager_class),
              (override));
  MOCK_METHOD(Result<std::shared_ptr<Event>>, MakeEvent, (), (override));
  MOCK_METHOD(Result<WaitOutcome>, WaitForEvent, (Event & event, std::chrono::nanoseconds timeout), (override));
};

}  // namespace bits::mocks
