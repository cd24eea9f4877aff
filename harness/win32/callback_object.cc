#include "harness/win32/callback_object.h"

#include <utility>

#include "harness/win32/adapters.h"
#include "harness/win32/com_object.h"
#include "harness/win32/counted_object.h"

namespace bits::win32 {
namespace {

// By this interface an object of this file is told from any other: nobody else implements it, and since no proxy
// exists for it, a pointer that answers is the object itself.
constexpr IID kOwnObject = {0x3c1f6a0e, 0x9d57, 0x4b0b, {0x8e, 0x0f, 0x52, 0xd9, 0x71, 0x3a, 0xc4, 0x66}};

class CallbackObject final : public CountedObject<IBackgroundCopyCallback2> {
 public:
  explicit CallbackObject(std::shared_ptr<BackgroundCopyCallback> callback)
      : callback_(std::move(callback)), callback2_(dynamic_cast<BackgroundCopyCallback2*>(callback_.get())) {}

  const std::shared_ptr<BackgroundCopyCallback>& callback() const { return callback_; }

  HRESULT STDMETHODCALLTYPE JobTransferred(IBackgroundCopyJob* job) override {
    return Deliver([&](auto& adapted) { return callback_->JobTransferred(adapted); }, job);
  }

  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob* job, IBackgroundCopyError* error) override {
    return Deliver([&](auto&... adapted) { return callback_->JobError(adapted...); }, job, error);
  }

  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob* job, DWORD reserved) override {
    return Deliver([&](auto& adapted) { return callback_->JobModification(adapted, reserved); }, job);
  }

  HRESULT STDMETHODCALLTYPE FileTransferred(IBackgroundCopyJob* job, IBackgroundCopyFile* file) override {
    // Only reached through IBackgroundCopyCallback2, which is not offered without it.
    if (callback2_ == nullptr) return E_NOTIMPL;
    return Deliver([&](auto&... adapted) { return callback2_->FileTransferred(adapted...); }, job, file);
  }

 private:
  ~CallbackObject() override = default;

  IUnknown* Find(REFIID id) override {
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IBackgroundCopyCallback) || id == kOwnObject ||
                         (id == __uuidof(IBackgroundCopyCallback2) && callback2_ != nullptr);
    return offered ? this : nullptr;
  }

  static bool IsNull(const void* pointer) { return pointer == nullptr; }

  // Calls the client with its own kind of objects. Nothing of C++ may pass through COM: an exception becomes E_FAIL.
  template <class Call, class... Interface>
  static HRESULT Deliver(Call&& call, Interface*... arguments) noexcept {
    if ((IsNull(arguments) || ...)) return E_POINTER;
    try {
      return static_cast<HRESULT>(call(*Adapt(ComPtr<Interface>(arguments))...).value());
    } catch (...) {
      return E_FAIL;
    }
  }

  const std::shared_ptr<BackgroundCopyCallback> callback_;
  BackgroundCopyCallback2* const callback2_;
};

// A callback of somebody else's, reached through COM.
class ForeignCallback final : public BackgroundCopyCallback {
 public:
  explicit ForeignCallback(ComPtr<IBackgroundCopyCallback> callback) : callback_(std::move(callback)) {}

  IUnknown* com_pointer() const { return callback_.Get(); }

  HResult JobTransferred(BackgroundCopyJob& job) override {
    const auto native = PointerOf<IBackgroundCopyJob>(job);
    return native ? FromHresult(callback_->JobTransferred(native.Get())) : "E_INVALIDARG"_hr;
  }

  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) override {
    const auto native = PointerOf<IBackgroundCopyJob>(job);
    const auto native_error = PointerOf<IBackgroundCopyError>(error);
    if (!native || !native_error) return "E_INVALIDARG"_hr;
    return FromHresult(callback_->JobError(native.Get(), native_error.Get()));
  }

  HResult JobModification(BackgroundCopyJob& job, std::uint32_t reserved) override {
    const auto native = PointerOf<IBackgroundCopyJob>(job);
    return native ? FromHresult(callback_->JobModification(native.Get(), reserved)) : "E_INVALIDARG"_hr;
  }

 private:
  // Null for an object that did not come from COM.
  template <class Interface>
  static ComPtr<Interface> PointerOf(Unknown& object) {
    const auto* holder = dynamic_cast<const ComPointerHolder*>(&object);
    ComPtr<Interface> pointer;
    if (holder != nullptr) holder->com_pointer()->QueryInterface(IID_PPV_ARGS(pointer.GetAddressOf()));
    return pointer;
  }

  ComPtr<IBackgroundCopyCallback> callback_;
};

}  // namespace

ComPtr<IUnknown> ToCom(std::shared_ptr<BackgroundCopyCallback> callback) {
  if (!callback) return nullptr;
  if (const auto* foreign = dynamic_cast<const ForeignCallback*>(callback.get())) return foreign->com_pointer();
  return TakeReference<IUnknown>(new CallbackObject(std::move(callback)));
}

Result<std::shared_ptr<BackgroundCopyCallback>> FromCom(IUnknown* pointer) {
  if (pointer == nullptr) return nullptr;
  void* found = nullptr;
  if (SUCCEEDED(pointer->QueryInterface(kOwnObject, &found)) && found != nullptr) {
    return TakeReference(static_cast<CallbackObject*>(found))->callback();
  }
  ComPtr<IBackgroundCopyCallback> callback;
  const HResult result = FromHresult(pointer->QueryInterface(IID_PPV_ARGS(callback.GetAddressOf())));
  if (result.Failed()) return Failure(result);
  return std::make_shared<ForeignCallback>(std::move(callback));
}

}  // namespace bits::win32
