#include "fakes/com/lasting_stubs.h"

#include <algorithm>
#include <utility>

#include "fakes/com/interfaces.h"
#include "harness/win32/counted_object.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

// Says that it has each interface; none of their methods is called, since nobody gets a proxy of it.
class Placeholder final : public win32::CountedObject<IUnknown> {
 public:
  explicit Placeholder(const std::vector<IID>& interfaces) : interfaces_(interfaces) {}

 private:
  ~Placeholder() override = default;

  IUnknown* Find(REFIID iid) override {
    const bool offered = iid == __uuidof(IUnknown) || std::ranges::find(interfaces_, iid) != interfaces_.end();
    return offered ? this : nullptr;
  }

  const std::vector<IID> interfaces_;
};

}  // namespace

LastingStubs::LastingStubs(const std::vector<IID>& interfaces) {
  const auto placeholder = win32::TakeReference<IUnknown>(new Placeholder(interfaces));
  for (const IID& iid : interfaces) {
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

std::vector<IID> ServedInterfaces() {
  std::vector<IID> interfaces = PublishedInterfaces();
  interfaces.push_back(__uuidof(IClassFactory));
  return interfaces;
}

std::vector<IID> CalledBackInterfaces() {
  return {__uuidof(IUnknown), __uuidof(IBackgroundCopyCallback), __uuidof(IBackgroundCopyCallback2)};
}

}  // namespace bits::fakes::com
