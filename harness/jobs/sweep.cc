#include "harness/jobs/sweep.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/api/ascii_case.h"
#include "harness/api/scoped_job.h"

namespace bits::jobs {
namespace {

// What of the job is not ours; empty when all of it is.
std::string ForeignPartOf(const JobFacts& job) {
  if (!job.files) return "its files cannot be listed";
  if (!job.staged_file && !job.description.empty()) return "its description is not the one of its mark";
  if (job.staged_file && !IsStagedFile(*job.staged_file)) return *job.staged_file + " is no name of a staged file";
  for (const JobFileFacts& file : *job.files) {
    if (!job.staged_file || !EqualsIgnoringCase(file.local_name, *job.staged_file)) {
      return fmt::format("it holds {}, which its mark does not name", file.local_name);
    }
  }
  return "";
}

SweptJob Unreadable(std::string name, const JobMark& mark, HResult result) {
  SweptJob job;
  job.job.display_name = std::move(name);
  job.job.mark = mark;
  job.outcome = SweepOutcome::kUndetermined;
  job.result = result;
  job.detail = fmt::format("it cannot be read ({})", ToString(result));
  return job;
}

class Sweeper {
 public:
  Sweeper(Environment& environment, const SweepOptions& options)
      : environment_(environment), options_(options), now_(environment.clock().SystemNow()) {}

  // The job is released.
  SweptJob Take(std::unique_ptr<BackgroundCopyJob> job, JobFacts facts) {
    SweptJob swept;
    swept.job = std::move(facts);
    const JobMark& mark = *swept.job.mark;
    if (swept.job.maker == Maker::kRuns) {
      return Leave(swept, SweepOutcome::kInUse, fmt::format("its process {} runs", mark.process.id));
    }
    if (swept.job.maker == Maker::kUnknown) {
      return Leave(swept, SweepOutcome::kUndetermined,
                   fmt::format("process {} may not be looked at: run this elevated", mark.process.id));
    }
    if (options_.older_than && now_ - mark.created < *options_.older_than) {
      return Leave(swept, SweepOutcome::kTooYoung, "it is not that old");
    }
    if (std::string foreign = ForeignPartOf(swept.job); !foreign.empty()) {
      return Leave(swept, SweepOutcome::kForeignFile, foreign + ": cancel it by hand if it is not needed");
    }
    if (options_.dry_run) {
      return Leave(swept, SweepOutcome::kFound, fmt::format("process {} has ended", mark.process.id));
    }
    End(std::move(job), swept);
    return swept;
  }

 private:
  static SweptJob Leave(SweptJob& swept, SweepOutcome outcome, std::string why) {
    swept.outcome = outcome;
    swept.detail = std::move(why);
    return std::move(swept);
  }

  // A job that only tells of a file stays until that is gone, so that a sweep which is killed, or which may not delete
  // it, can be done again. A transfer's own job is gone before its file has that name: what there was until then the
  // service deletes with the job. So it is looked for, in case a service does not, but is not missed.
  void End(std::unique_ptr<BackgroundCopyJob> job, SweptJob& swept) {
    swept.outcome = SweepOutcome::kFailed;
    const bool tells_of_file = swept.job.mark->purpose == JobPurpose::kStagedFile;
    if (tells_of_file) {
      const StagedFile file = RemoveFile(swept);
      if (file == StagedFile::kUnknown)
        Say(swept, "see to it as somebody who may, and sweep elevated with --all-users");
      if (file != StagedFile::kGone) return;
    }
    swept.result = ScopedJob(std::move(job)).Abandon();
    if (swept.result.Failed()) {
      Say(swept, fmt::format("the job could not be cancelled ({})", ToString(swept.result)));
      return;
    }
    Say(swept, swept.result == "BG_S_UNABLE_TO_DELETE_FILES"_hr
                   ? "the job is cancelled (BITS reports temporary files that it could not delete)"
                   : "the job is cancelled");
    if (!tells_of_file && RemoveFile(swept) == StagedFile::kThere) return;
    swept.outcome = SweepOutcome::kSwept;
    swept.result = HResult();
  }

