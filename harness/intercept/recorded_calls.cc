#include "harness/intercept/recorded_calls.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace bits::intercept {

namespace {

Json WithoutStamps(Json json) {
  if (json.is_string()) {
    auto& text = json.get_ref<std::string&>();
    text.resize(LengthWithoutStamp(text));
  } else if (json.is_structured()) {
    for (Json& element : json) element = WithoutStamps(std::move(element));
  }
  return json;
}

}  // namespace

std::size_t LengthWithoutStamp(std::string_view text) {
  const std::size_t stamp = text.ends_with(']') ? text.rfind(" [") : std::string_view::npos;
  if (stamp == std::string_view::npos) return text.size();
  const std::string_view numbers = text.substr(stamp + 2, text.size() - stamp - 3);
  return numbers.empty() || numbers.find_first_not_of("0123456789abcdef ") != std::string_view::npos ? text.size()
                                                                                                     : stamp;
}

RecordedCalls::RecordedCalls(const Recording& recording) {
  for (const RecordedCall& call : recording.calls) {
    methods_[fmt::format("{}::{}", call.interface_name, call.method)].calls.push_back(
        {&call, WithoutStamps(call.arguments)});
  }
}

const RecordedCall* RecordedCalls::Take(const Call& call, ArgumentMatch match) {
  const auto found = methods_.find(fmt::format("{}::{}", call.interface_name, call.method));
  if (found == methods_.end()) return nullptr;
  Method& method = found->second;
  const Json arguments = WithoutStamps(call.arguments());
  // The better an answer fits, the lower.
  enum Fit { kSameObject, kSameArguments, kSameMethod, kNone };
  Fit best = kNone;
  std::size_t taken = 0;
  for (std::size_t i = method.first; i < method.calls.size() && best != kSameObject; ++i) {
    const RecordedCall* const candidate = method.calls[i].call;
    if (candidate == nullptr) continue;
    const bool same = method.calls[i].arguments == arguments;
    const Fit fit = !same                               ? match == ArgumentMatch::kAny ? kSameMethod : kNone
                    : candidate->object == call.pointer ? kSameObject
                                                        : kSameArguments;
    if (fit >= best) continue;
    best = fit;
    taken = i;
  }
  if (best == kNone) return nullptr;
  const RecordedCall* const answer = std::exchange(method.calls[taken].call, nullptr);
  while (method.first < method.calls.size() && method.calls[method.first].call == nullptr) ++method.first;
  return answer;
}

bool HoldsObject(const Json& value) {
  if (value.is_string()) {
    const std::string_view text = value.get_ref<const std::string&>();
    return text == "(object)" || text.starts_with("token 0x");
  }
  return value.is_structured() && std::ranges::any_of(value, [](const Json& element) { return HoldsObject(element); });
}

}  // namespace bits::intercept
