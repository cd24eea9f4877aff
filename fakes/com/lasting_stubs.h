// Stubs of this process, kept from ever being the last of their interface.
#pragma once

#include <vector>

#include "harness/win32/windows_headers.h"

#include "harness/win32/com_call.h"

namespace bits::fakes::com {

// Keeps interfaces known to the RPC run-time of this process while it lives.
//
// Wine takes an interface from its RPC run-time when its last stub goes, and waits for calls of it that are under way.
// It looks whether there are any before it has made the event that it waits for: a call that ends in between tells
// nobody, and the Release that the other side is making never returns (RpcServerUnregisterIf in rpcrt4 of Wine 8; some
// hundred microseconds on a busy machine). With a stub more of each interface the last one never goes. Windows does
// not need it, and it does no harm there.
class LastingStubs {
 public:
  // In an apartment that lives longer. An interface that has no stubs in this process is left out: nobody can get it.
  explicit LastingStubs(const std::vector<IID>& interfaces);
  // On a thread of that apartment.
  ~LastingStubs();
  LastingStubs(const LastingStubs&) = delete;
  LastingStubs& operator=(const LastingStubs&) = delete;

 private:
  std::vector<win32::ComPtr<IStream>> marshaled_;
};

// What a server of BITS' objects has stubs of, and what a client that is called back.
std::vector<IID> ServedInterfaces();
std::vector<IID> CalledBackInterfaces();

}  // namespace bits::fakes::com
