// The simulated BITS as a local COM server: what fakebits_server hosts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "fakes/com/caller_identity.h"
#include "fakes/com/marshaler_cache.h"
#include "fakes/com/server_classes.h"
#include "fakes/world/world.h"
#include "harness/intercept/interceptor.h"
#include "harness/win32/lasting_stubs.h"
#include "harness/win32/windows_headers.h"

namespace bits::fakes::com {

// Registers a class for each version of BITS that the world has, and serves any number of client processes. Each call
// is made in the simulation by the client that made it: by the identity that came with the call (RemoteGate), else by
// the one that COM shows (CoImpersonateClient); a call without either is refused with E_ACCESSDENIED.
//
// What a client leaves behind when it dies is what it leaves with BITS: its jobs, but not its callbacks.
class FakeBitsServer {
 public:
  // In a multi-threaded apartment; the world is one in real time. Throws std::runtime_error, which says why, when COM
  // refuses. `interceptor`, if there is one, sees the calls of the clients and may answer them; it outlives this.
  FakeBitsServer(World& world, const ServerClasses& classes, intercept::Interceptor* interceptor = nullptr);
  // On a thread of the same apartment. Clients that are left get RPC_E_DISCONNECTED.
  ~FakeBitsServer();
  FakeBitsServer(const FakeBitsServer&) = delete;
  FakeBitsServer& operator=(const FakeBitsServer&) = delete;

  // Forgets the clients whose processes have ended; to be called now and then.
  void ForgetDeadClients();
  std::size_t clients() const;

 private:
  class Client;

  // What the factory of a class yields for the call that this thread executes.
  HRESULT Activate(ManagerClass manager_class, REFIID iid, void** object) noexcept;
  std::shared_ptr<Client> ClientOf(const CallerIdentity& caller);

  const MarshalerCache marshalers_;
  const win32::LastingStubs stubs_;
  World& world_;
  intercept::Interceptor* const interceptor_;
  std::vector<DWORD> registrations_;
  mutable std::mutex mutex_;
  std::map<std::uint32_t, std::shared_ptr<Client>> clients_;
};

}  // namespace bits::fakes::com
