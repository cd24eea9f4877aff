#include "tools/bitsdoctor/backend.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/intercept/intercepted_environment.h"
#include "harness/rules/decision_space.h"
#include "tools/bitsdoctor/exit_code.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

using rules::TokenKind;

constexpr std::string_view kWindows = "windows";
constexpr std::string_view kSimulation = "sim";
constexpr std::string_view kComFake = "com-fake";
constexpr std::string_view kDefaultProfile = "win11-24h2";

struct AsRow {
  std::string_view name;
  TokenKind kind;
};

// "admin" is what an administrator is before the elevation prompt.
constexpr AsRow kAs[] = {
    {"user", TokenKind::kUser},
    {"admin", TokenKind::kAdminFiltered},
    {"admin-elevated", TokenKind::kAdminElevated},
    {"system", TokenKind::kSystem},
    {"local-service", TokenKind::kLocalService},
    {"network-service", TokenKind::kNetworkService},
};

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const rules::WindowsProfile& profile : rules::WindowsProfiles()) names.emplace_back(profile.name);
  return names;
}

std::vector<std::string> AsNames() {
  std::vector<std::string> names;
  for (const AsRow& row : kAs) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> HelperKindNames() {
  std::vector<std::string> names;
  for (const auto& entry : EnumNames<TokenKind>::kNames) names.emplace_back(entry.name);
  names.emplace_back(rules::kSameAsOwner);
  return names;
}

void RequireSimulation(const BackendOptions& options) {
  const struct {
    std::string_view name;
    const std::string& value;
  } kOptions[] = {{"--profile", options.profile}, {"--as", options.as}, {"--helper-kind", options.helper_kind}};
  for (const auto& option : kOptions) {
    if (option.value.empty()) continue;
    throw Refusal(ExitCode::kWrongUsage,
                  fmt::format("{} {}: this machine's own BITS is what it is; choose with --backend sim or com-fake",
                              option.name, option.value));
  }
}

}  // namespace

BackendOptions::BackendOptions() : backend(HasWindowsBackend() ? kWindows : kSimulation) {}

void BackendOptions::AddTo(CLI::App& command) {
  command
      .add_option(
          "--backend", backend,
          "What is asked: windows, this machine's own BITS; sim, a simulated Windows; or com-fake, the same in a "
          "process of its own, through COM")
      ->check(CLI::IsMember(
          std::vector<std::string>{std::string(kWindows), std::string(kSimulation), std::string(kComFake)}))
      ->capture_default_str();
  command
      .add_option(
          "--profile", profile,
          fmt::format("The simulated Windows: {}; {} by default", fmt::join(ProfileNames(), ", "), kDefaultProfile))
      ->type_name("NAME")
      ->check(CLI::IsMember(ProfileNames()).description(""));
  command
      .add_option("--as", as,
                  fmt::format("Who runs this, in the simulation: {}; user by default", fmt::join(AsNames(), ", ")))
      ->type_name("NAME")
      ->check(CLI::IsMember(AsNames()).description(""));
  command.add_flag("--trace", trace, "Print every call with its HRESULT on standard error");
}

void BackendOptions::AddHelperKindTo(CLI::App& command, CLI::Option* helper) {
  command
      .add_option("--helper-kind", helper_kind,
                  fmt::format("The helper in the simulation: {}", fmt::join(HelperKindNames(), ", ")))
      ->type_name("NAME")
      ->check(CLI::IsMember(HelperKindNames()).description(""))
      ->excludes(helper);
}

Backend::Backend(const BackendOptions& options, const std::optional<TransferNames>& transfer) : options_(options) {
  if (options_.backend != kWindows) {
    const auto* as = std::ranges::find(kAs, options_.as.empty() ? "user" : options_.as, &AsRow::name);
    const std::string profile = options_.profile.empty() ? std::string(kDefaultProfile) : options_.profile;
    simulation_ = options_.backend == kComFake ? SimulateWindowsByCom(profile, as->kind, transfer)
                                               : SimulateWindows(profile, as->kind, options_.with_jobs);
    if (!simulation_) {
      throw Refusal(
          ExitCode::kCouldNotRun,
          "--backend com-fake: this build has no COM; run the Windows build of bitsdoctor, on Windows or with "
          "ci/doctor.sh under Wine, or choose --backend sim");
    }
  } else {
    RequireSimulation(options_);
    real_ = CreateWindowsBackend();
    if (!real_) {
      throw Refusal(ExitCode::kCouldNotRun,
                    "--backend windows: this build has no BITS to talk to; run the Windows build of bitsdoctor, on "
                    "Windows or with ci/doctor.sh under Wine, or choose --backend sim");
    }
  }
  if (!options_.trace) return;
  tracer_.emplace(bare().clock(), [](std::string_view line) { WriteText(Stream::kError, std::string(line) + "\n"); });
  traced_ = intercept::Intercept(bare(), {&*tracer_});
}

Backend::~Backend() = default;

Environment& Backend::environment() { return traced_ ? *traced_ : bare(); }

intercept::CallRecorder& Backend::Record(std::ostream& out, intercept::RecordedProgram program,
                                         intercept::Privacy privacy) {
  program.backend = options_.backend;
  if (simulation_) program.profile = options_.profile.empty() ? kDefaultProfile : options_.profile;
  recorder_.emplace(bare(), out, program, privacy);
  std::vector<intercept::Interceptor*> interceptors;
  if (tracer_) interceptors.push_back(&*tracer_);
  interceptors.push_back(&*recorder_);
  traced_ = intercept::Intercept(bare(), std::move(interceptors));
  return *recorder_;
}

std::function<Result<Token>(LogonApi&)> Backend::HelperToken() {
  if (options_.helper_kind.empty() || options_.helper_kind == rules::kSameAsOwner) return {};
  const TokenKind kind = *FromName<TokenKind>(options_.helper_kind);
  return [this, kind](LogonApi&) -> Result<Token> { return simulation_->OpenHelper(kind); };
}

}  // namespace bits::doctor
