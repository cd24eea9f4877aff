#include "fakes/com/round_trip.h"

#include <chrono>
#include <utility>

#include "fakes/com/environment_with_com.h"
#include "fakes/com/import_redirection.h"
#include "fakes/com/process_gate.h"
#include "fakes/com/proxy_security.h"
#include "fakes/com/publisher.h"
#include "fakes/com/scoped_fake_bits.h"
#include "harness/win32/adapters.h"
#include "harness/win32/environment.h"

namespace bits::fakes::com {
namespace {

class RoundTripCom final : public ComApi {
 public:
  explicit RoundTripCom(ComApi& com) : com_(com), publisher_(Publisher::Make(gate_)) {}
  ~RoundTripCom() override { publisher_->Close(); }
  RoundTripCom(const RoundTripCom&) = delete;
  RoundTripCom& operator=(const RoundTripCom&) = delete;

  HResult CoInitializeEx(ApartmentType type) override { return com_.CoInitializeEx(type); }
  void CoUninitialize() override { com_.CoUninitialize(); }
  HResult CoInitializeSecurity(const ProcessSecurity& security) override { return com_.CoInitializeSecurity(security); }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override {
    auto manager = com_.CoCreateInstance(manager_class);
    if (!manager) return Failure(manager.error());
    return win32::Adapt(win32::TakeReference(publisher_->Publish(*std::move(manager))));
  }
  Result<std::shared_ptr<Event>> MakeEvent() override { return com_.MakeEvent(); }
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override {
    return com_.WaitForEvent(event, timeout);
  }

 private:
  ComApi& com_;
  OpenGate gate_;
  std::shared_ptr<Publisher> publisher_;
};

class RoundTripProcess final : public Process {
 public:
  RoundTripProcess(World& world, TokenPtr token) : Process(world, std::move(token)), com_(Process::com()) {}

  ComApi& com() override { return com_; }

 private:
  RoundTripCom com_;
};

class UnchangedProcess final : public Process {
 public:
  UnchangedProcess(World& world, TokenPtr token)
      : Process(world, std::move(token)),
        simulated_(*this, Process::com()),
        bits_(simulated_, std::make_unique<ProcessGate>(*this)),
        windows_(win32::CreateEnvironment()) {
    ++logon_scopes;
  }

  ComApi& com() override { return windows_->com(); }

 private:
  EnvironmentWithCom simulated_;
  ScopedFakeBits bits_;
  std::unique_ptr<Environment> windows_;
};

}  // namespace

std::unique_ptr<Process> StartUnchanged(World& world, TokenPtr token) {
  return std::make_unique<UnchangedProcess>(world, std::move(token));
}

std::unique_ptr<Process> StartRoundTrip(World& world, TokenPtr token) {
  // What takes the blankets of this program's pointers to the simulation, whichever world they belong to.
  static const ImportRedirection blankets({}, {ProxySecurityFunctions().begin(), ProxySecurityFunctions().end()});
  return std::make_unique<RoundTripProcess>(world, std::move(token));
}

}  // namespace bits::fakes::com
