// From COM's interfaces to the project's: how an interface pointer becomes an object of harness/api.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "harness/api/background_copy_manager.h"
#include "harness/win32/com_call.h"

namespace bits::win32 {

// The object that carries a COM pointer, which must not be null; it owns the reference.
std::unique_ptr<BackgroundCopyManager> Adapt(ComPtr<IBackgroundCopyManager> pointer);
std::unique_ptr<BackgroundCopyJob> Adapt(ComPtr<IBackgroundCopyJob> pointer);
std::unique_ptr<BackgroundCopyError> Adapt(ComPtr<IBackgroundCopyError> pointer);
std::unique_ptr<BackgroundCopyFile> Adapt(ComPtr<IBackgroundCopyFile> pointer);
std::unique_ptr<EnumBackgroundCopyJobs> Adapt(ComPtr<IEnumBackgroundCopyJobs> pointer);
std::unique_ptr<EnumBackgroundCopyFiles> Adapt(ComPtr<IEnumBackgroundCopyFiles> pointer);

// The IID of an interface.
const IID& InterfaceIdentifier(InterfaceId id);

// QueryInterface on a COM pointer, with the object for `id` around what it yields.
Result<std::unique_ptr<Unknown>> QueryAdapted(IUnknown* pointer, InterfaceId id);

// What `call` puts into its out-parameter, an interface pointer, as the object around it; E_UNEXPECTED when it is NULL.
template <class T, std::invocable<T**> Call>
auto GetInterface(Call&& call) -> Result<decltype(Adapt(ComPtr<T>()))> {
  ComPtr<T> found;
  if (const HResult result = FromHresult(call(found.GetAddressOf())); result.Failed()) return Failure(result);
  if (!found) return Failure("E_UNEXPECTED"_hr);
  return Adapt(std::move(found));
}
template <class Object, class Interface, class T>
auto GetInterface(Object* object, Getter<Interface, T*> getter) {
  return GetInterface<T>([&](T** found) { return (object->*getter)(found); });
}

}  // namespace bits::win32
