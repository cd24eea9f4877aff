// Interfaces that COM itself offers for each proxy, beside those of the service.
#pragma once

#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// An interface that is a member of the object it belongs to, and has that object's IUnknown.
template <class Com>
class LocalInterface : public Com {
 public:
  LocalInterface(const LocalInterface&) = delete;
  LocalInterface& operator=(const LocalInterface&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** found) override {
    return owner_.QueryInterface(iid, found);
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return owner_.AddRef(); }
  ULONG STDMETHODCALLTYPE Release() override { return owner_.Release(); }

 protected:
  explicit LocalInterface(IUnknown& owner) : owner_(owner) {}
  ~LocalInterface() = default;

  IUnknown& owner() const { return owner_; }

 private:
  IUnknown& owner_;
};

}  // namespace bits::fakes::com
