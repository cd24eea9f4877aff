#include "fakes/com/server_environment.h"

#include <utility>

#include "fakes/com/real_functions.h"
#include "fakes/com/server_classes.h"
#include "harness/win32/adapters.h"
#include "harness/win32/conversions.h"

namespace bits::fakes::com {

Result<std::unique_ptr<BackgroundCopyManager>> ServerEnvironment::CoCreateInstance(ManagerClass manager_class) {
  if (const HResult prepared = PrepareApartment(); prepared.Failed()) return Failure(prepared);
  const CLSID class_id = win32::ToGuid(ServerClassId(server_, manager_class));
  return win32::GetInterface<IBackgroundCopyManager>([&](IBackgroundCopyManager** manager) {
    return Real().CoCreateInstance(class_id, nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IBackgroundCopyManager),
                                   reinterpret_cast<void**>(manager));
  });
}

HResult ServerEnvironment::PrepareApartment() {
  APTTYPE type{};
  APTTYPEQUALIFIER qualifier{};
  if (CoGetApartmentType(&type, &qualifier) != S_OK) return "CO_E_NOTINITIALIZED"_hr;
  const bool single_threaded = type == APTTYPE_STA || type == APTTYPE_MAINSTA;
  const std::lock_guard lock(mutex_);
  std::optional<TokenOptionsMarshaling>& prepared = apartments_[single_threaded ? GetCurrentThreadId() : 0];
  // An apartment that ended took its registration with it, and a new one of the same thread needs another.
  prepared.reset();
  Result<TokenOptionsMarshaling> registered = RegisterTokenOptionsMarshaling();
  if (!registered) return registered.error();
  prepared.emplace(*std::move(registered));
  return HResult();
}

}  // namespace bits::fakes::com
