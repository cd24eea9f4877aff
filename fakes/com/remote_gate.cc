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
  std::shared_ptr<const std::vector<std::byte>> caller;
  std::unique_ptr<CallFrame> outer;
};
thread_local CallFrame* innermost = nullptr;

class CallerProvider final : public CallExtensionProvider {
 public:
  std::optional<Filled> Fill() noexcept override {
    if (innermost == nullptr) return std::nullopt;
    return Filled{*innermost->caller, 0};
  }
  void Done(std::uintptr_t) noexcept override {}
};

// What Windows says of an account in too many groups [win32/debug/system-error-codes--1300-1699-].
HResult RefuseToken(const TokenFacts& token, std::size_t size) {
  static std::once_flag said;
  std::call_once(said, [&] {
    std::fprintf(stderr,
                 "fakebits: a call as %s is refused: its token has %zu groups and takes %zu bytes, and a call to "
                 "fakebits_server carries %zu at most\n",
                 token.user.sid.c_str(), token.groups.size(), size, kMaximumCallExtension);
  });
  return HResult::FromWin32(ERROR_TOO_MANY_CONTEXT_IDS);
}

}  // namespace

RemoteGate::RemoteGate(Process& process) : ProcessGate(process) {
  static_cast<void>(InstallCallExtension());
  SetCallExtensionProvider(std::make_shared<CallerProvider>());
}

RemoteGate::~RemoteGate() { SetCallExtensionProvider(nullptr); }

RemoteGate::Proxy& RemoteGate::ProxyOf(Unknown& object) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Proxy>& proxy = proxies_[&object];
  if (!proxy) process().world().Change([&] { proxy = std::make_unique<Proxy>(process()); });
  return *proxy;
}

HResult RemoteGate::Enter(Proxy& proxy) {
  std::shared_ptr<const std::vector<std::byte>> bytes;
  HResult result;
  process().world().Change([&] {
    const Result<Caller> shown = proxy.security.Enter();
    result = HResultOf(shown);
    if (!shown) return;
    const AuthenticationLevel authentication_level = proxy.security.Blanket().authentication_level;
    if (shown->token != proxy.token || shown->level != proxy.impersonation_level ||
        authentication_level != proxy.authentication_level) {
      proxy.caller = std::make_shared<const std::vector<std::byte>>(
          Serialize({GetCurrentProcessId(), authentication_level, shown->level, shown->token->facts}));
      proxy.token = shown->token;
      proxy.authentication_level = authentication_level;
      proxy.impersonation_level = shown->level;
    }
    bytes = proxy.caller;
    if (bytes->size() > kMaximumCallExtension) result = RefuseToken(shown->token->facts, bytes->size());
  });
  if (result.Succeeded()) innermost = new CallFrame{std::move(bytes), std::unique_ptr<CallFrame>(innermost)};
  return result;
}

HResult RemoteGate::Enter(Unknown& object) {
  if (const HResult entered = ProcessGate::Enter(object); entered.Failed()) return entered;
  return Enter(ProxyOf(object));
}

HResult RemoteGate::EnterActivation() {
  static_cast<void>(ProcessGate::EnterActivation());
  HResult result;
  std::unique_ptr<Proxy> proxy;
  process().world().Change([&] {
    if (!process().InApartment()) {
      result = "CO_E_NOTINITIALIZED"_hr;
      return;
    }
    process().FixSecurity();
    proxy = std::make_unique<Proxy>(process());
  });
  return result.Failed() ? result : Enter(*proxy);
}

void RemoteGate::Leave() {
  const std::unique_ptr<CallFrame> left(innermost);
  innermost = left->outer.release();
}

HResult RemoteGate::SetBlanket(Unknown& object, const ProxyBlanket& blanket) {
  ClientProxy& proxy = ProxyOf(object).security;
  HResult result;
  process().world().Change([&] { result = proxy.SetBlanket(blanket); });
  return result;
}

Result<ProxyBlanket> RemoteGate::QueryBlanket(Unknown& object) {
  ClientProxy& proxy = ProxyOf(object).security;
  ProxyBlanket blanket;
  process().world().Change([&] { blanket = proxy.Blanket(); });
  return blanket;
}

void RemoteGate::Forget(Unknown& object) {
  const std::lock_guard lock(mutex_);
  proxies_.erase(&object);
}

}  // namespace bits::fakes::com
