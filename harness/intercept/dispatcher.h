// The one place where an intercepted call meets its interceptors.
#pragma once

#include <atomic>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "harness/api/logon_api.h"
#include "harness/intercept/interceptor.h"
#include "harness/intercept/values_from_json.h"

namespace bits::intercept {

// An argument under its SDK name; refers to the caller's value.
template <class T>
struct Argument {
  std::string_view name;
  const T& value;
};

template <class T>
Argument<T> Arg(std::string_view name, const T& value) {
  return {name, value};
}

// Whose method is called. A seam is no pointer.
struct Target {
  Target(std::string_view name, std::uint64_t pointer_id = 0,  // NOLINT(google-explicit-constructor): a seam's name
         bool backed = true)
      : interface_name(name), pointer(pointer_id), has_backend(backed) {}

  std::string_view interface_name;
  std::uint64_t pointer;
  bool has_backend;  // false for an object that a Reply stands for
};

// Shared by all wrappers of one Environment. Any thread.
class Dispatcher {
 public:
  // Neither is owned; both must outlive every wrapper.
  Dispatcher(std::vector<Interceptor*> interceptors, LogonApi& logon)
      : interceptors_(std::move(interceptors)), logon_(logon) {}

  // Makes the call `backend`, which returns an HResult or a Result, unless an interceptor answers for it.
  template <class Backend, class... T>
  auto Invoke(Target target, std::string_view method, Backend&& backend, Argument<T>... arguments)
      -> std::invoke_result_t<Backend> {
    using Returned = std::invoke_result_t<Backend>;
    const auto described = std::tie(arguments...);
    Call call = MakeCall(target, method);
    call.arguments = [&described] {
      Json object = Json::object();
      std::apply([&](const auto&... argument) { ((object[std::string(argument.name)] = ToJson(argument.value)), ...); },
                 described);
      return object;
    };

    std::size_t asked = 0;
    std::optional<Reply> answer;
    while (!answer && asked < interceptors_.size()) answer = interceptors_[asked++]->Answer(call);
    if (!answer && !target.has_backend) answer = Reply{"E_UNEXPECTED"_hr};
    Returned returned = answer ? Answered<Returned>(call, *answer) : std::forward<Backend>(backend)();

    Outcome outcome{HResultOf(returned), [&returned] { return ValueOf(returned); }};
    while (asked > 0) interceptors_[--asked]->After(call, outcome);
    if (outcome.instead) return Answered<Returned>(call, {outcome.result, *std::move(outcome.instead)});
    if (outcome.result != HResultOf(returned)) return Answered<Returned>(call, {outcome.result});
    return returned;
  }

  // The client holds a new pointer, got from the pointer `from`.
  Pointer Acquire(std::string_view interface_name, std::uint64_t from);
  // It does no longer.
  void Release(const Pointer& pointer) noexcept;

 private:
  template <class Returned>
  Returned Answered(const Call& call, const Reply& reply) {
    if constexpr (std::is_same_v<Returned, HResult>) {
      return reply.result;
    } else if constexpr (std::is_same_v<Returned, Result<Token>>) {
      TokenHandle handle = TokenHandle::kNone;
      if (reply.result.Failed()) return Failure(reply.result);
      if (!Decode(call, reply.value, &DecodeTo<TokenHandle>, &handle)) return Failure("E_UNEXPECTED"_hr);
      return Token(logon_, handle);
    } else {
      // A value cannot be made of nothing: a success without one is an interceptor's mistake, and shows as one.
      typename Returned::value_type value{};
      if (reply.result.Failed()) return Failure(reply.result);
      if (!Decode(call, reply.value, &DecodeTo<typename Returned::value_type>, &value)) {
        return Failure("E_UNEXPECTED"_hr);
      }
      return value;
    }
  }

  template <class T>
  static void DecodeTo(const Json& json, void* value) {
    FromJson(json, *static_cast<T*>(value));
  }

  // False, and everybody is told, when `decode` throws.
  bool Decode(const Call& call, const Json& json, void (*decode)(const Json&, void*), void* value);

  static Json ValueOf(HResult) { return Json(); }
  template <class T>
  static Json ValueOf(const Result<T>& returned) {
    return returned ? ToJson(*returned) : Json();
  }

  Call MakeCall(Target target, std::string_view method);

  std::vector<Interceptor*> interceptors_;
  LogonApi& logon_;
  std::atomic<std::uint64_t> sequence_{0};
  std::atomic<std::uint64_t> pointers_{0};
};

}  // namespace bits::intercept
