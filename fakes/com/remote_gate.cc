#include "harness/win32/windows_headers.h"

#include "fakes/com/remote_gate.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace bits::fakes::com {
namespace {

// What the calls of this thread carry, the innermost first. (A plain pointer: mingw-w64 frees a thread's storage before
// it runs destructors.)
struct CallFrame {
  std::vector<std::byte> caller;
  std::unique_ptr<CallFrame> outer;
};
thread_local CallFrame* innermost = nullptr;

class CallerProvider final : public CallExtensionProvider {
 public:
  std::optional<Filled> Fill(std::span<std::byte, kMaximumCallExtension> bytes) noexcept override {
    if (innermost == nullptr || innermost->caller.size() > bytes.size()) return std::nullopt;
    std::ranges::copy(innermost->caller, bytes.begin());
    return Filled{innermost->caller.size(), 0};
  }
  void Done(std::uintptr_t) noexcept override {}
};

}  // namespace

RemoteGate::RemoteGate(Process& process) : ProcessGate(process) {
  static_cast<void>(InstallCallExtension());
  SetCallExtensionProvider(std::make_shared<CallerProvider>());
}

RemoteGate::~RemoteGate() { SetCallExtensionProvider(nullptr); }

ClientProxy& RemoteGate::ProxyOf(Unknown& object) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<ClientProxy>& proxy = proxies_[&object];
  if (!proxy) process().world().Change([&] { proxy = std::make_unique<ClientProxy>(process()); });
  return *proxy;
}

HResult RemoteGate::Enter(ClientProxy& proxy) {
  CallerIdentity caller;
  caller.process_id = GetCurrentProcessId();
  HResult result;
  process().world().Change([&] {
    const Result<Caller> shown = proxy.Enter();
    result = HResultOf(shown);
    if (!shown) return;
    caller.authentication_level = proxy.Blanket().authentication_level;
    caller.impersonation_level = shown->level;
    caller.token = shown->token->facts;
  });
  if (result.Succeeded()) {
    innermost = new CallFrame{Serialize(caller), std::unique_ptr<CallFrame>(innermost)};
  }
  return result;
}

HResult RemoteGate::Enter(Unknown& object) {
  if (const HResult entered = ProcessGate::Enter(object); entered.Failed()) return entered;
  return Enter(ProxyOf(object));
}

HResult RemoteGate::EnterActivation() {
  static_cast<void>(ProcessGate::EnterActivation());
  HResult result;
  std::unique_ptr<ClientProxy> proxy;
  process().world().Change([&] {
    if (!process().InApartment()) {
      result = "CO_E_NOTINITIALIZED"_hr;
      return;
    }
    process().FixSecurity();
    proxy = std::make_unique<ClientProxy>(process());
  });
  return result.Failed() ? result : Enter(*proxy);
}

void RemoteGate::Leave() {
  const std::unique_ptr<CallFrame> left(innermost);
  innermost = left->outer.release();
}

HResult RemoteGate::SetBlanket(Unknown& object, const ProxyBlanket& blanket) {
  ClientProxy& proxy = ProxyOf(object);
  HResult result;
  process().world().Change([&] { result = proxy.SetBlanket(blanket); });
  return result;
}

Result<ProxyBlanket> RemoteGate::QueryBlanket(Unknown& object) {
  ClientProxy& proxy = ProxyOf(object);
  ProxyBlanket blanket;
  process().world().Change([&] { blanket = proxy.Blanket(); });
  return blanket;
}

void RemoteGate::Forget(Unknown& object) {
  const std::lock_guard lock(mutex_);
  proxies_.erase(&object);
}

}  // namespace bits::fakes::com
