#include "harness/win32/kernel_event.h"

#include "harness/api/impersonation.h"
#include "harness/win32/system_error.h"

namespace bits::win32 {

Result<std::shared_ptr<Event>> KernelEvent::Make() {
  KernelHandle handle(CreateEventW(nullptr, /*bManualReset=*/FALSE, /*bInitialState=*/FALSE, nullptr));
  if (!handle) return Failure(LastError());
  return std::make_shared<KernelEvent>(std::move(handle));
}

void KernelEvent::Set() {
  // An event that cannot be set would leave its waiter waiting; the handle is ours, so this is a corrupted process.
  if (!SetEvent(handle_.get())) FailFast("SetEvent", LastError());
}

}  // namespace bits::win32
