// COM itself.
#pragma once

#include "harness/api/com_api.h"

namespace bits::win32 {

class ComApi final : public bits::ComApi {
 public:
  HResult CoInitializeEx(ApartmentType type) override;
  void CoUninitialize() override;
  HResult CoInitializeSecurity(const ProcessSecurity& security) override;
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override;
  Result<std::shared_ptr<Event>> MakeEvent() override;

  // E_INVALIDARG for an event of another Environment's kind; else as WaitForObject.
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override;
};

}  // namespace bits::win32
