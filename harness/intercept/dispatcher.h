// The one place where an intercepted call meets its interceptors.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
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
    struct Context {
      Backend& backend;
      std::tuple<const Argument<T>&...> arguments;
      std::optional<Returned> returned;
    } context{backend, std::tie(arguments...), std::nullopt};
    const Steps steps{
        &context,
        &context.returned,
        kReturned<Returned>,
        [](void* given) {
          Context& made = *static_cast<Context*>(given);
          made.returned.emplace(made.backend());
        },
        [](const void* given) {
          Json object = Json::object();
          std::apply([&](const auto&... argument) { (Put(object, argument.name, ToJson(argument.value)), ...); },
                     static_cast<const Context*>(given)->arguments);
          return object;
        },
    };
    Run(target, method, steps);
    return *std::move(context.returned);
  }

  // The client holds a new pointer, got from the pointer `from`.
  Pointer Acquire(std::string_view interface_name, std::uint64_t from);
  // It does no longer.
  void Release(const Pointer& pointer) noexcept;

 private:
  // What can be done with a std::optional<Returned>, by its address.
  struct ReturnedType {
    HResult (*result)(const void* returned);
    Json (*value)(const void* returned);
    void (*answer)(Dispatcher& dispatcher, const Call& call, const Reply& reply, void* returned);
  };
  // A call without its types. There are some hundred methods: all that does not need the types is in Run, once.
  struct Steps {
    void* context;
    void* returned;
    const ReturnedType& type;
    void (*call_backend)(void* context);
    Json (*arguments)(const void* context);
  };

  template <class Returned>
  static HResult ResultAt(const void* returned) {
    return HResultOf(**static_cast<const std::optional<Returned>*>(returned));
  }
  template <class Returned>
  static Json ValueAt(const void* returned) {
    return ValueOf(**static_cast<const std::optional<Returned>*>(returned));
  }
  template <class Returned>
  static void AnswerAt(Dispatcher& dispatcher, const Call& call, const Reply& reply, void* returned) {
    static_cast<std::optional<Returned>*>(returned)->emplace(dispatcher.Answered<Returned>(call, reply));
  }
  template <class Returned>
  static constexpr ReturnedType kReturned{&ResultAt<Returned>, &ValueAt<Returned>, &AnswerAt<Returned>};

  void Run(Target target, std::string_view method, const Steps& steps);
  static void Put(Json& object, std::string_view name, Json value);

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
