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

void Dispatcher::Run(Target target, std::string_view method, const Steps& steps) {
  Call call = MakeCall(target, method);
  call.arguments = [&steps] { return steps.arguments(steps.context); };

  std::size_t asked = 0;
  std::optional<Reply> answer;
  while (!answer && asked < interceptors_.size()) answer = interceptors_[asked++]->Answer(call);
  if (!answer && !target.has_backend) answer = Reply{"E_UNEXPECTED"_hr};
  if (answer) {
    steps.type.answer(*this, call, *answer, steps.returned);
  } else {
    steps.call_backend(steps.context);
  }

  const HResult result = steps.type.result(steps.returned);
  Outcome outcome{result, [&steps] { return steps.type.value(steps.returned); }};
  while (asked > 0) interceptors_[--asked]->After(call, outcome);
  if (outcome.instead) {
    steps.type.answer(*this, call, {outcome.result, *std::move(outcome.instead)}, steps.returned);
  } else if (outcome.result != result) {
    steps.type.answer(*this, call, {outcome.result}, steps.returned);
  }
}

void Dispatcher::Put(Json& object, std::string_view name, Json value) { object[std::string(name)] = std::move(value); }

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
