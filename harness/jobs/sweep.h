// Ending what bitsdoctor left behind when it was killed.
//
// A job is swept when its display name bears the mark, the process in the mark has ended, and every file that it holds
// is the one that its description names. Nothing is done to any other job, and no other file is deleted: not even by
// Cancel, which on some systems deletes a destination that existed before.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/jobs/job_facts.h"
#include "harness/jobs/queue.h"

namespace bits::jobs {

struct SweepOptions {
  QueueOptions queue;
  bool dry_run = false;
  std::optional<std::chrono::seconds> older_than;
};

enum class SweepOutcome {
  kSwept,         // the job is cancelled, its file gone or never made
  kFound,         // a dry run: it would be
  kFailed,        // it could not be
  kUndetermined,  // left alone: whether its process runs cannot be told
  kForeignFile,   // left alone: it holds, or names, what is not ours
  kInUse,         // left alone: its process runs
  kTooYoung,      // left alone: not older than asked for
};

struct SweptJob {
  JobFacts job;  // as it was before
  SweepOutcome outcome = SweepOutcome::kFound;
  HResult result;      // of the call that failed
  std::string detail;  // what was done, or why nothing was
};

struct SweepReport {
  bool dry_run = false;
  std::vector<SweptJob> jobs;  // those with a mark
  std::size_t others = 0;      // jobs in the queue without one

  std::size_t Count(SweepOutcome outcome) const;
  // Whether something is there that should not be.
  bool HasFinding() const;
};

// A file that an orphan of another user's left is not deleted: what its description says is that user's word.
Attempt<SweepReport> Sweep(Environment& environment, const SweepOptions& options);

}  // namespace bits::jobs

template <>
struct bits::EnumNames<bits::jobs::SweepOutcome> {
  using Outcome = bits::jobs::SweepOutcome;
  static constexpr EnumName<Outcome> kNames[] = {
      {Outcome::kSwept, "swept"},
      {Outcome::kFound, "found"},
      {Outcome::kFailed, "failed"},
      {Outcome::kUndetermined, "undetermined"},
      {Outcome::kForeignFile, "foreign-file"},
      {Outcome::kInUse, "in-use"},
      {Outcome::kTooYoung, "too-young"},
  };
};
