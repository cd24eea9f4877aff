// What every interface pointer of a simulated client has in common: its security, its apartment, its connection.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>

#include "fakes/bits/bits_service.h"
#include "fakes/world/process.h"
#include "harness/api/unknown.h"

namespace bits::fakes {

// One proxy. A new one has the process's security, not that of the pointer it was got from.
class ClientProxy {
 public:
  // With the world's lock held, as all methods.
  explicit ClientProxy(Process& process);
  ~ClientProxy() = default;
  ClientProxy(const ClientProxy&) = delete;
  ClientProxy& operator=(const ClientProxy&) = delete;

  // Begins a call: time passes, and BITS finds out who calls. CO_E_NOTINITIALIZED, RPC_E_WRONG_THREAD,
  // RPC_S_SERVER_UNAVAILABLE; E_ACCESSDENIED for a caller whom COM does not identify (decisions D1, D20).
  Result<Caller> Enter();

  // E_INVALIDARG for both kinds of cloaking, or for values that the SDK does not define.
  HResult SetBlanket(const ProxyBlanket& blanket);
  ProxyBlanket Blanket() const;

  Process& process() const { return process_; }
  World& world() const { return process_.world(); }
  BitsService& service() const { return process_.world().bits(); }

 private:
  const TokenPtr& ThreadToken() const;
  // The identity that COM shows, by the cloaking of this proxy [cloaking].
  TokenPtr Identity();

  Process& process_;
  std::uint64_t generation_;
  std::thread::id apartment_;
  AuthenticationLevel authentication_level_;
  ImpersonationLevel impersonation_level_;
  Cloaking cloaking_;
  AuthenticationService authentication_service_ = AuthenticationService::kWinNt;
  TokenPtr fixed_identity_;  // under static cloaking, once it is determined
};

// An interface of the service over such a proxy.
template <class Base>
class Proxied : public Base {
 public:
  explicit Proxied(Process& process) : proxy_(process) { ++process.interface_pointers; }
  ~Proxied() override { --proxy_.process().interface_pointers; }

  HResult SetProxyBlanket(const ProxyBlanket& blanket) override {
    const std::unique_lock<std::mutex> lock(world().mutex());
    return proxy_.SetBlanket(blanket);
  }
  Result<ProxyBlanket> QueryProxyBlanket() override {
    const std::unique_lock<std::mutex> lock(world().mutex());
    return proxy_.Blanket();
  }

 protected:
  World& world() const { return proxy_.world(); }
  BitsService& service() const { return proxy_.service(); }
  Process& process() const { return proxy_.process(); }

  // Calls `function` with the caller, under the lock.
  template <class Function>
  std::invoke_result_t<Function, const Caller&> Call(Function function) {
    const std::unique_lock<std::mutex> lock(world().mutex());
    const Result<Caller> caller = proxy_.Enter();
    if (!caller) return Refused<std::invoke_result_t<Function, const Caller&>>(caller.error());
    return function(*caller);
  }

  // A failure as a call of this kind returns it.
  template <class T>
  static T Refused(HResult result) {
    if constexpr (std::is_same_v<T, HResult>) {
      return result;
    } else {
      return Failure(result);
    }
  }

 private:
  ClientProxy proxy_;
};

}  // namespace bits::fakes
