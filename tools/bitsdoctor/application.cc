#include "tools/bitsdoctor/application.h"

#include <algorithm>
#include <exception>
#include <new>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/platform.h"

namespace bits::doctor {
namespace {

constexpr AddCommand kCommands[] = {AddCheckCommand,  AddTransferCommand, AddExplainCommand, AddMatrixCommand,
                                    AddReplayCommand, AddJobsCommand,     AddSweepCommand};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor check                                        what works here, what does not, and the fix
  bitsdoctor transfer http://server/setup.msi setup.msi   download through BITS
  bitsdoctor explain 0x80200056                           what a code means for helper tokens
  bitsdoctor matrix --profile win10-1607 --owner user     what must happen, by the documented rules
  bitsdoctor jobs                                         what is in the queue, and what is wrong with it
  bitsdoctor sweep --dry-run                              what a bitsdoctor left behind that was killed
  bitsdoctor replay calls.jsonl --fidelity                a recorded check or transfer, once more, anywhere
  bitsdoctor COMMAND --help                               everything about one command

Exit code: 0 fine, 1 a finding, 2 wrong usage, 3 could not run.
)";

int Complain(ExitCode code, std::string_view sentence) {
  WriteText(Stream::kError, fmt::format("bitsdoctor: {}\n", sentence));
  return static_cast<int>(code);
}

bool HasCommand(const CLI::App& app, const std::string& name) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return std::ranges::any_of(commands, [&](const CLI::App* command) { return command->get_name() == name; });
}

int ReportParseError(CLI::App& app, const CLI::ParseError& error) {
  // Help and version are "errors" of CLI11's that end well.
  std::ostringstream out;
  std::ostringstream complaint;
  const int code = app.exit(error, out, complaint);
  if (code == 0) {
    WriteText(Stream::kOut, out.str());
    return static_cast<int>(ExitCode::kFine);
  }
  std::string sentence = error.what();
  std::ranges::replace(sentence, '\n', ' ');
  return Complain(ExitCode::kWrongUsage, fmt::format("{}; see bitsdoctor --help", sentence));
}

}  // namespace

int RefuseArgument(int position) {
  return Complain(ExitCode::kWrongUsage,
                  fmt::format("argument {} is not valid Unicode text; pass it as UTF-8", position));
}

int RunApplication(std::vector<std::string> arguments) {
  ExitCode exit_code = ExitCode::kFine;
  CLI::App app("Tells what is wrong with BITS and its helper tokens on this machine, why, and what to do.",
               "bitsdoctor");
  app.set_version_flag("--version", "bitsdoctor " BITS_VERSION);
  app.allow_windows_style_options(false);  // /dir/file is a path
  app.require_subcommand(1);
  app.footer(kExamples);
  for (const AddCommand add : kCommands) add(app, exit_code);
  if (!arguments.empty() && !arguments.front().starts_with("-") && !HasCommand(app, arguments.front())) {
    return Complain(ExitCode::kWrongUsage,
                    fmt::format("there is no command \"{}\"; bitsdoctor --help shows them all", arguments.front()));
  }
  try {
    std::ranges::reverse(arguments);  // as CLI11 wants a vector
    app.parse(std::move(arguments));
    return static_cast<int>(exit_code);
  } catch (const CLI::ParseError& error) {
    return ReportParseError(app, error);
  } catch (const Refusal& refusal) {
    return Complain(refusal.code(), refusal.what());
  } catch (const std::bad_alloc&) {
    return Complain(ExitCode::kCouldNotRun, "out of memory");
  } catch (const std::exception& error) {
    return Complain(ExitCode::kCouldNotRun, fmt::format("unexpected error: {}", error.what()));
  }
}

}  // namespace bits::doctor
