// The client's side of a BITS that is simulated in another process.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "fakes/bits/client_proxy.h"
#include "fakes/com/call_extension.h"
#include "fakes/com/caller_identity.h"
#include "fakes/com/process_gate.h"

namespace bits::fakes::com {

// Where COM does not take the identity of a caller to the server (Wine does not, and no system does for a simulated
// one), this does: it keeps the security of each pointer as COM would, and sends with each call whose it is.
//
// The process is the client on the client's own simulated Windows, which has the same people as the server's.
class RemoteGate final : public ProcessGate {
 public:
  explicit RemoteGate(Process& process);
  ~RemoteGate() override;

  HResult EnterActivation() override;
  HResult Enter(Unknown& object) override;
  void Leave() override;
  HResult SetBlanket(Unknown& object, const ProxyBlanket& blanket) override;
  Result<ProxyBlanket> QueryBlanket(Unknown& object) override;
  void Forget(Unknown& object) override;
  // COM brings the callbacks itself.
  std::shared_ptr<ApartmentWindow> PrepareCallbacks() override { return nullptr; }

 private:
  // A pointer's security, and what its last call carried, which the next one mostly carries too. Guarded by the world's
  // lock.
  struct Proxy {
    explicit Proxy(Process& process) : security(process) {}

    ClientProxy security;
    TokenPtr token;  // whose facts the bytes are
    AuthenticationLevel authentication_level{};
    ImpersonationLevel impersonation_level{};
    std::shared_ptr<const std::vector<std::byte>> caller;
  };

  Proxy& ProxyOf(Unknown& object);
  HResult Enter(Proxy& proxy);

  std::mutex mutex_;
  std::unordered_map<const Unknown*, std::unique_ptr<Proxy>> proxies_;
};

}  // namespace bits::fakes::com
