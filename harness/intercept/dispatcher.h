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

// Shared by all wrappers of one Environment. Any thread.
class Dispatcher {
 public:
  // Neither is owned; both must outlive every wrapper.
  Dispatcher(std::vector<Interceptor*> interceptors, LogonApi& logon)
      : interceptors_(std::move(interceptors)), logon_(logon) {}

  // Makes the call `backend`, which returns an HResult or a Result, unless an interceptor answers for it.
  template <class Backend, class... T>
  auto Invoke(std::string_view interface_name, std::string_view method, Backend&& backend, Argument<T>... arguments)
      -> std::invoke_result_t<Backend> {
    using Returned = std::invoke_result_t<Backend>;
    const auto described = std::tie(arguments...);
    Call call = MakeCall(interface_name, method);
    call.arguments = [&described] {
      Json object = Json::object();
      std::apply([&](const auto&... argument) { ((object[std::string(argument.name)] = ToJson(argument.value)), ...); },
                 described);
      return object;
    };

    std::size_t asked = 0;
    std::optional<HResult> answer;
    while (!answer && asked < interceptors_.size()) answer = interceptors_[asked++]->Before(call);
    Returned returned = answer ? Answered<Returned>(*answer) : std::forward<Backend>(backend)();

    Outcome outcome{HResultOf(returned), [&returned] { return ValueOf(returned); }};
    while (asked > 0) interceptors_[--asked]->After(call, outcome);
    if (outcome.result != HResultOf(returned)) return Answered<Returned>(outcome.result);
    return returned;
  }

 private:
  template <class Returned>
  static Returned Answered(HResult result) {
    if constexpr (std::is_same_v<Returned, HResult>) {
      return result;
    } else {
      // A value cannot be made of nothing: a success here is an interceptor's mistake, and shows as one.
      return Failure(result.Failed() ? result : "E_UNEXPECTED"_hr);
    }
  }

  static Json ValueOf(HResult) { return Json(); }
  template <class T>
  static Json ValueOf(const Result<T>& returned) {
    return returned ? ToJson(*returned) : Json();
  }

  Call MakeCall(std::string_view interface_name, std::string_view method);

  std::vector<Interceptor*> interceptors_;
  LogonApi& logon_;
  std::atomic<std::uint64_t> sequence_{0};
};

}  // namespace bits::intercept
