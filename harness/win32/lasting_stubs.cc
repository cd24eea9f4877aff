#include "harness/win32/lasting_stubs.h"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "harness/win32/bits_headers.h"
#include "harness/win32/counted_object.h"
#include "harness/win32/os_version.h"

namespace bits::win32 {
namespace {

// Says that it has each interface; none of their methods is called, since nobody gets a proxy of it.
class Placeholder final : public CountedObject<IUnknown> {
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
  const auto placeholder = TakeReference<IUnknown>(new Placeholder(interfaces));
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

std::vector<IID> CallbackInterfaces() {
  return {__uuidof(IUnknown), __uuidof(IBackgroundCopyCallback), __uuidof(IBackgroundCopyCallback2)};
}

namespace {

// Whether there is a multi-threaded apartment until the process ends.
bool KeepApartment() {
  // Windows 7 does not export it, and a program with this in it starts there too.
  const HMODULE ole = GetModuleHandleW(L"ole32.dll");
  using Function = HRESULT(WINAPI*)(CO_MTA_USAGE_COOKIE*);
  const auto increment_mta_usage = reinterpret_cast<Function>(
      reinterpret_cast<void*>(ole != nullptr ? GetProcAddress(ole, "CoIncrementMTAUsage") : nullptr));
  CO_MTA_USAGE_COOKIE usage = nullptr;
  return increment_mta_usage != nullptr && SUCCEEDED(increment_mta_usage(&usage));
}

void MakeCallbackStubs() noexcept {
  static const auto* const kStubs = new LastingStubs(CallbackInterfaces());
  static_cast<void>(kStubs);
}

}  // namespace

void KeepCallbackStubs() {
  static std::once_flag once;
  std::call_once(once, [] {
    const Result<OsVersion> version = ReadOsVersion();
    if (!version || !version->wine_version || !KeepApartment()) return;
    try {
      // A thread that has entered no apartment is in the multi-threaded one.
      std::thread(MakeCallbackStubs).join();
    } catch (const std::system_error&) {
      // No thread to be had: it goes without.
    }
  });
}

}  // namespace bits::win32
