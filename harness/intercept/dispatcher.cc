#include "harness/intercept/dispatcher.h"

#include <exception>

namespace bits::intercept {
namespace {

std::string AccountOf(LogonApi& logon) {
  Result<Token> token = logon.OpenThreadToken(TokenAccess::kQuery, true);
  if (!token) token = logon.OpenProcessToken(TokenAccess::kQuery);
  if (!token) return "(unknown: " + ToString(token.error()) + ")";
  const Result<TokenFacts> facts = logon.GetTokenFacts(*token);
  if (!facts) return "(unknown: " + ToString(facts.error()) + ")";
  return facts->user.account.empty() ? facts->user.sid : facts->user.account;
}

}  // namespace

Call Dispatcher::MakeCall(Target target, std::string_view method) {
  Call call;
  call.sequence = ++sequence_;
  call.interface_name = target.interface_name;
  call.pointer = target.pointer;
  call.has_backend = target.has_backend;
  call.method = method;
  call.caller = [this] { return AccountOf(logon_); };
  return call;
}

Pointer Dispatcher::Acquire(std::string_view interface_name, std::uint64_t from) {
  const Pointer pointer{++pointers_, from, interface_name};
  for (Interceptor* interceptor : interceptors_) interceptor->Acquired(pointer);
  return pointer;
}

void Dispatcher::Release(const Pointer& pointer) noexcept {
  for (Interceptor* interceptor : interceptors_) interceptor->Released(pointer);
}

bool Dispatcher::Decode(const Call& call, const Json& json, void (*decode)(const Json&, void*), void* value) {
  try {
    decode(json, value);
    return true;
  } catch (const std::exception& error) {
    for (Interceptor* const interceptor : interceptors_) interceptor->Refused(call, error.what());
    return false;
  }
}

}  // namespace bits::intercept
