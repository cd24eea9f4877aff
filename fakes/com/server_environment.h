// A simulated Windows whose BITS is in another process.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "fakes/com/environment_with_com.h"
#include "fakes/com/token_options_marshaling.h"
#include "fakes/world/process.h"
#include "harness/api/guid.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// A process of the simulated Windows, but for BackgroundCopyManager, which is the server's (ServerClassId). The
// apartments that ask for one are made able to hold pointers to IBitsTokenOptions.
class ServerEnvironment final : private ComApi, public EnvironmentWithCom {
 public:
  // The process outlives it.
  ServerEnvironment(Process& process, const Guid& server)
      : EnvironmentWithCom(process, *this), process_(process), server_(server) {}

 private:
  HResult CoInitializeEx(ApartmentType type) override { return process_.com().CoInitializeEx(type); }
  void CoUninitialize() override { process_.com().CoUninitialize(); }
  HResult CoInitializeSecurity(const ProcessSecurity& security) override {
    return process_.com().CoInitializeSecurity(security);
  }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override;
  Result<std::shared_ptr<Event>> MakeEvent() override { return process_.com().MakeEvent(); }
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override {
    return process_.com().WaitForEvent(event, timeout);
  }

  HResult PrepareApartment();

  Process& process_;
  const Guid server_;
  std::mutex mutex_;
  std::map<DWORD, std::optional<TokenOptionsMarshaling>> apartments_;  // by thread, the multi-threaded one by 0
};

}  // namespace bits::fakes::com
