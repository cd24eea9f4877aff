#include "tools/bitsdoctor/command.h"

namespace bits::doctor {
void ReportOptions::AddTo(CLI::App& command, const std::vector<std::string>& formats) {
  command.add_option("--format", format, "Form of the report")->check(CLI::IsMember(formats))->capture_default_str();
  command.add_option("--output", output, "Write the report to this file instead of standard output")->type_name("FILE");
}

std::unique_ptr<Output> ReportOptions::Open() const {
  return output.empty() ? std::make_unique<Output>() : std::make_unique<Output>(output);
}

void ComOptions::AddTo(CLI::App& command) {
  AddChoice(command, "--apartment", apartment, "COM apartment of the calling thread: sta or mta");
  AddChoice(command, "--authentication-level", security.authentication_level,
            "RPC_C_AUTHN_LEVEL: none, connect, call, packet, packet-integrity or packet-privacy");
  AddChoice(command, "--impersonation-level", security.impersonation_level,
            "RPC_C_IMP_LEVEL: anonymous, identify, impersonate or delegate");
  AddChoice(command, "--cloaking", security.cloaking, "Whose identity COM shows: none, static or dynamic");
}

std::string JsonText(const intercept::Json& json) {
  return json.dump(2, ' ', false, intercept::Json::error_handler_t::replace) + "\n";
}

}  // namespace bits::doctor
