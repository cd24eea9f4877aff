#include "tools/bitsdoctor/recorded_command.h"

#include <fmt/format.h>

#include "harness/intercept/recorded_calls.h"
#include "harness/intercept/values_from_json.h"

namespace bits::doctor {
namespace {

using intercept::Json;

void AddCom(Json& options, const ComOptions& com) {
  options["apartment"] = ToString(com.apartment);
  options["security"] = intercept::ToJson(com.security);
}

// A field of the options in the recording's first line.
template <class T>
void Read(const Json& options, const char* name, T& value) {
  try {
    intercept::FromJson(intercept::Field(options, name), value);
  } catch (const intercept::ValueError& error) {
    throw intercept::RecordingError(1, fmt::format("the option \"{}\" {}", name, error.what()));
  }
}

void ReadCom(const Json& options, ComOptions& com) {
  Read(options, "apartment", com.apartment);
  Read(options, "security", com.security);
}

}  // namespace

Json OptionsJson(const RecordedCheck& check) {
  Json options = {{"only", check.only}, {"helper", check.helper}, {"helper_kind", check.helper_kind}};
  AddCom(options, check.com);
  return options;
}

Json OptionsJson(const RecordedTransfer& transfer) {
  Json options = {{"url", transfer.url},
                  {"file", transfer.file},
                  {"helper", transfer.helper},
                  {"helper_kind", transfer.helper_kind},
                  {"logon_type", ToString(transfer.logon_type)},
                  {"flags", transfer.flags},
                  {"overwrite", transfer.overwrite},
                  {"preflight", transfer.preflight},
                  {"sha256", transfer.sha256},
                  {"timeout_ms", std::chrono::duration_cast<std::chrono::milliseconds>(transfer.timeout).count()}};
  AddCom(options, transfer.com);
  return options;
}

RecordedCheck CheckOf(const intercept::Recording& recording) {
  const Json& options = recording.program.options;
  RecordedCheck check;
  Read(options, "only", check.only);
  Read(options, "helper", check.helper);
  Read(options, "helper_kind", check.helper_kind);
  ReadCom(options, check.com);
  for (const std::string& id : check.only) {
    if (diagnose::FindCheck(id) == nullptr) {
      throw intercept::RecordingError(1, fmt::format("the option \"only\" names \"{}\", which is no check", id));
    }
  }
  return check;
}

RecordedTransfer TransferOf(const intercept::Recording& recording) {
  const Json& options = recording.program.options;
  RecordedTransfer transfer;
  Read(options, "url", transfer.url);
  Read(options, "file", transfer.file);
  Read(options, "helper", transfer.helper);
  Read(options, "helper_kind", transfer.helper_kind);
  Read(options, "logon_type", transfer.logon_type);
  Read(options, "flags", transfer.flags);
  Read(options, "overwrite", transfer.overwrite);
  Read(options, "preflight", transfer.preflight);
  Read(options, "sha256", transfer.sha256);
  std::uint32_t timeout = 0;
  Read(options, "timeout_ms", timeout);
  transfer.timeout = std::chrono::milliseconds(timeout);
  ReadCom(options, transfer.com);
  return transfer;
}

Json VerdictOf(const diagnose::Diagnosis& diagnosis) {
  Json checks = Json::object();
  for (const diagnose::CheckResult& check : diagnosis.checks) checks[check.id] = ToString(check.status);
  Json capabilities = Json::object();
  for (const diagnose::Capability& capability : diagnosis.capabilities) {
    capabilities[std::string(capability.name)] = ToString(capability.capable);
  }
  return {{"checks", checks}, {"capabilities", capabilities}};
}

Json VerdictOf(const transfer::TransferReport& report) {
  if (report.result == intercept::kNotRecorded) return {{"transfer", "unknown"}};
  if (report.Succeeded()) return {{"transfer", "succeeded"}};
  return {{"transfer", "failed"},
          {"hresult", ToHex(report.result)},
          {"failed_step", FactsOf(report.FailedStep()->step).id}};
}

}  // namespace bits::doctor
