#include "harness/win32/com_api.h"

#include "harness/win32/adapters.h"
#include "harness/win32/event_wait.h"
#include "harness/win32/kernel_event.h"
#include "harness/win32/manager_class_ids.h"
#include "harness/win32/proxy_blanket.h"

namespace bits::win32 {

HResult ComApi::CoInitializeEx(ApartmentType type) {
  const DWORD model = type == ApartmentType::kSingleThreaded ? COINIT_APARTMENTTHREADED : COINIT_MULTITHREADED;
  return FromHresult(::CoInitializeEx(nullptr, model | COINIT_DISABLE_OLE1DDE));
}

void ComApi::CoUninitialize() { ::CoUninitialize(); }

HResult ComApi::CoInitializeSecurity(const ProcessSecurity& security) {
  return FromHresult(::CoInitializeSecurity(
      /*pSecDesc=*/nullptr, /*cAuthSvc=*/-1, /*asAuthSvc=*/nullptr, /*pReserved1=*/nullptr,
      static_cast<DWORD>(security.authentication_level), static_cast<DWORD>(security.impersonation_level),
      /*pAuthList=*/nullptr, ToCapabilities(security.cloaking), /*pReserved3=*/nullptr));
}

Result<std::unique_ptr<BackgroundCopyManager>> ComApi::CoCreateInstance(ManagerClass manager_class) {
  return GetInterface<IBackgroundCopyManager>([&](IBackgroundCopyManager** manager) {
    return ::CoCreateInstance(ClassId(manager_class), nullptr, CLSCTX_LOCAL_SERVER, IID_PPV_ARGS(manager));
  });
}

Result<std::shared_ptr<Event>> ComApi::MakeEvent() { return KernelEvent::Make(); }

Result<WaitOutcome> ComApi::WaitForEvent(Event& event, std::chrono::nanoseconds timeout) {
  const auto* kernel_event = dynamic_cast<const KernelEvent*>(&event);
  if (kernel_event == nullptr) return Failure("E_INVALIDARG"_hr);
  return WaitForObject(kernel_event->handle(), timeout);
}

}  // namespace bits::win32
