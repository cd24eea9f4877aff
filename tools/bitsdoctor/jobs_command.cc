// bitsdoctor jobs: what is in BITS' queue, what is wrong with it, and what to do.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "harness/jobs/job_facts.h"
#include "harness/jobs/queue.h"
#include "tools/bitsdoctor/backend.h"
#include "tools/bitsdoctor/command.h"
#include "tools/bitsdoctor/jobs_report.h"
#include "tools/bitsdoctor/output_style.h"

namespace bits::doctor {
namespace {

struct JobsArguments {
  bool all_users = false;
  std::string job;
  ReportOptions report;
  BackendOptions backend;
  ComOptions com{ApartmentType::kMultiThreaded, {}};
};

constexpr char kExamples[] = R"(Examples:
  bitsdoctor jobs
  bitsdoctor jobs --all-users --format json --output jobs.json
  bitsdoctor jobs --job {4991D34B-80A1-4291-83B6-3328366B9097}
  bitsdoctor jobs --backend sim --profile win10-1607 --as admin-elevated --all-users

Exit code: 0 no job is in ERROR, 1 one is, 2 wrong usage, 3 could not run.
)";

// A job that has ended, or gone since it was listed, is none.
std::vector<jobs::JobFacts> ReadAll(Environment& environment, jobs::Queue& queue, bool all_users) {
  const auto listed = queue.Jobs();
  if (!listed) RefuseQueue(listed.error(), all_users);
  std::vector<jobs::JobFacts> found;
  for (const auto& job : *listed) {
    Result<jobs::JobFacts> facts = jobs::ReadJob(environment, *job);
    if (facts && !IsFinal(facts->state)) found.push_back(std::move(*facts));
  }
  return found;
}

jobs::JobFacts ReadOne(Environment& environment, jobs::Queue& queue, const Guid& id) {
  const auto job = queue.Job(id);
  const Result<jobs::JobFacts> facts = job ? jobs::ReadJob(environment, **job) : Failure(job.error().result);
  if (facts) return *facts;
  throw Refusal(ExitCode::kCouldNotRun,
                facts.error() == "BG_E_NOT_FOUND"_hr
                    ? fmt::format("--job {}: there is no such job; bitsdoctor jobs lists them", ToString(id))
                    : fmt::format("--job {}: the job cannot be read ({}); run this as its owner, or elevated",
                                  ToString(id), ToString(facts.error())));
}

ExitCode Run(const JobsArguments& arguments) {
  const std::optional<Guid> id = ParseGuid(arguments.job);
  if (!arguments.job.empty() && !id) {
    throw Refusal(ExitCode::kWrongUsage,
                  fmt::format("--job {}: a job's id is a GUID; bitsdoctor jobs lists them", arguments.job));
  }
  Backend backend(arguments.backend);
  Environment& environment = backend.environment();
  const auto output = arguments.report.Open();
  jobs::QueueOptions options;
  options.all_users = arguments.all_users;
  options.apartment = arguments.com.apartment;
  options.security = arguments.com.security;
  auto queue = jobs::Queue::Open(environment, options);
  if (!queue) RefuseQueue(queue.error(), arguments.all_users);
  const std::vector<jobs::JobFacts> found =
      id ? std::vector{ReadOne(environment, *queue, *id)} : ReadAll(environment, *queue, arguments.all_users);
  if (arguments.report.IsJson()) {
    output->Write(JsonText(JobsJson(found, arguments.all_users)));
  } else {
    const TextStyle style = StyleFor(*output);
    std::string text;
    for (const jobs::JobFacts& job : found) text += JobText(job, id.has_value(), style);
    output->Write(text + (id ? "" : JobsSummary(found)));
  }
  const bool error = std::ranges::find(found, JobState::kError, &jobs::JobFacts::state) != found.end();
  return error ? ExitCode::kFinding : ExitCode::kFine;
}

}  // namespace

void AddJobsCommand(CLI::App& app, ExitCode& exit_code) {
  auto arguments = std::make_shared<JobsArguments>();
  CLI::App& command = *app.add_subcommand("jobs", "List the jobs in BITS' queue: state, owner, helper token, error");
  CLI::Option* all = command.add_flag("--all-users", arguments->all_users, "Jobs of every user; for administrators");
  command.add_option("--job", arguments->job, "All that is known of this job")->type_name("ID")->excludes(all);
  arguments->com.AddTo(command);
  arguments->report.AddTo(command);
  arguments->backend.AddTo(command);
  arguments->backend.with_jobs = true;
  command.footer(kExamples);
  command.callback([arguments, &exit_code] { exit_code = Run(*arguments); });
}

}  // namespace bits::doctor
