// What every subcommand is built from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "harness/api/com_api.h"
#include "harness/api/com_security.h"
#include "harness/intercept/json_values.h"
#include "tools/bitsdoctor/choice.h"
#include "tools/bitsdoctor/exit_code.h"
#include "tools/bitsdoctor/output.h"

namespace bits::doctor {

// A subcommand adds itself to the application; its callback sets `exit_code` or throws Refusal.
using AddCommand = void (*)(CLI::App& app, ExitCode& exit_code);

void AddCheckCommand(CLI::App& app, ExitCode& exit_code);
void AddTransferCommand(CLI::App& app, ExitCode& exit_code);
void AddExplainCommand(CLI::App& app, ExitCode& exit_code);
void AddMatrixCommand(CLI::App& app, ExitCode& exit_code);
void AddJobsCommand(CLI::App& app, ExitCode& exit_code);
void AddSweepCommand(CLI::App& app, ExitCode& exit_code);
void AddReplayCommand(CLI::App& app, ExitCode& exit_code);

// --format and --output.
struct ReportOptions {
  std::string format = "text";
  std::string output;

  void AddTo(CLI::App& command, const std::vector<std::string>& formats = {"text", "json"});
  bool IsJson() const { return format == "json"; }
  // Throws Refusal when the file cannot be written.
  std::unique_ptr<Output> Open() const;
};

// --apartment, --impersonation-level and the other choices of COM.
struct ComOptions {
  ApartmentType apartment;
  ProcessSecurity security;

  void AddTo(CLI::App& command);
};

// Pretty-printed, with a line feed; bytes that are no UTF-8 are replaced, since a report must always parse.
std::string JsonText(const intercept::Json& json);

}  // namespace bits::doctor
