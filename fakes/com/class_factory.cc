#include "fakes/com/class_factory.h"

#include <utility>

#include "harness/win32/counted_object.h"

namespace bits::fakes::com {
namespace {

class ClassFactory final : public win32::CountedObject<IClassFactory> {
 public:
  explicit ClassFactory(InstanceMaker make) : make_(std::move(make)) {}

  HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    *object = nullptr;
    return outer != nullptr ? CLASS_E_NOAGGREGATION : make_(iid, object);
  }
  HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

 private:
  ~ClassFactory() override = default;

  const InstanceMaker make_;
};

}  // namespace

win32::ComPtr<IClassFactory> MakeClassFactory(InstanceMaker make) {
  return win32::TakeReference<IClassFactory>(new ClassFactory(std::move(make)));
}

}  // namespace bits::fakes::com
