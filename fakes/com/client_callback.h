// A client's COM callback as the service knows it.
#pragma once

#include <memory>

#include "fakes/com/publisher.h"

namespace bits::fakes::com {

// What holds a client's COM object.
class ClientHolder {
 public:
  virtual ~ClientHolder() = default;
  // Null once it is dropped.
  virtual win32::ComPtr<IUnknown> client() const = 0;
  // Releases the client's object, where it lives; no call is under way.
  virtual void Drop() = 0;
};

struct ClientCallbackParts {
  std::shared_ptr<BackgroundCopyCallback> callback;
  std::weak_ptr<ClientHolder> holder;  // the same object
};

// Calls the COM object, on the thread that calls it, with published objects; releases it in `apartment`, null:
// anywhere. A BackgroundCopyCallback2 where the client's object is an IBackgroundCopyCallback2. E_NOINTERFACE when it
// is no IBackgroundCopyCallback.
Result<ClientCallbackParts> MakeClientCallback(std::shared_ptr<Publisher> publisher,
                                               std::shared_ptr<ApartmentWindow> apartment, IUnknown* callback);

}  // namespace bits::fakes::com
