// bitsdoctor replay: a recorded check or transfer once more, from the recording alone.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/diagnose/diagnosis.h"
#include "harness/intercept/replay.h"
#include "harness/intercept/values_from_json.h"
#include "harness/rules/decision_space.h"
#include "harness/rules/windows_profile.h"
#include "harness/transfer/transfer.h"
#include "tools/bitsdoctor/check_report.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/fidelity_run.h"
#include "tools/bitsdoctor/helper_option.h"
#include "tools/bitsdoctor/output_style.h"
#include "tools/bitsdoctor/platform.h"
#include "tools/bitsdoctor/recorded_command.h"
#include "tools/bitsdoctor/replay_report.h"
#include "tools/bitsdoctor/transfer_report.h"

namespace bits::doctor {
namespace {

using intercept::RecordedCall;
using intercept::Recording;
using intercept::RecordingError;
using intercept::Replay;

struct ReplayArguments {
  std::string file;
  bool fidelity = false;
  std::string profile;
  ReportOptions report;
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor check --record calls.jsonl         on the machine with the problem; names get pseudonyms
  bitsdoctor replay calls.jsonl                 the same diagnosis, on any machine
  bitsdoctor replay calls.jsonl --fidelity      and whether a simulated Windows would have answered the same
  bitsdoctor replay calls.jsonl --fidelity --profile server2019 --format html --output fidelity.html

A recording holds the calls of bitsdoctor check or transfer as JSON lines, each with its result. What a later
bitsdoctor asks and a recording does not have is unknown, never bad.

--fidelity makes the recorded calls on the simulation too, of the profile nearest to the recorded Windows and as the
same kind of user. Each difference is listed with the rule or decision that it touches, or with the row of the quirk
table that explains it; rows whose quirk did not show, though its call was made, are listed too.

Exit code: 0 fine, 1 the diagnosis failed, its verdicts are not the recorded ones, or a difference is unexplained,
2 wrong usage, 3 the recording cannot be read or tells nothing.
)";

[[noreturn]] void Refuse(const std::string& file, const std::string& why) {
  throw Refusal(ExitCode::kCouldNotRun, fmt::format("{}: {}", file, why));
}

Recording Load(const std::string& name) {
  const std::filesystem::path path(std::u8string(name.begin(), name.end()));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) Refuse(name, "is a directory; name a recording");
  std::ifstream file(path, std::ios::binary);
  if (!file) Refuse(name, fmt::format("cannot be read ({})", std::generic_category().message(errno)));
  return intercept::ReadRecording(file);
}

// Where the helper's token comes from, for a helper that no logon made.
using OpenHelper = std::function<Result<Token>(LogonApi&)>;

// The token that was impersonated first was the helper's.
OpenHelper HelperOf(const Recording& recording) {
  return [&recording](LogonApi& logon) -> Result<Token> {
    const auto found =
        std::ranges::find(recording.calls, std::string_view("ImpersonateLoggedOnUser"), &RecordedCall::method);
    if (found == recording.calls.end() || !found->arguments.contains("hToken")) {
      return Failure(intercept::kNotRecorded);
    }
    TokenHandle handle = TokenHandle::kNone;
    try {
      intercept::FromJson(found->arguments["hToken"], handle);
    } catch (const intercept::ValueError& error) {
      throw RecordingError(found->line, fmt::format("\"hToken\" {}", error.what()));
    }
    return Token(logon, handle);
  };
}

AccountArgument Account(const std::string& helper) {
  try {
    return ParseAccount(helper);
  } catch (const Refusal&) {
    throw RecordingError(1, fmt::format("the option \"helper\" is \"{}\", which is no account", helper));
  }
}

// `review` sees each result before anything follows from it.
diagnose::Diagnosis Diagnose(const RecordedCheck& check, Environment& environment, const OpenHelper& open_helper,
                             std::function<void(diagnose::CheckResult&)> review) {
  diagnose::CheckOptions options;
  options.apartment = check.com.apartment;
  options.security = check.com.security;
  options.review = std::move(review);
  if (!check.helper.empty()) {
    const AccountArgument account = Account(check.helper);
    options.helper = diagnose::HelperAccount{account.user_name, account.domain, Secret()};
    options.choice = {check.helper, [&options](LogonApi& logon) {
                        return logon.LogonUser(options.helper->user_name, options.helper->domain,
                                               options.helper->password, LogonType::kInteractive,
                                               LogonProvider::kDefault);
                      }};
  } else if (!check.helper_kind.empty() && check.helper_kind != rules::kSameAsOwner) {
    options.choice = {"the helper (" + check.helper_kind + ")", open_helper};
  }
  return diagnose::Diagnose(environment, options, check.only, [](const diagnose::CheckResult&) {});
}

transfer::TransferRequest RequestOf(const RecordedTransfer& recorded, const OpenHelper& open_helper) {
  transfer::TransferRequest request;
  request.url = recorded.url;
  request.file = recorded.file;
  request.overwrite = recorded.overwrite;
  request.preflight = recorded.preflight;
  if (!recorded.sha256.empty()) request.sha256 = recorded.sha256;
  request.timeout = recorded.timeout;
  request.apartment = recorded.com.apartment;
  request.security = recorded.com.security;
  if (recorded.helper.empty() && recorded.helper_kind.empty()) return request;
  request.helper.emplace();
  request.helper->flags = recorded.flags;
  request.helper->logon_type = recorded.logon_type;
  if (!recorded.helper.empty()) {
    const AccountArgument account = Account(recorded.helper);
    request.helper->user_name = account.user_name;
    request.helper->domain = account.domain;
  } else {
    request.helper->user_name = recorded.helper_kind;
    request.helper->open = open_helper;
    if (recorded.helper_kind == rules::kSameAsOwner) {
      request.helper->open = [](LogonApi& logon) {
        return logon.OpenProcessToken(TokenAccess::kQuery | TokenAccess::kDuplicate);
      };
    }
  }
  return request;
}

transfer::TransferReport Transfer(const transfer::TransferRequest& request, Environment& environment) {
  transfer::TransferObserver observer;
  return transfer::Transfer(environment, request, observer, {});
}

void RequireNoFlaw(const Replay& replay) {
  if (replay.flaw()) throw *replay.flaw();
}

ExitCode ReplayCheck(const Recording& recording, ReplayReport& report, const TextStyle& style,
                     const ReplayArguments& arguments) {
  const RecordedCheck check = CheckOf(recording);
  Replay replay(recording);
  std::size_t missing = 0;
  const auto review = [&replay, &missing](diagnose::CheckResult& result) {
    const std::vector<std::string>& calls = replay.not_recorded();
    const bool lacks = calls.size() > missing;
    if (lacks || result.hresult == intercept::kNotRecorded) {
      const std::string id = result.id;
      const std::string title = result.title;
      const auto elapsed = result.elapsed;
      result = diagnose::UnknownBecause(
          intercept::kNotRecorded,
          lacks ? "not recorded: " + calls[missing] : std::string("not recorded: what the check rests on"),
          "The recording lacks a call of this check; record it with this version of bitsdoctor.");
      result.id = id;
      result.title = title;
      result.elapsed = elapsed;
    }
    missing = calls.size();
  };
  const diagnose::Diagnosis diagnosis = Diagnose(check, replay.environment(), HelperOf(recording), review);
  RequireNoFlaw(replay);
  report.text = DiagnosisText(diagnosis, style);
  report.json = CheckJson(diagnosis);
  report.verdict = VerdictOf(diagnosis);
  report.not_recorded = replay.not_recorded();
  if (arguments.fidelity) {
    report.fidelity = CompareWithSimulation(recording, arguments.profile,
                                            [&check](Environment& environment, const OpenHelper& open_helper) {
                                              Diagnose(check, environment, open_helper, {});
                                            });
  }
  return diagnosis.HasFailure() ? ExitCode::kFinding : ExitCode::kFine;
}

ExitCode ReplayTransfer(const Recording& recording, ReplayReport& report, const TextStyle& style,
                        const ReplayArguments& arguments) {
  const RecordedTransfer recorded = TransferOf(recording);
  Replay replay(recording);
  const transfer::TransferRequest request = RequestOf(recorded, HelperOf(recording));
  const transfer::TransferReport done = Transfer(request, replay.environment());
  RequireNoFlaw(replay);
  report.text = TransferText(request, done, style);
  report.json = TransferJson(request, done);
  report.verdict = VerdictOf(done);
  report.not_recorded = replay.not_recorded();
  if (arguments.fidelity) {
    report.fidelity = CompareWithSimulation(recording, arguments.profile,
                                            [&recorded](Environment& environment, const OpenHelper& open_helper) {
                                              Transfer(RequestOf(recorded, open_helper), environment);
                                            });
  }
  if (done.result == intercept::kNotRecorded) return ExitCode::kCouldNotRun;
  return done.Succeeded() ? ExitCode::kFine : ExitCode::kFinding;
}

ExitCode Run(const ReplayArguments& arguments) {
  if (!arguments.profile.empty() && !arguments.fidelity) {
    throw Refusal(ExitCode::kWrongUsage, "--profile says which Windows is simulated: add --fidelity");
  }
  try {
    const Recording recording = Load(arguments.file);
    ReplayReport report;
    report.file = arguments.file;
    report.recording = &recording;
    const auto output = arguments.report.Open();
    const TextStyle style = arguments.report.format == "text" ? StyleFor(*output) : TextStyle();
    ExitCode code = ExitCode::kFine;
    if (recording.program.command == "check") {
      code = ReplayCheck(recording, report, style, arguments);
    } else if (recording.program.command == "transfer") {
      code = ReplayTransfer(recording, report, style, arguments);
    } else {
      Refuse(arguments.file, fmt::format("records \"{}\", and there is nothing to replay but check and transfer",
                                         recording.program.command));
    }
    if (!recording.closed) {
      WriteText(Stream::kError, fmt::format("bitsdoctor: {}: was not closed: the program that wrote it ended early; "
                                            "what it did afterwards is unknown\n",
                                            arguments.file));
    }
    output->Write(arguments.report.IsJson()           ? JsonText(ReplayJson(report))
                  : arguments.report.format == "html" ? ReplayHtml(report)
                                                      : ReplayText(report, style));
    const bool other_verdict = !recording.verdict.is_null() && !report.HasSameVerdict();
    const bool unexplained = report.fidelity && report.fidelity->HasUnexplained();
    return code == ExitCode::kFine && (other_verdict || unexplained) ? ExitCode::kFinding : code;
  } catch (const RecordingError& error) {
    Refuse(arguments.file, error.what());
  }
}

}  // namespace

void AddReplayCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<ReplayArguments>();
  CLI::App& command = *app.add_subcommand("replay", "Repeat a recorded check or transfer, from the recording alone");
  command.add_option("FILE", arguments->file, "What --record wrote")->required();
  command.add_flag("--fidelity", arguments->fidelity, "Compare each call with the simulation");
  std::vector<std::string> profiles;
  for (const rules::WindowsProfile& profile : rules::WindowsProfiles()) profiles.emplace_back(profile.name);
  command
      .add_option("--profile", arguments->profile,
                  fmt::format("The simulated Windows: {}; the one nearest to the recorded by default",
                              fmt::join(profiles, ", ")))
      ->type_name("NAME")
      ->check(CLI::IsMember(profiles).description(""));
  arguments->report.AddTo(command, {"text", "json", "html"});
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
