#include "fakes/com/lasting_stubs.h"

#include <utility>

#include "fakes/com/interfaces.h"
#include "harness/win32/counted_object.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

// Says that it has each interface; none of their methods is called, since nobody gets a proxy of it.
class Placeholder final : public win32::CountedObject<IUnknown> {
 private:
  ~Placeholder() override = default;

  IUnknown* Find(REFIID iid) override {
    return iid == __uuidof(IUnknown) || InterfaceOf(iid).has_value() ? this : nullptr;
  }
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
