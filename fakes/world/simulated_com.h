// COM, as one simulated process has it.
#pragma once

#include "fakes/world/process.h"

namespace bits::fakes {

class SimulatedCom : public ComApi {
 public:
  explicit SimulatedCom(Process& process) : process_(process) {}
  HResult CoInitializeEx(ApartmentType type) override;
  void CoUninitialize() override;
  HResult CoInitializeSecurity(const ProcessSecurity& security) override;
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override;
  Result<std::shared_ptr<Event>> MakeEvent() override;
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override;

 private:
  Process& process_;
};

}  // namespace bits::fakes
