// bitsdoctor sweep: ends what a bitsdoctor left behind that was killed.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "harness/jobs/sweep.h"
#include "tools/bitsdoctor/backend.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/jobs_report.h"
#include "tools/bitsdoctor/output_style.h"
#include "tools/bitsdoctor/sweep_report.h"

namespace bits::doctor {
namespace {

struct SweepArguments {
  bool dry_run = false;
  bool all_users = false;
  std::string older_than;
  ReportOptions report;
  BackendOptions backend;
  ComOptions com{ApartmentType::kMultiThreaded, {}};
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor sweep --dry-run
  bitsdoctor sweep
  bitsdoctor sweep --all-users --older-than 1d --format json --output swept.json
  bitsdoctor sweep --backend sim --dry-run

A job is swept when its name bears bitsdoctor's mark, the process in the mark has ended, and it holds no file but the
one that the mark names, FILE.xxxxxxxx.partial. Every other job and file is left alone.

Exit code: 0 nothing was there, or all is swept; 1 something is there (--dry-run), or could not be swept; 2 wrong usage,
3 could not run.
)";

// "90s", "30m", "12h", "7d".
std::chrono::seconds ParseAge(const std::string& text) {
  struct Unit {
    char letter;
    std::uint32_t seconds;
  };
  static constexpr Unit kUnits[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86'400}};
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  for (const Unit& unit : kUnits) {
    if (read.ec == std::errc() && read.ptr + 1 == end && *read.ptr == unit.letter) {
      return std::chrono::seconds(std::int64_t{number} * unit.seconds);
    }
  }
  throw Refusal(ExitCode::kWrongUsage,
                fmt::format("--older-than {}: give a number and its unit, s, m, h or d: 90s, 12h", text));
}

ExitCode Run(const SweepArguments& arguments) {
  jobs::SweepOptions options;
  options.dry_run = arguments.dry_run;
  if (!arguments.older_than.empty()) options.older_than = ParseAge(arguments.older_than);
  options.queue.all_users = arguments.all_users;
  options.queue.apartment = arguments.com.apartment;
  options.queue.security = arguments.com.security;
  Backend backend(arguments.backend);
  const auto output = arguments.report.Open();
  const auto report = jobs::Sweep(backend.environment(), options);
  if (!report) RefuseQueue(report.error(), arguments.all_users);
  output->Write(arguments.report.IsJson() ? JsonText(SweepJson(*report)) : SweepText(*report, StyleFor(*output)));
  return report->HasFinding() ? ExitCode::kFinding : ExitCode::kFine;
}

}  // namespace

void AddSweepCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<SweepArguments>();
  CLI::App& command =
      *app.add_subcommand("sweep", "End the jobs, and delete the files, of a bitsdoctor that was killed");
  command.add_flag("--dry-run", arguments->dry_run, "Only show what would be done");
  command.add_flag("--all-users", arguments->all_users, "Jobs of every user; for administrators");
  command
      .add_option("--older-than", arguments->older_than, "Leave jobs alone that were made less than this ago: 90s, 12h")
      ->type_name("AGE");
  arguments->com.AddTo(command);
  arguments->report.AddTo(command);
  arguments->backend.AddTo(command);
  arguments->backend.with_jobs = true;
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
