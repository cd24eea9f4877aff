// The client's callback as a COM object, and a COM callback as the client's.
#pragma once

#include <memory>

#include "harness/api/background_copy_callback.h"
#include "harness/win32/com_call.h"

namespace bits::win32 {

// A new COM object that hands every call on to `callback`, which it shares until its last reference is released; null
// for null. It offers IBackgroundCopyCallback2 only when `callback` is a BackgroundCopyCallback2. It is not agile: COM
// delivers to the apartment it was registered from. For a callback that FromCom made, the COM pointer it came from.
ComPtr<IUnknown> ToCom(std::shared_ptr<BackgroundCopyCallback> callback);

// The callback that ToCom was given, when `pointer` is an object of ours seen from its own apartment; else an object
// that calls `pointer`, E_NOINTERFACE when that is no IBackgroundCopyCallback. Null for null.
Result<std::shared_ptr<BackgroundCopyCallback>> FromCom(IUnknown* pointer);

}  // namespace bits::win32
