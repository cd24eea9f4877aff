#include "harness/diagnose/diagnosis.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace bits::diagnose {
namespace {

struct CapabilityRow {
  std::string_view name;
  std::string_view title;
  std::string_view checks[5];
};

constexpr CapabilityRow kCapabilities[] = {
    {"bits-jobs", "Create BITS jobs", {"bits-service", "manager", "create-job"}},
    {"helper-tokens", "Use helper tokens at all", {"manager", "create-job", "token-options"}},
    {"set-helper-token", "Set a helper token", {"token-options", "set-helper-token", "helper-token-sid"}},
    {"choose-resources", "Choose what the helper token opens", {"token-options", "helper-token-flags"}},
    {"clear-helper-token", "Take a helper token back", {"token-options", "clear-helper-token"}},
    {"helper-interactive",
     "Use the given helper, logged on interactively",
     {"token-options", "helper-logon-interactive"}},
    {"helper-network", "Use the given helper, logged on over the network", {"token-options", "helper-logon-network"}},
    {"helper-batch", "Use the given helper, logged on as a batch job", {"token-options", "helper-logon-batch"}},
    {"helper-service", "Use the given helper, logged on as a service", {"token-options", "helper-logon-service"}},
};

CheckResult RunOne(const Check& check, Probe& probe) {
  try {
    return check.run(probe);
  } catch (const std::exception& error) {
    return UnknownBecause("E_UNEXPECTED"_hr, fmt::format("the check broke off: {}", error.what()),
                          "This is an error in bitsdoctor; please report it.");
  } catch (...) {
    return UnknownBecause("E_UNEXPECTED"_hr, "the check broke off",
                          "This is an error in bitsdoctor; please report it.");
  }
}

// "no" wherever a check failed; "yes" only where each one passed.
Capable Conclude(const CapabilityRow& row, const std::vector<CheckResult>& results, Capability& capability) {
  Capable capable = Capable::kYes;
  for (const std::string_view id : row.checks) {
    if (id.empty()) break;
    capability.checks.push_back(id);
    const auto result = std::ranges::find(results, id, &CheckResult::id);
    const CheckStatus status = result != results.end() ? result->status : CheckStatus::kUnknown;
    if (status == CheckStatus::kFail) return Capable::kNo;
    if (status == CheckStatus::kUnknown || status == CheckStatus::kNotApplicable) capable = Capable::kUnknown;
  }
  return capable;
}

}  // namespace

bool Diagnosis::HasFailure() const {
  return std::ranges::any_of(checks, [](const CheckResult& r) { return r.status == CheckStatus::kFail; });
}

std::string Describe(const OsVersion& os) {
  std::string text = os.product_name.empty() ? "Windows" : os.product_name;
  if (!os.display_version.empty()) text += " " + os.display_version;
  if (!os.service_pack.empty()) text += " " + os.service_pack;
  text += fmt::format(" (build {}", ToString(os.build));
  if (os.revision != 0) text += fmt::format(".{}", os.revision);
  text += fmt::format(", {})", os.architecture);
  if (os.wine_version) text = fmt::format("Wine {} presenting itself as {}", *os.wine_version, text);
  return text;
}

const Check* FindCheck(std::string_view id) {
  const auto found = std::ranges::find(Checks(), id, &Check::id);
  return found != Checks().end() ? &*found : nullptr;
}

Diagnosis Diagnose(Environment& environment, const CheckOptions& options, std::span<const std::string> only,
                   const std::function<void(const CheckResult&)>& observer) {
  Clock& clock = environment.clock();
  const auto started = clock.SteadyNow();
  Diagnosis diagnosis;
  Probe probe(environment, options);
  diagnosis.computer = environment.machine().ComputerName().value_or("");
  if (const Result<OsVersion>& os = probe.Os()) diagnosis.os = *os;
  if (const Result<TokenFacts>& token = probe.ProcessToken()) diagnosis.user = *token;
  for (const Check& check : Checks()) {
    if (!only.empty() && std::ranges::find(only, check.id) == only.end()) continue;
    const auto began = clock.SteadyNow();
    CheckResult result = RunOne(check, probe);
    result.id = check.id;
    result.title = check.title;
    result.elapsed = clock.SteadyNow() - began;
    if (options.review) options.review(result);
    observer(result);
    diagnosis.checks.push_back(std::move(result));
  }
  for (const CapabilityRow& row : kCapabilities) {
    Capability capability{row.name, row.title, Capable::kUnknown, {}};
    capability.capable = Conclude(row, diagnosis.checks, capability);
    diagnosis.capabilities.push_back(std::move(capability));
  }
  diagnosis.elapsed = clock.SteadyNow() - started;
  return diagnosis;
}

}  // namespace bits::diagnose
