#include "fakes/com/client_callback.h"

#include <utility>

#include "fakes/com/apartment_window.h"

namespace bits::fakes::com {
namespace {

using win32::ComPtr;

// `Api` is the callback's class, `Com` the client's interface.
template <class Api, class Com>
class ClientCallback : public Api, public ClientHolder {
 public:
  ClientCallback(std::shared_ptr<Publisher> publisher, std::shared_ptr<ApartmentWindow> apartment,
                 ComPtr<IUnknown> client, ComPtr<Com> callback)
      : publisher_(std::move(publisher)),
        apartment_(std::move(apartment)),
        client_(std::move(client)),
        callback_(std::move(callback)) {}
  ~ClientCallback() override { Release(); }
  ClientCallback(const ClientCallback&) = delete;
  ClientCallback& operator=(const ClientCallback&) = delete;

  ComPtr<IUnknown> client() const override { return client_; }
  void Drop() override { Release(); }

  HResult JobTransferred(BackgroundCopyJob& job) override {
    return Deliver([&](auto* published) { return callback_->JobTransferred(published); }, job);
  }
  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) override {
    return Deliver([&](auto*... published) { return callback_->JobError(published...); }, job, error);
  }
  HResult JobModification(BackgroundCopyJob& job, std::uint32_t reserved) override {
    return Deliver([&](auto* published) { return callback_->JobModification(published, reserved); }, job);
  }

 protected:
  Com& callback() const { return *callback_.Get(); }

  template <class Call, class... Argument>
  HResult Deliver(Call&& call, Argument&... arguments) {
    const Publisher::LocalScope scope(*publisher_);
    if (FAILED(scope.result())) return win32::FromHresult(scope.result());
    return Deliver(call, publisher_->PublishLent(arguments)...);
  }

 private:
  template <class Call, class... Published>
  HResult Deliver(Call&& call, Result<ComPtr<Published>>... published) {
    HResult failure;
    // The first that could not be made says why.
    static_cast<void>(((published ? true : (failure = published.error(), false)) && ...));
    if (failure.Failed()) return failure;
    return win32::FromHresult(call(published->Get()...));
  }

  void Release() {
    // The references go with the task.
    auto release = [client = std::move(client_), callback = std::move(callback_)] {};
    if (apartment_) apartment_->Run(std::move(release));
  }

  const std::shared_ptr<Publisher> publisher_;
  const std::shared_ptr<ApartmentWindow> apartment_;
  ComPtr<IUnknown> client_;
  ComPtr<Com> callback_;
};

using ClientCallback1 = ClientCallback<BackgroundCopyCallback, IBackgroundCopyCallback>;

class ClientCallback2 final : public ClientCallback<BackgroundCopyCallback2, IBackgroundCopyCallback2> {
 public:
  using ClientCallback::ClientCallback;

  HResult FileTransferred(BackgroundCopyJob& job, BackgroundCopyFile& file) override {
    return Deliver([&](auto*... published) { return callback().FileTransferred(published...); }, job, file);
  }
};

template <class Callback, class Com>
ClientCallbackParts Make(std::shared_ptr<Publisher> publisher, std::shared_ptr<ApartmentWindow> apartment,
                         IUnknown* client, ComPtr<Com> callback) {
  auto made = std::make_shared<Callback>(std::move(publisher), std::move(apartment), ComPtr<IUnknown>(client),
                                         std::move(callback));
  return {made, made};
}

}  // namespace

Result<ClientCallbackParts> MakeClientCallback(std::shared_ptr<Publisher> publisher,
                                               std::shared_ptr<ApartmentWindow> apartment, IUnknown* callback) {
  ComPtr<IBackgroundCopyCallback2> second;
  if (SUCCEEDED(callback->QueryInterface(IID_PPV_ARGS(second.GetAddressOf())))) {
    return Make<ClientCallback2>(std::move(publisher), std::move(apartment), callback, std::move(second));
  }
  ComPtr<IBackgroundCopyCallback> first;
  const HRESULT result = callback->QueryInterface(IID_PPV_ARGS(first.GetAddressOf()));
  if (FAILED(result)) return Failure(win32::FromHresult(result));
  return Make<ClientCallback1>(std::move(publisher), std::move(apartment), callback, std::move(first));
}

}  // namespace bits::fakes::com
