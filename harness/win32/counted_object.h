// What every COM object of ours has in common: its references are counted, and it is asked for its interfaces.
#pragma once

#include <atomic>

#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// An object on the heap that the last Release deletes. A new one has one reference, its maker's: TakeReference. Its
// reference count may be used on any thread.
template <class Interface>
class CountedObject : public Interface {
 public:
  CountedObject(const CountedObject&) = delete;
  CountedObject& operator=(const CountedObject&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) final {
    if (object == nullptr) return E_POINTER;
    IUnknown* const found = Find(id);
    *object = found;
    if (found == nullptr) return E_NOINTERFACE;
    found->AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() final { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() final {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }

 protected:
  CountedObject() = default;
  virtual ~CountedObject() = default;

 private:
  // Its pointer for that interface, not counted yet; null: it has none.
  virtual IUnknown* Find(REFIID id) { return id == __uuidof(IUnknown) || id == __uuidof(Interface) ? this : nullptr; }

  std::atomic<ULONG> references_{1};
};

}  // namespace bits::win32
