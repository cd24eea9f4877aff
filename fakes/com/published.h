// The root of every published interface: IUnknown, and how a call reaches the object of harness/api.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include "fakes/com/identity.h"
#include "fakes/com/in_text.h"
#include "fakes/com/out_values.h"

namespace bits::fakes::com {

// Serves `Com` with an object of the class `Api`; the methods are added above it, one template an interface, so that
// those that Job to Job4 share exist once. Nothing of C++ passes through COM: exceptions become E_OUTOFMEMORY and
// E_UNEXPECTED.
template <class Com, class Api>
class Published : public Com, public Facet {
 public:
  using ApiInterface = Api;
  using ComInterface = Com;

  Published(Identity& identity, std::unique_ptr<Unknown> object) : Facet(std::move(object)), identity_(identity) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    return identity_.Query(Facet::object(), iid, object);
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return identity_.AddRef(); }
  ULONG STDMETHODCALLTYPE Release() override { return identity_.Release(); }

  IUnknown* pointer() override { return static_cast<Com*>(this); }
  InterfaceId id() const override { return Api::kInterfaceId; }

 protected:
  // Calls `call` with the object; what it results in.
  template <class Function>
  HRESULT Call(Function&& call) noexcept {
    const Publisher::CallScope scope(identity_.publisher(), object());
    if (FAILED(scope.result())) return scope.result();
    try {
      return ToHresult(call(static_cast<Api&>(*object())));
    } catch (const std::bad_alloc&) {
      return E_OUTOFMEMORY;
    } catch (...) {
      return E_UNEXPECTED;
    }
  }

  // Calls `call`, which yields a Result, and hands its value to `put`.
  template <class Function, class Putter>
  HRESULT CallAndPut(Function&& call, Putter&& put) noexcept {
    return Call([&](Api& api) -> HResult {
      auto result = call(api);
      if (!result) return result.error();
      return win32::FromHresult(put(*std::move(result)));
    });
  }

  // A getter with one out-parameter: E_INVALIDARG for NULL, cleared on failure.
  template <class T, class Function>
  HRESULT Get(T* out, Function&& call) noexcept {
    if (out == nullptr) return E_INVALIDARG;
    *out = T{};
    return CallAndPut(call, [&](auto&& value) { return Put(std::forward<decltype(value)>(value), out); });
  }

  // The same for an interface pointer.
  template <class T, class Function>
  HRESULT GetObject(T** out, Function&& call) noexcept {
    if (out == nullptr) return E_INVALIDARG;
    *out = nullptr;
    return CallAndPut(call, [&](auto&& value) {
      *out = publisher().Publish(std::forward<decltype(value)>(value));
      return S_OK;
    });
  }

  // A setter of a text that must not be NULL.
  template <class Function>
  HRESULT SetText(LPCWSTR text, Function&& call) noexcept {
    return Call([&](Api& api) -> HResult {
      const InText given(text);
      if (!given.given()) return "E_INVALIDARG"_hr;
      return call(api, given.view());
    });
  }

  Publisher& publisher() const { return identity_.publisher(); }

 private:
  Identity& identity_;
};

}  // namespace bits::fakes::com
