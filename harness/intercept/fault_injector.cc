#include "harness/intercept/fault_injector.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bits::intercept {
namespace {

constexpr std::string_view kAny = "*";
constexpr std::string_view kLostPrefix = "lose-answer:";
constexpr std::string_view kCallback = "IBackgroundCopyCallback";

bool Fits(std::string_view pattern, std::string_view name) { return pattern == kAny || pattern == name; }

bool IsCallback(const Call& call) { return call.interface_name == kCallback; }

template <class Number>
std::optional<Number> ReadNumber(std::string_view digits, int base) {
  Number value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<HResult> ReadCode(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto value = ReadNumber<std::uint32_t>(text.substr(2), 16);
    return value ? std::optional(HResult(*value)) : std::nullopt;
  }
  const auto* const found = std::ranges::find(kErrorCodes, text, &ErrorCode::name);
  return found != std::ranges::end(kErrorCodes) ? std::optional(HResult(found->value)) : std::nullopt;
}

// What stands behind "=".
bool ReadEffect(std::string_view text, Fault& fault) {
  fault.kind = FaultKind::kFail;
  if (text.starts_with(kLostPrefix)) {
    text.remove_prefix(kLostPrefix.size());
    fault.kind = FaultKind::kLoseAnswer;
  } else if (const auto kind = FromName<FaultKind>(text);
             kind && *kind != FaultKind::kFail && *kind != FaultKind::kLoseAnswer) {
    fault.kind = *kind;
    return true;
  }
  const std::optional<HResult> code = ReadCode(text);
  if (code) fault.code = *code;
  return code.has_value();
}

bool ReadTarget(std::string_view text, Fault& fault) {
  fault.lasting = false;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    std::string_view number = text.substr(hash + 1);
    if (number.ends_with('+')) {
      fault.lasting = true;
      number.remove_suffix(1);
    }
    const auto nth = ReadNumber<std::uint64_t>(number, 10);
    if (!nth || *nth == 0) return false;
    fault.nth = *nth;
    text = text.substr(0, hash);
  } else {
    fault.nth = 1;
    fault.lasting = true;
  }
  const std::size_t colons = text.find("::");
  if (colons == std::string_view::npos) return false;
  fault.interface_name = text.substr(0, colons);
  fault.method = text.substr(colons + 2);
  return !fault.interface_name.empty() && !fault.method.empty();
}

}  // namespace

std::string ToString(const Fault& fault) {
  std::string effect(NameOf(fault.kind));
  if (fault.kind == FaultKind::kFail || fault.kind == FaultKind::kLoseAnswer) {
    const std::string_view name = NameOf(fault.code);
    effect = fault.kind == FaultKind::kLoseAnswer ? kLostPrefix : "";
    effect += name.empty() ? ToHex(fault.code) : std::string(name);
  }
  return fmt::format("{}::{}#{}{}={}", fault.interface_name, fault.method, fault.nth, fault.lasting ? "+" : "", effect);
}

tl::expected<Fault, std::string> ParseFault(std::string_view text) {
  constexpr std::string_view kForm =
      "a fault looks like IBackgroundCopyJob::AddFile#1=E_ACCESSDENIED (the first call; \"#1+\": that and all later "
      "ones)";
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return tl::unexpected(fmt::format("\"{}\" has no \"=\": {}", text, kForm));
  Fault fault;
  if (!ReadTarget(text.substr(0, equals), fault)) {
    return tl::unexpected(
        fmt::format("\"{}\" in \"{}\" is no INTERFACE::METHOD#NUMBER: {}", text.substr(0, equals), text, kForm));
  }
  if (!ReadEffect(text.substr(equals + 1), fault)) {
    std::vector<std::string_view> kinds;
    for (const auto& [kind, name] : EnumNames<FaultKind>::kNames) {
      if (kind != FaultKind::kFail && kind != FaultKind::kLoseAnswer) kinds.push_back(name);
    }
    return tl::unexpected(fmt::format(
        "\"{}\" in \"{}\" says nothing that can become of a call: give an error's SDK name or 0x8…, {}CODE, "
        "or one of {}",
        text.substr(equals + 1), text, kLostPrefix, fmt::join(kinds, ", ")));
  }
  return fault;
}

bool AsksService(const Call& call) {
  if (call.interface_name == "ComApi") return call.method == "CoCreateInstance";
  return call.interface_name.starts_with('I') && !IsCallback(call) && call.method != "SetProxyBlanket" &&
         call.method != "QueryProxyBlanket";
}

FaultInjector::FaultInjector(std::vector<Fault> faults) { Reset(faults); }

void FaultInjector::Reset(std::span<const Fault> faults) {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
  for (const Fault& fault : faults) faults_.push_back({fault});
  dead_ = false;
}

std::uint64_t FaultInjector::Strikes(std::size_t index) const {
  const std::scoped_lock lock(mutex_);
  return faults_.at(index).strikes;
}

bool FaultInjector::service_is_dead() const {
  const std::scoped_lock lock(mutex_);
  return dead_;
}

FaultInjector::Armed* FaultInjector::Count(const Call& call) {
  Armed* striking = nullptr;
  for (Armed& armed : faults_) {
    if (!Fits(armed.fault.interface_name, call.interface_name) || !Fits(armed.fault.method, call.method)) continue;
    ++armed.seen;
    const bool due = armed.fault.lasting ? armed.seen >= armed.fault.nth : armed.seen == armed.fault.nth;
    if (due && striking == nullptr) striking = &armed;
  }
  return striking;
}

std::optional<HResult> FaultInjector::Before(const Call& call) {
  std::unique_lock lock(mutex_);
  Armed* const armed = Count(call);
  // The dead neither answer nor call back, whatever else was planned.
  if (dead_ && AsksService(call)) return "RPC_S_SERVER_UNAVAILABLE"_hr;
  if (dead_ && IsCallback(call)) return HResult();
  if (armed == nullptr) return std::nullopt;
  ++armed->strikes;
  const Fault fault = armed->fault;
  if (on_strike) {
    lock.unlock();
    on_strike(fault, call);
    lock.lock();
  }
  switch (fault.kind) {
    case FaultKind::kFail:
      return fault.code;
    case FaultKind::kThrow:
      throw std::runtime_error(ToString(fault));
    case FaultKind::kNeverComes:
      return HResult();
    case FaultKind::kDiesBefore:
      dead_ = true;
      if (AsksService(call)) return "RPC_S_SERVER_UNAVAILABLE"_hr;
      return std::nullopt;
    case FaultKind::kLoseAnswer:
    case FaultKind::kDiesDuring:
    case FaultKind::kDiesAfter:
      armed->open_call = call.sequence;
      return std::nullopt;
    case FaultKind::kTimeRunsOut:
      lock.unlock();
      if (on_time_runs_out) on_time_runs_out();
      return std::nullopt;
  }
  return std::nullopt;
}

void FaultInjector::After(const Call& call, Outcome& outcome) {
  const std::scoped_lock lock(mutex_);
  for (Armed& armed : faults_) {
    if (armed.open_call != call.sequence) continue;
    armed.open_call = 0;
    if (armed.fault.kind == FaultKind::kLoseAnswer) {
      outcome.result = armed.fault.code;
      continue;
    }
    dead_ = true;
    if (armed.fault.kind == FaultKind::kDiesDuring && AsksService(call)) outcome.result = "RPC_S_CALL_FAILED"_hr;
  }
}

}  // namespace bits::intercept
