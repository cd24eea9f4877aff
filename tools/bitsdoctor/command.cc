#include "tools/bitsdoctor/command.h"

#include <map>

#include <fmt/format.h>

#include "harness/intercept/intercepted_environment.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

// The names of an enum as CLI11's choices.
template <NamedEnum E>
CLI::Option* AddChoice(CLI::App& command, const std::string& name, E& value, const std::string& description) {
  std::map<std::string, E> choices;
  for (const auto& entry : EnumNames<E>::kNames) {
    if (entry.name != "default") choices.emplace(std::string(entry.name), entry.value);
  }
  return command.add_option(name, value, description)
      ->transform(CLI::CheckedTransformer(choices).description(""))
      ->type_name("NAME")
      ->default_str(ToString(value));
}

}  // namespace

void ReportOptions::AddTo(CLI::App& command, const std::vector<std::string>& formats) {
  command.add_option("--format", format, "Form of the report")->check(CLI::IsMember(formats))->capture_default_str();
  command.add_option("--output", output, "Write the report to this file instead of standard output")->type_name("FILE");
}

std::unique_ptr<Output> ReportOptions::Open() const {
  return output.empty() ? std::make_unique<Output>() : std::make_unique<Output>(output);
}

void BackendOptions::AddTo(CLI::App& command) {
  command.add_option("--backend", backend, "What is asked: windows is this machine's own BITS")
      ->check(CLI::IsMember({"windows"}))
      ->capture_default_str();
  command.add_flag("--trace", trace, "Print every call with its HRESULT on standard error");
}

void ComOptions::AddTo(CLI::App& command) {
  AddChoice(command, "--apartment", apartment, "COM apartment of the calling thread: sta or mta");
  AddChoice(command, "--authentication-level", security.authentication_level,
            "RPC_C_AUTHN_LEVEL: none, connect, call, packet, packet-integrity or packet-privacy");
  AddChoice(command, "--impersonation-level", security.impersonation_level,
            "RPC_C_IMP_LEVEL: anonymous, identify, impersonate or delegate");
  AddChoice(command, "--cloaking", security.cloaking, "Whose identity COM shows: none, static or dynamic");
}

Backend::Backend(const BackendOptions& options) : real_(CreateWindowsBackend()) {
  if (!real_) {
    throw Refusal(ExitCode::kCouldNotRun,
                  fmt::format("--backend {}: this build has no BITS to talk to; run the Windows build of bitsdoctor, "
                              "on Windows or with ci/doctor.sh under Wine",
                              options.backend));
  }
  if (options.trace) {
    tracer_.emplace(real_->clock(), [](std::string_view line) { WriteText(Stream::kError, std::string(line) + "\n"); });
    traced_ = intercept::Intercept(*real_, {&*tracer_});
  }
}

std::string JsonText(const intercept::Json& json) {
  return json.dump(2, ' ', false, intercept::Json::error_handler_t::replace) + "\n";
}

}  // namespace bits::doctor