  enum class StagedFile { kGone, kThere, kUnknown };

  StagedFile RemoveFile(SweptJob& swept) {
    if (!swept.job.staged_file) return StagedFile::kGone;
    const std::string& path = *swept.job.staged_file;
    FileSystem& files = environment_.files();
    const bool own = IsOwn(swept.job);
    if (own) {
      const HResult removed = files.Remove(path);
      if (removed == "ERROR_PATH_NOT_FOUND"_hr || removed == "S_FALSE"_hr) return StagedFile::kGone;
      if (removed.Succeeded()) {
        Say(swept, fmt::format("{} is deleted", path));
        return StagedFile::kGone;
      }
      swept.result = removed;
    }
    const Result<std::optional<std::uint64_t>> size = files.GetFileSize(path);
    if (size && !size->has_value()) return StagedFile::kGone;
    if (!own) swept.result = size ? "E_ACCESSDENIED"_hr : size.error();
    if (!size) {
      Say(swept, fmt::format("whether {} is there cannot be told ({})", path, ToString(size.error())));
      return StagedFile::kUnknown;
    }
    Say(swept, own ? fmt::format("{} could not be deleted ({})", path, ToString(swept.result))
                   : fmt::format("{} is another user's: sweep as {}", path,
                                 swept.job.owner.empty() ? *swept.job.owner_sid : swept.job.owner));
    return StagedFile::kThere;
  }

  // A service that does not tell owners has one user's jobs.
  bool IsOwn(const JobFacts& job) {
    if (!own_sid_) {
      LogonApi& logon = environment_.logon();
      const Result<Token> token = logon.OpenProcessToken(TokenAccess::kQuery);
      const Result<TokenFacts> facts = token ? logon.GetTokenFacts(*token) : Failure(token.error());
      own_sid_ = facts ? facts->user.sid : "";
    }
    return !job.owner_sid || *job.owner_sid == *own_sid_;
  }

  static void Say(SweptJob& swept, std::string_view words) {
    if (!swept.detail.empty()) swept.detail += "; ";
    swept.detail += words;
  }

  Environment& environment_;
  const SweepOptions& options_;
  const std::chrono::system_clock::time_point now_;
  std::optional<std::string> own_sid_;
};

}  // namespace

std::size_t SweepReport::Count(SweepOutcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(jobs, outcome, &SweptJob::outcome));
}

bool SweepReport::HasFinding() const {
  constexpr SweepOutcome kFindings[] = {SweepOutcome::kFound, SweepOutcome::kFailed, SweepOutcome::kUndetermined,
                                        SweepOutcome::kForeignFile};
  return std::ranges::any_of(kFindings, [this](SweepOutcome outcome) { return Count(outcome) != 0; });
}

Attempt<SweepReport> Sweep(Environment& environment, const SweepOptions& options) {
  Attempt<Queue> queue = Queue::Open(environment, options.queue);
  if (!queue) return tl::unexpected(queue.error());
  auto jobs = queue->Jobs();
  if (!jobs) return tl::unexpected(jobs.error());
  SweepReport report;
  report.dry_run = options.dry_run;
  Sweeper sweeper(environment, options);
  for (std::unique_ptr<BackgroundCopyJob>& job : *jobs) {
    // The mark first: of other jobs nothing needs to be known.
    const Result<std::string> name = job->GetDisplayName();
    const std::optional<JobMark> mark = name ? ReadDisplayName(*name) : std::nullopt;
    if (!mark) {
      ++report.others;
      continue;
    }
    Result<JobFacts> facts = ReadJob(environment, *job);
    if (!facts) {
      report.jobs.push_back(Unreadable(*name, *mark, facts.error()));
    } else if (!IsFinal(facts->state)) {  // one that has ended may still be listed
      report.jobs.push_back(sweeper.Take(std::move(job), std::move(*facts)));
    }
  }
  return report;
}

}  // namespace bits::jobs
