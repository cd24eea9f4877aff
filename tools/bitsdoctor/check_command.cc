// bitsdoctor check: what can this machine do, what is broken, why, and the fix.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/diagnose/diagnosis.h"
#include "tools/bitsdoctor/backend.h"
#include "tools/bitsdoctor/check_report.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/helper_option.h"
#include "tools/bitsdoctor/platform.h"
#include "tools/bitsdoctor/record_option.h"
#include "tools/bitsdoctor/recorded_command.h"

namespace bits::doctor {
namespace {

struct CheckArguments {
  bool list = false;
  std::vector<std::string> only;
  std::string helper;
  bool password_stdin = false;
  ReportOptions report;
  BackendOptions backend;
  RecordOptions record;
  ComOptions com{ApartmentType::kMultiThreaded, {}};
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor check
  bitsdoctor check --only token-options --only set-helper-token --trace
  bitsdoctor check --helper CONTOSO\backup
  bitsdoctor check --backend sim --profile win10-1607 --as user --helper-kind admin-elevated
  bitsdoctor check --record calls.jsonl
  bitsdoctor check --helper .\backup --password-stdin --format json --output report.json < password.txt

Exit code: 0 nothing failed, 1 a check failed, 2 wrong usage, 3 could not run.
)";

void List(const CheckArguments& arguments) {
  const auto output = arguments.report.Open();
  if (arguments.report.IsJson()) {
    intercept::Json checks = intercept::Json::array();
    for (const diagnose::Check& check : diagnose::Checks())
      checks.push_back({{"id", check.id}, {"title", check.title}});
    output->Write(JsonText({{"schema", "bitsdoctor/check-list/1"}, {"checks", checks}}));
    return;
  }
  std::string text;
  for (const diagnose::Check& check : diagnose::Checks()) text += fmt::format("{:<31} {}\n", check.id, check.title);
  output->Write(text);
}

void RequireKnownIds(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (diagnose::FindCheck(id) == nullptr) {
      throw Refusal(ExitCode::kWrongUsage,
                    fmt::format("--only {}: there is no such check; bitsdoctor check --list shows them all", id));
    }
  }
}

ExitCode Run(const CheckArguments& arguments) {
  if (arguments.list) {
    List(arguments);
    return ExitCode::kFine;
  }
  RequireKnownIds(arguments.only);
  diagnose::CheckOptions options;
  options.apartment = arguments.com.apartment;
  options.security = arguments.com.security;
  AccountArgument account;
  if (!arguments.helper.empty()) account = ParseAccount(arguments.helper);
  Backend backend(arguments.backend);
  RecordedRun recorded(
      arguments.record, backend, "check",
      OptionsJson(RecordedCheck{arguments.only, arguments.helper, arguments.backend.helper_kind, arguments.com}));
  const auto output = arguments.report.Open();
  if (!arguments.helper.empty()) {
    RequireAccount(backend.environment().logon(), account, arguments.helper);
    options.helper.emplace();
    options.helper->user_name = account.user_name;
    options.helper->domain = account.domain;
    options.helper->password = GetPassword(arguments.helper, arguments.password_stdin);
    const diagnose::HelperAccount& helper = *options.helper;
    options.choice = {arguments.helper, [&helper](LogonApi& logon) {
                        return logon.LogonUser(helper.user_name, helper.domain, helper.password,
                                               LogonType::kInteractive, LogonProvider::kDefault);
                      }};
  } else if (auto open = backend.HelperToken()) {
    options.choice = {"the helper (" + backend.helper_kind() + ")", std::move(open)};
  }

  TextStyle style;
  const bool live = !output->IsFile() && !arguments.report.IsJson() && IsTerminal(Stream::kOut);
  if (live) {
    style.width = std::clamp(TerminalWidth(Stream::kOut), 60, 120);
    style.colour = !HasVariable("NO_COLOR");
  }
  // On a terminal each check is shown as soon as it is known; a file gets the whole report at once.
  const diagnose::Diagnosis diagnosis =
      diagnose::Diagnose(backend.environment(), options, arguments.only, [&](const diagnose::CheckResult& check) {
        if (live) output->Write(CheckText(check, style));
      });
  if (arguments.report.IsJson()) {
    output->Write(JsonText(CheckJson(diagnosis)));
  } else {
    output->Write(live ? CheckSummary(diagnosis, style) : DiagnosisText(diagnosis, style));
  }
  recorded.Close(VerdictOf(diagnosis));
  return diagnosis.HasFailure() ? ExitCode::kFinding : ExitCode::kFine;
}

}  // namespace

void AddCheckCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<CheckArguments>();
  CLI::App& command = *app.add_subcommand("check", "Diagnose this machine: BITS, COM security and helper tokens");
  CLI::Option* list = command.add_flag("--list", arguments->list, "List the checks instead of running them");
  CLI::Option* only = command.add_option("--only", arguments->only, "Run these checks only")->type_name("ID...");
  CLI::Option* helper =
      command.add_option("--helper", arguments->helper, "Try this account as the helper: DOMAIN\\user, .\\user or UPN")
          ->type_name("ACCOUNT");
  CLI::Option* password =
      command.add_flag("--password-stdin", arguments->password_stdin, "Read the helper's password from standard input");
  list->excludes(only)->excludes(helper);
  password->needs(helper);
  arguments->com.AddTo(command);
  arguments->report.AddTo(command);
  arguments->backend.AddTo(command);
  arguments->record.AddTo(command);
  arguments->backend.AddHelperKindTo(command, helper);
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
