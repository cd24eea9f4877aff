#include "harness/win32/windows_headers.h"

#include "fakes/com/remote_gate.h"

#include <cstdio>
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
  std::optional<Filled> Fill() noexcept override {
    if (innermost == nullptr) return std::nullopt;
    return Filled{innermost->caller, 0};
  }
  void Done(std::uintptr_t) noexcept override {}
};

// What Windows says of an account in too many groups [win32/debug/system-error-codes--1300-1699-].
HResult RefuseTokenOf(const CallerIdentity& caller, std::size_t size) {
  static std::once_flag said;
  std::call_once(said, [&] {
    std::fprintf(stderr,
                 "fakebits: a call as %s is refused: its token has %zu groups and takes %zu bytes, and a call to "
                 "fakebits_server carries %zu at most\n",
                 caller.token.user.sid.c_str(), caller.token.groups.size(), size, kMaximumCallExtension);
  });
  return HResult::FromWin32(ERROR_TOO_MANY_CONTEXT_IDS);
}

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
  if (result.Failed()) return result;
  std::vector<std::byte> bytes = Serialize(caller);
  if (bytes.size() > kMaximumCallExtension) return RefuseTokenOf(caller, bytes.size());
  innermost = new CallFrame{std::move(bytes), std::unique_ptr<CallFrame>(innermost)};
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
