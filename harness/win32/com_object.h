// What every adapter has in common: the COM pointer, and the methods of Unknown on it.
#pragma once

#include <memory>
#include <utility>

#include "harness/api/unknown.h"
#include "harness/win32/adapters.h"
#include "harness/win32/proxy_blanket.h"

namespace bits::win32 {

// Lets an object of harness/api be passed back to COM: the pointer beneath, not referenced for the caller.
class ComPointerHolder {
 public:
  virtual IUnknown* com_pointer() const = 0;

 protected:
  ~ComPointerHolder() = default;
};

// The root of an adapter from `Com` to `Api`; the methods of each interface are added above it, one template an
// interface (see adapters.cc), so that those that Job to Job4 share exist once.
template <class Com, class Api>
class ComObject : public Api, public ComPointerHolder {
 public:
  using ComInterface = Com;

  explicit ComObject(ComPtr<Com> pointer) : pointer_(std::move(pointer)) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override { return QueryAdapted(com(), id); }
  HResult SetProxyBlanket(const ProxyBlanket& blanket) override { return win32::SetProxyBlanket(com(), blanket); }
  Result<ProxyBlanket> QueryProxyBlanket() override { return win32::QueryProxyBlanket(com()); }

  IUnknown* com_pointer() const override { return com(); }

 protected:
  Com* com() const { return pointer_.Get(); }

 private:
  ComPtr<Com> pointer_;
};

}  // namespace bits::win32
