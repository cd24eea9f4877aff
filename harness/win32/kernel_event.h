// An auto-reset kernel event as the Event of harness/api.
#pragma once

#include <memory>
#include <utility>

#include "harness/api/com_api.h"
#include "harness/win32/handles.h"

namespace bits::win32 {

// Any thread. Lives on its own: it needs nothing of the Environment it came from.
class KernelEvent final : public Event {
 public:
  // Failures as LastError: ERROR_NO_SYSTEM_RESOURCES.
  static Result<std::shared_ptr<Event>> Make();

  explicit KernelEvent(KernelHandle handle) : handle_(std::move(handle)) {}

  void Set() override;
  HANDLE handle() const { return handle_.get(); }

 private:
  KernelHandle handle_;
};

}  // namespace bits::win32
