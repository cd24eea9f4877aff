#include "fakes/com/lasting_stubs.h"

#include <atomic>
#include <utility>

#include "fakes/com/interfaces.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

// Says that it has each interface; none of their methods is called, since nobody gets a proxy of it.
class Placeholder final : public IUnknown {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = iid == __uuidof(IUnknown) || InterfaceOf(iid).has_value();
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

 private:
  ~Placeholder() = default;

  std::atomic<ULONG> references_{1};
};

}  // namespace

LastingStubs::LastingStubs() {
  const auto placeholder = win32::TakeReference<IUnknown>(new Placeholder);
  for (const IID& iid : PublishedInterfaces()) {
    ComPtr<IStream> stream;
    if (FAILED(CreateStreamOnHGlobal(nullptr, TRUE, stream.GetAddressOf()))) return;
    const HRESULT result =
        CoMarshalInterface(stream.Get(), iid, placeholder.Get(), MSHCTX_LOCAL, nullptr, MSHLFLAGS_TABLESTRONG);
    if (SUCCEEDED(result)) marshaled_.push_back(std::move(stream));
  }
}

LastingStubs::~LastingStubs() {
  for (const ComPtr<IStream>& stream : marshaled_) {
    if (SUCCEEDED(stream->Seek({}, STREAM_SEEK_SET, nullptr))) CoReleaseMarshalData(stream.Get());
  }
}

}  // namespace bits::fakes::com
