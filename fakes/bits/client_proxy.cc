#include "fakes/bits/client_proxy.h"

#include <algorithm>

namespace bits::fakes {

ClientProxy::ClientProxy(Process& process)
    : process_(process),
      generation_(process.world().bits().generation()),
      apartment_(process.ApartmentThread()),
      authentication_level_(process.security->authentication_level),
      impersonation_level_(process.security->impersonation_level),
      cloaking_(process.security->cloaking) {
  if (authentication_level_ == AuthenticationLevel::kDefault) authentication_level_ = AuthenticationLevel::kConnect;
}

const TokenPtr& ClientProxy::ThreadToken() const {
  const TokenPtr& thread = process_.CurrentThread().impersonation;
  return thread ? thread : process_.token();
}

TokenPtr ClientProxy::Identity() {
  if (cloaking_ == Cloaking::kNone) return process_.token();
  if (cloaking_ == Cloaking::kDynamic) return ThreadToken();
  if (!fixed_identity_) fixed_identity_ = ThreadToken();
  return fixed_identity_;
}

Result<Caller> ClientProxy::Enter() {
  World& world = process_.world();
  if (!process_.InApartment()) return Failure("CO_E_NOTINITIALIZED"_hr);
  // An STA's proxy outside its thread, the MTA's in an STA.
  if (apartment_ != process_.ApartmentThread()) return Failure("RPC_E_WRONG_THREAD"_hr);
  EventQueue& events = world.events();
  if (!world.options().real_time) events.AdvanceTo(events.Now() + world.options().call_cost);
  if (!world.bits().running() || generation_ != world.bits().generation()) {
    return Failure("RPC_S_SERVER_UNAVAILABLE"_hr);
  }
  Caller caller;
  caller.token = Identity();
  // COM cannot lend more of an identity than the client's own thread has.
  caller.level = std::min(impersonation_level_, caller.token->level);
  const bool identified = authentication_level_ != AuthenticationLevel::kNone &&
                          caller.level >= world.options().decisions.ordinary_call_level;
  if (!identified) return Failure("E_ACCESSDENIED"_hr);
  return caller;
}

HResult ClientProxy::SetBlanket(const ProxyBlanket& blanket) {
  const auto cloaking = static_cast<std::uint32_t>(blanket.cloaking);
  const bool both = (cloaking & 0x60U) == 0x60U;
  const bool unknown = NameOf(blanket.authentication_level).empty() || NameOf(blanket.impersonation_level).empty() ||
                       NameOf(blanket.cloaking).empty();
  if (both || unknown) return "E_INVALIDARG"_hr;
  const ProcessSecurity& process = *process_.security;
  authentication_level_ = blanket.authentication_level == AuthenticationLevel::kDefault
                              ? std::max(process.authentication_level, AuthenticationLevel::kConnect)
                              : blanket.authentication_level;
  impersonation_level_ = blanket.impersonation_level == ImpersonationLevel::kDefault ? process.impersonation_level
                                                                                     : blanket.impersonation_level;
  cloaking_ = blanket.cloaking;
  if (blanket.authentication_service != AuthenticationService::kDefault) {
    authentication_service_ = blanket.authentication_service;
  }
  // Each CoSetProxyBlanket determines the identity of static cloaking anew
  // [ne-objidl-eole_authentication_capabilities].
  fixed_identity_ = cloaking_ == Cloaking::kStatic ? ThreadToken() : nullptr;
  return HResult();
}

ProxyBlanket ClientProxy::Blanket() const {
  return {authentication_service_, authentication_level_, impersonation_level_, cloaking_};
}

}  // namespace bits::fakes
