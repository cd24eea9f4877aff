// How the calls of a real program reach a process of a simulated Windows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "fakes/com/apartment_window.h"
#include "fakes/com/gate.h"
#include "fakes/world/process.h"

namespace bits::fakes::com {

// Before a call the simulated thread gets what the real one has: its apartment, and whom it impersonates. While the
// program's logon calls are simulated as well (ScopedFakeLogon), the latter is the simulation's alone.
class ProcessGate : public Gate {
 public:
  explicit ProcessGate(Process& process);
  ~ProcessGate() override;

  HResult EnterActivation() override;
  HResult Enter(Unknown& object) override;
  void ApartmentChanged() override;
  std::shared_ptr<ApartmentWindow> PrepareCallbacks() override;

  Process& process() const { return process_; }

 private:
  // The real apartment of the calling thread. CO_E_NOTINITIALIZED: there is none.
  HResult SyncApartment();
  // Whom the calling thread really impersonates.
  void SyncIdentity();
  void Deliver();

  Process& process_;
  const std::uint64_t serial_;
  std::mutex mutex_;
  std::map<std::thread::id, std::shared_ptr<ApartmentWindow>> windows_;
  CO_MTA_USAGE_COOKIE apartment_usage_ = nullptr;
};

// The token of the machine that this program runs on, in a simulated one. With TOKEN_DUPLICATE it opens real files
// (RealFileStore) by itself; else it is let in there as people of the simulation are. Results as GetTokenInformation.
Result<TokenPtr> ImportToken(World& world, HANDLE token);

}  // namespace bits::fakes::com
