// bitsdoctor transfer: a download through BITS, with or without a helper token.
#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include <fmt/format.h>

#include "harness/transfer/transfer.h"
#include "harness/transfer/transfer_names.h"
#include "tools/bitsdoctor/backend.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/helper_option.h"
#include "tools/bitsdoctor/platform.h"
#include "tools/bitsdoctor/record_option.h"
#include "tools/bitsdoctor/recorded_command.h"
#include "tools/bitsdoctor/transfer_progress.h"
#include "tools/bitsdoctor/transfer_report.h"

namespace bits::doctor {
namespace {

struct TransferArguments {
  std::string url;
  std::string file;
  std::string helper;
  std::string flags = "local-file";
  LogonType logon_type = LogonType::kInteractive;
  bool password_stdin = false;
  bool overwrite = false;
  bool no_preflight = false;
  std::string sha256;
  double timeout_seconds = 900;
  ReportOptions report;
  BackendOptions backend;
  RecordOptions record;
  ComOptions com{ApartmentType::kSingleThreaded, {}};
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor transfer http://server/setup.msi C:\setup.msi
  bitsdoctor transfer http://server/setup.msi setup.msi --overwrite --sha256 9f86d081…
  bitsdoctor transfer \\server\share\data.vhdx D:\data.vhdx --helper CONTOSO\reader --flags network
  bitsdoctor transfer --backend com-fake http://127.0.0.1:8000/f C:\dir\f --helper-kind user
  bitsdoctor transfer --backend sim http://files.contoso.test/setup.msi setup.msi --helper-kind user
  bitsdoctor transfer http://server/f f --helper .\writer --password-stdin --trace < password.txt

With --backend com-fake the file is a real one, and so is every server that is not simulated.

The file is written beside its destination and moved there once it is complete and verified. Ctrl-C cancels the job and
leaves nothing.

Exit code: 0 the file is there, 1 the transfer failed, 2 wrong usage, 3 could not run.
)";

void RequireArguments(const TransferArguments& arguments) {
  if (const auto wrong = transfer::WhatIsWrongWithRemoteName(arguments.url)) {
    throw Refusal(ExitCode::kWrongUsage, fmt::format("URL \"{}\": {}", arguments.url, *wrong));
  }
  if (const auto wrong = transfer::WhatIsWrongWithLocalName(arguments.file)) {
    throw Refusal(ExitCode::kWrongUsage, fmt::format("FILE \"{}\": {}", arguments.file, *wrong));
  }
  const bool hex = std::ranges::all_of(arguments.sha256, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!arguments.sha256.empty() && (arguments.sha256.size() != 64 || !hex)) {
    throw Refusal(ExitCode::kWrongUsage,
                  fmt::format("--sha256 {}: a SHA-256 has 64 hexadecimal digits", arguments.sha256));
  }
}

// A destination that cannot be written to is no finding about BITS.
ExitCode ExitCodeOf(const transfer::TransferReport& report) {
  if (report.Succeeded()) return ExitCode::kFine;
  return report.FailedStep()->step == transfer::TransferStep::kCheckDestination ? ExitCode::kCouldNotRun
                                                                                : ExitCode::kFinding;
}

ExitCode Run(const TransferArguments& arguments) {
  RequireArguments(arguments);
  transfer::TransferRequest request;
  request.url = arguments.url;
  request.file = arguments.file;
  request.overwrite = arguments.overwrite;
  request.preflight = !arguments.no_preflight;
  if (!arguments.sha256.empty()) request.sha256 = arguments.sha256;
  request.timeout =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(arguments.timeout_seconds));
  request.apartment = arguments.com.apartment;
  request.security = arguments.com.security;
  AccountArgument account;
  if (!arguments.helper.empty()) {
    account = ParseAccount(arguments.helper);
    request.helper.emplace();
    request.helper->user_name = account.user_name;
    request.helper->domain = account.domain;
    request.helper->logon_type = arguments.logon_type;
    request.helper->flags = ParseHelperTokenFlags(arguments.flags);
  }
  Backend backend(arguments.backend, TransferNames{arguments.url, arguments.file});
  if (!arguments.backend.helper_kind.empty()) {
    request.helper.emplace();
    request.helper->user_name = backend.helper_kind();
    request.helper->flags = ParseHelperTokenFlags(arguments.flags);
    request.helper->open = backend.HelperToken();
    if (!request.helper->open) {
      request.helper->open = [](LogonApi& logon) {
        return logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate);
      };
    }
  }
  RecordedTransfer recorded_options{arguments.url,        arguments.file,
                                    arguments.helper,     arguments.backend.helper_kind,
                                    arguments.logon_type, ParseHelperTokenFlags(arguments.flags),
                                    arguments.overwrite,  !arguments.no_preflight,
                                    arguments.sha256,     request.timeout,
                                    arguments.com};
  RecordedRun recorded(arguments.record, backend, "transfer", OptionsJson(recorded_options));
  const auto output = arguments.report.Open();
  if (!arguments.helper.empty()) {
    RequireAccount(backend.environment().logon(), account, arguments.helper);
    request.helper->password = GetPassword(arguments.helper, arguments.password_stdin);
  }

