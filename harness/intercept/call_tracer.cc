#include "harness/intercept/call_tracer.h"

#include <utility>

#include <fmt/format.h>

namespace bits::intercept {
namespace {

// Text of an unknown system may be no UTF-8; a trace shows it rather than fail.
std::string Dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string List(const Json& arguments) {
  std::string list;
  for (const auto& [name, value] : arguments.items()) {
    if (!list.empty()) list += ", ";
    list += name + "=" + Dump(value);
  }
  return list;
}

}  // namespace

CallTracer::CallTracer(Clock& clock, std::function<void(std::string_view line)> print)
    : clock_(clock), print_(std::move(print)) {}

std::optional<HResult> CallTracer::Before(const Call& call) {
  const auto now = clock_.SteadyNow();
  const std::scoped_lock lock(mutex_);
  started_[call.sequence] = now;
  return std::nullopt;
}

void CallTracer::After(const Call& call, Outcome& outcome) {
  const auto now = clock_.SteadyNow();
  const Json value = outcome.result.Succeeded() ? outcome.value() : Json();
  const std::string arguments = List(call.arguments());
  const std::scoped_lock lock(mutex_);
  const auto started = started_.extract(call.sequence);
  const std::chrono::duration<double, std::milli> elapsed = now - (started ? started.mapped() : now);
  const std::string shown = value.is_null() ? std::string() : Dump(value);
  print_(fmt::format("#{} {}::{}({}) = {}{}{} [{:.2f} ms]", call.sequence, call.interface_name, call.method, arguments,
                     ToString(outcome.result), shown.empty() ? "" : " ", shown, elapsed.count()));
}

}  // namespace bits::intercept
