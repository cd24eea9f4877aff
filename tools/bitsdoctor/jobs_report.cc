#include "tools/bitsdoctor/jobs_report.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "harness/explain/explain.h"
#include "tools/bitsdoctor/exit_code.h"
#include "tools/bitsdoctor/text_layout.h"

namespace bits::doctor {
namespace {

using intercept::Json;
using jobs::JobFacts;

constexpr int kIndent = 6;

// "2026-11-26T21:13:58Z".
std::string UtcText(FileTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::string AccountText(const std::optional<std::string>& sid, const std::string& account) {
  if (!sid) return "";
  return account.empty() ? *sid : fmt::format("{} ({})", account, *sid);
}

std::string FlagsText(std::uint32_t flags) {
  std::string text;
  const auto add = [&text](std::string_view name) { text += (text.empty() ? "" : ", ") + std::string(name); };
  if ((flags & HelperTokenFlags::kLocalFile) != 0) add("local-file");
  if ((flags & HelperTokenFlags::kNetwork) != 0) add("network");
  const std::uint32_t others = flags & ~(HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork);
  if (others != 0) add(fmt::format("0x{:X}", others));
  return text.empty() ? "none" : text;
}

std::string HelperText(const JobFacts& job) {
  // Neither a token nor a use for one, or a service that has none.
  if (job.token_options == "E_NOINTERFACE"_hr) return "";
  if (job.token_options.Failed()) return fmt::format("cannot be read ({})", ToString(job.token_options));
  if (!job.helper_sid && job.helper_flags.value_or(0) == 0) return "";
  return fmt::format("{}; flags {}", job.helper_sid ? AccountText(job.helper_sid, job.helper) : "none",
                     job.helper_flags ? FlagsText(*job.helper_flags) : "unknown");
}

std::string ProgressText(const JobProgress& progress) {
  return fmt::format("{} of {} files, {} of {} bytes", progress.files_transferred, progress.files_total,
                     Grouped(progress.bytes_transferred),
                     progress.bytes_total ? Grouped(*progress.bytes_total) : "an unknown number of");
}

std::string FaultText(const jobs::JobFault& fault) {
  std::string text = fmt::format("{} in context {}", ToString(fault.code), ToString(fault.context));
  if (!fault.remote_name.empty()) text += " for " + fault.remote_name;
  return text;
}

template <class T>
std::string NameOrNothing(const std::optional<T>& value) {
  return value ? ToString(*value) : "";
}

std::string Details(const JobFacts& job, const TextStyle& style) {
  std::string text = Field("type", NameOrNothing(job.type), kIndent, style.width);
  text += Field("priority", NameOrNothing(job.priority), kIndent, style.width);
  text += Field("description", job.description, kIndent, style.width);
  if (job.times) {
    text += Field("created", UtcText(job.times->creation_time), kIndent, style.width);
    text += Field("modified", UtcText(job.times->modification_time), kIndent, style.width);
  }
  if (job.error_count) text += Field("interruptions", std::to_string(*job.error_count), kIndent, style.width);
  if (!job.files) return text + Field("files", "cannot be listed", kIndent, style.width);
  for (const jobs::JobFileFacts& file : *job.files) {
    text += Field("file", fmt::format("{} -> {}", file.remote_name, file.local_name), kIndent, style.width);
  }
  return text;
}

Colour ColourOf(JobState state) {
  if (state == JobState::kError) return Colour::kRed;
  return state == JobState::kTransientError ? Colour::kYellow : Colour::kNone;
}

Json TimeJson(FileTime time) { return Json(UtcText(time)); }

}  // namespace

void RefuseQueue(const jobs::FailedCall& failed, bool all_users) {
  if (all_users && failed.result == "E_ACCESSDENIED"_hr) {
    throw Refusal(ExitCode::kCouldNotRun,
                  fmt::format("--all-users: {} refuses ({}): the jobs of all users are for administrators; run this "
                              "elevated, or leave the option out",
                              failed.call, ToString(failed.result)));
  }
  throw Refusal(ExitCode::kCouldNotRun, fmt::format("{} failed with {}: {} What is wrong: bitsdoctor check",
                                                    failed.call, ToString(failed.result), Meaning(failed.result)));
}

std::string Field(std::string_view name, std::string_view text, int indent, int width) {
  if (text.empty()) return "";
  const std::string label = name.empty() ? "" : fmt::format("{}: ", name);
  return fmt::format("{:{}}{}{}\n", "", indent, label, Wrap(text, indent + static_cast<int>(label.size()), width));
}

std::string MarkText(const JobFacts& job) {
  if (!job.mark) return "";
  static constexpr std::string_view kWords[] = {"which runs", "which has ended", "which may not be looked at"};
  return fmt::format("{} of process {}, {}, made {}", ToString(job.mark->purpose), job.mark->process.id,
                     kWords[static_cast<std::size_t>(job.maker)], UtcText(job.mark->created));
}

std::string JobText(const JobFacts& job, bool detailed, const TextStyle& style) {
  std::string text = fmt::format("{}  {}  {}\n", ToString(job.id),
                                 Paint(ToString(job.state), ColourOf(job.state), style.colour), job.display_name);
  text += Field("owner", AccountText(job.owner_sid, job.owner), kIndent, style.width);
  if (detailed) text += Details(job, style);
  if (job.progress) text += Field("progress", ProgressText(*job.progress), kIndent, style.width);
  text += Field("helper token", HelperText(job), kIndent, style.width);
  text += Field("bitsdoctor", MarkText(job), kIndent, style.width);
  if (detailed && job.staged_file) text += Field("staged file", *job.staged_file, kIndent, style.width);
  if (job.fault) text += Field("error", FaultText(*job.fault), kIndent, style.width);
  const jobs::JobHint hint = HintFor(job);
  text += Field("cause", hint.cause, kIndent, style.width);
  return text + Field("fix", hint.fix, kIndent, style.width);
}

std::string JobsSummary(std::span<const JobFacts> jobs) {
  const auto errors = std::ranges::count(jobs, JobState::kError, &JobFacts::state);
  const auto orphans = std::ranges::count_if(jobs, &JobFacts::IsOrphan);
  return fmt::format("{} job{}: {} in ERROR, {} left behind by bitsdoctor\n", jobs.size(), jobs.size() == 1 ? "" : "s",
                     errors, orphans);
}

Json JobJson(const JobFacts& job) {
  const jobs::JobHint hint = HintFor(job);
  Json json = {{"id", ToString(job.id)},
               {"display_name", job.display_name},
               {"description", job.description},
               {"state", ToString(job.state)},
               {"type", intercept::ToJson(job.type)},
               {"priority", intercept::ToJson(job.priority)},
               {"owner_sid", intercept::ToJson(job.owner_sid)},
               {"owner", job.owner},
               {"created", nullptr},
               {"modified", nullptr},
               {"progress", intercept::ToJson(job.progress)},
               {"error_count", intercept::ToJson(job.error_count)},
               {"error", nullptr},
               {"helper_token", nullptr},
               {"files", nullptr},
               {"bitsdoctor", nullptr},
               {"cause", hint.cause},
               {"fix", hint.fix}};
  if (job.times) {
    json["created"] = TimeJson(job.times->creation_time);
    json["modified"] = TimeJson(job.times->modification_time);
  }
  if (job.fault) {
    json["error"] = {{"hresult", ToHex(job.fault->code)},
                     {"name", NameOf(job.fault->code)},
                     {"context", ToString(job.fault->context)},
                     {"remote_name", job.fault->remote_name}};
  }
  json["helper_token"] = {{"hresult", ToHex(job.token_options)},
                          {"sid", intercept::ToJson(job.helper_sid)},
                          {"account", job.helper},
                          {"flags", job.helper_flags ? Json(FlagsText(*job.helper_flags)) : Json()}};
  if (job.files) {
    json["files"] = Json::array();
    for (const jobs::JobFileFacts& file : *job.files) {
      json["files"].push_back({{"remote_name", file.remote_name},
                               {"local_name", file.local_name},
                               {"progress", intercept::ToJson(file.progress)}});
    }
  }
  if (job.mark) {
    json["bitsdoctor"] = {{"purpose", ToString(job.mark->purpose)},
                          {"process_id", job.mark->process.id},
                          {"process_started", TimeJson(job.mark->process.started)},
                          {"created", TimeJson(job.mark->created)},
                          {"process", ToString(job.maker)},
                          {"orphan", job.IsOrphan()},
                          {"staged_file", intercept::ToJson(job.staged_file)}};
  }
  return json;
}

Json JobsJson(std::span<const JobFacts> jobs, bool all_users) {
  Json list = Json::array();
  for (const JobFacts& job : jobs) list.push_back(JobJson(job));
  return {{"schema", "bitsdoctor/jobs/1"}, {"all_users", all_users}, {"jobs", list}};
}

}  // namespace bits::doctor