  std::stop_source stop;
  transfer::TransferReport report;
  {
    const InterruptHandler interrupt([&stop] { stop.request_stop(); });
    TransferProgress progress(backend.environment().clock());
    report = transfer::Transfer(backend.environment(), request, progress, stop.get_token());
  }
  TextStyle style;
  if (!output->IsFile() && IsTerminal(Stream::kOut)) {
    style.width = std::clamp(TerminalWidth(Stream::kOut), 60, 120);
    style.colour = !HasVariable("NO_COLOR");
  }
  output->Write(arguments.report.IsJson() ? JsonText(TransferJson(request, report))
                                          : TransferText(request, report, style));
  if (const transfer::StepReport* failed = report.FailedStep()) {
    WriteText(Stream::kError,
              fmt::format("bitsdoctor: transfer failed at step {}: {}{}{}\n", FactsOf(failed->step).id,
                          ToString(failed->result), failed->detail.empty() ? "" : ": ", failed->detail));
  }
  recorded.Close(VerdictOf(report));
  return ExitCodeOf(report);
}

}  // namespace

void AddTransferCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<TransferArguments>();
  CLI::App& command = *app.add_subcommand("transfer", "Download a file through BITS, with or without a helper token");
  command.add_option("URL", arguments->url, "What to download: http, https or file URL, or UNC path")->required();
  command.add_option("FILE", arguments->file, "Where to put it")->required();
  CLI::Option* helper =
      command
          .add_option("--helper", arguments->helper, "Set this account's token as helper: DOMAIN\\user, .\\user, UPN")
          ->type_name("ACCOUNT");
  CLI::Option* flags =
      command
          .add_option("--flags", arguments->flags, "What the helper token opens: local-file, network, both, or none")
          ->type_name("FLAGS")
          ->capture_default_str();
  command
      .add_option_function<std::string>(
          "--logon-type",
          [arguments](const std::string& name) {
            const std::optional<LogonType> type = FromName<LogonType>(name);
            if (!type) throw CLI::ValidationError("--logon-type", name + ": not a logon type");
            arguments->logon_type = *type;
          },
          "How the helper logs on: interactive, network, batch, service, network-cleartext, new-credentials")
      ->type_name("NAME")
      ->default_str("interactive")
      ->needs(helper);
  command.add_flag("--password-stdin", arguments->password_stdin, "Read the helper's password from standard input")
      ->needs(helper);
  command.add_flag("--overwrite", arguments->overwrite, "Replace an existing file, once the new one is verified");
  command.add_option("--sha256", arguments->sha256, "The file must have this hash")->type_name("HEX");
  command.add_flag("--no-preflight", arguments->no_preflight,
                   "Do not ask the server about the file first; its size is then not verified");
  command.add_option("--timeout", arguments->timeout_seconds, "Give up after this many seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(1.0, 604'800.0))
      ->capture_default_str();
  arguments->com.AddTo(command);
  arguments->report.AddTo(command);
  arguments->backend.AddTo(command);
  arguments->record.AddTo(command);
  arguments->backend.AddHelperKindTo(command, helper);
  command.footer(kExamples);
  command.callback([arguments, flags, helper, &exit_code] {
    if (flags->count() > 0 && helper->count() == 0 && arguments->backend.helper_kind.empty()) {
      throw Refusal(ExitCode::kWrongUsage,
                    "--flags says what the helper token opens, and there is none: add --helper DOMAIN\\user, or "
                    "--helper-kind in the simulation");
    }
    exit_code = Run(*arguments);
  });
}

}  // namespace bits::doctor
