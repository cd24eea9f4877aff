// Bytes of ours that travel with every COM call, from the client's thread to the thread that executes the call.
//
// COM has a place for them: an extension in the header of each request (ORPC_EXTENT [MS-DCOM] 2.2.21.2), filled and
// read by a channel hook (IChannelHook, CoRegisterChannelHook). Here it carries what COM security would tell a server
// and Wine's does not: whose call this is. The bytes are the client's word; a server that faces clients it does not
// trust must not believe them.
//
// Of channel hooks Microsoft documents little more than the declarations (objidl.h). What is known, from [MS-DCOM],
// from books, and from Wine's conformance tests, which pass on Windows:
//  * A hook is registered for the process and all its apartments, under a GUID that names the extension; there is no
//    way to take it back.
//  * The client's hook is asked for a size and then for the bytes, on the calling thread, and told of the reply. The
//    server's is told of the request on the executing thread, asked for the size of its answer once the method has run,
//    and, unless that is 0, for the answer. A hook of size 0 puts nothing on the wire; a peer without the hook skips
//    what it does not know.
//  * The IID that a hook is given is the first member of an SChannelHookCallInfo: causality, method, object.
//  * A call that stays within its apartment has no channel, and so no hook.
// What Wine 8 does, and this copes with:
//  * The hooks are called under one lock of the process.
//  * The client's hook hears of no reply when the call failed on the way: no server, a server that died, or a stub that
//    refused it.
//  * The server's hook is not told of a request without any extension at all, which is what every client without a hook
//    sends; though it is asked for the size of the answer then.
//  * Calls of COM's own (reference counts, QueryInterface) pass through the hooks like any other.
// So a server cannot see from the hook alone that a call without an extension has begun, inside another's or after it;
// see CallExtension.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "harness/api/hresult.h"

namespace bits::fakes::com {

// How many bytes a call can carry: a token with as many groups as Windows allows (1,024) and as many restricting SIDs.
inline constexpr std::size_t kMaximumCallExtension = 256U * 1024;

// The client's side: what the calls of this process carry.
class CallExtensionProvider {
 public:
  // What Fill says of a call.
  struct Filled {
    std::span<const std::byte> bytes;  // the provider's, copied at once; more than kMaximumCallExtension are not sent
    std::uintptr_t mark = 0;           // for Done; means nothing to anybody else
  };

  virtual ~CallExtensionProvider() = default;

  // For each call that leaves this thread's apartment, on the calling thread. Nothing: the call carries no extension.
  //
  // Several threads at a time, and on Wine under COM's lock: must not call COM, wait for another thread, or throw. The
  // thread's token and last error are the caller's; the last error is preserved around it.
  virtual std::optional<Filled> Fill() noexcept = 0;

  // Once for each Fill that gave something, on the same thread: after the call, when it got an answer; otherwise, since
  // COM tells a hook nothing of that on Wine, when the thread next calls or is called, at the latest when it ends. The
  // same restrictions as for Fill.
  virtual void Done(std::uintptr_t mark) noexcept = 0;
};

// Registers the hook for this process: in a server so that it sees extensions, in a client so that it sends them. Any
// number of times, from any apartment; what CoRegisterChannelHook says. Within one process, by one module only: COM
// does not tell two hooks of one GUID apart. The module that contains it is never unloaded again.
HResult InstallCallExtension();

// From now on calls carry what `provider` gives; null: nothing, which is how it begins. Needs InstallCallExtension. A
// provider that was replaced is kept until its last call is done.
void SetCallExtensionProvider(std::shared_ptr<CallExtensionProvider> provider);

// The server's side: what the call that this thread is executing carries. Needs InstallCallExtension. Valid until the
// method returns, whatever calls are made and come in meanwhile. Nothing when
//  * the thread executes no call that came through a channel;
//  * the client has no hook, no provider, or one that gave nothing for this call;
//  * the thread waits for a call of its own: what runs then (another call, a window procedure) does not belong to the
//    call that waits, and a call that came in and carries something shows that.
// Afterwards the outer call's is there again.
//
// One gap: when a call that the method made failed without an answer, this is nothing for a function that is called
// from deeper down the stack than that call was made, until the thread's next call. So ask before calling out.
std::optional<std::span<const std::byte>> CallExtension();

}  // namespace bits::fakes::com
