#include "fakes/com/class_factory.h"

#include <atomic>
#include <utility>

namespace bits::fakes::com {
namespace {

class ClassFactory final : public IClassFactory {
 public:
  explicit ClassFactory(InstanceMaker make) : make_(std::move(make)) {}

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = iid == __uuidof(IUnknown) || iid == __uuidof(IClassFactory);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) delete this;
    return left;
  }
  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    return outer != nullptr ? CLASS_E_NOAGGREGATION : make_(iid, object);
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

 private:
  ~ClassFactory() = default;

  std::atomic<ULONG> references_{1};
  const InstanceMaker make_;
};

}  // namespace

win32::ComPtr<IClassFactory> MakeClassFactory(InstanceMaker make) {
  return win32::TakeReference<IClassFactory>(new ClassFactory(std::move(make)));
}

}  // namespace bits::fakes::com
