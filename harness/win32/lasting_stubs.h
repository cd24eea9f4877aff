// Stubs of this process, kept from ever being the last of their interface.
#pragma once

#include <vector>

#include "harness/win32/com_call.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {

// Keeps interfaces known to the RPC run-time of this process while it lives.
//
// Wine takes an interface from its RPC run-time when its last stub goes, and waits for calls of it that are under way
// (RpcServerUnregisterIf in rpcrt4 of Wine 8). Two such waits never end: that of the call itself, when its object was
// let go of meanwhile, as happens to a callback whose client has gone on before it returned; and one for a call that
// ends after Wine has looked for calls and before it has made the event to wait for, some hundred microseconds on a
// busy machine. Either way the other side's call never returns. With a stub more of each interface the last one never
// goes. Windows does not need it, and it does no harm there.
class LastingStubs {
 public:
  // In an apartment that lives longer. An interface that has no stubs in this process is left out: nobody can get it.
  explicit LastingStubs(const std::vector<IID>& interfaces);
  // On a thread of that apartment.
  ~LastingStubs();
  LastingStubs(const LastingStubs&) = delete;
  LastingStubs& operator=(const LastingStubs&) = delete;

 private:
  std::vector<ComPtr<IStream>> marshaled_;
};

// Of the callbacks that BITS makes.
std::vector<IID> CallbackInterfaces();

// For a process that BITS calls back, on Wine: its stubs of callbacks last from now on until it ends, and so does its
// multi-threaded apartment. Elsewhere nothing. Any thread, any number of times.
void KeepCallbackStubs();

}  // namespace bits::win32
