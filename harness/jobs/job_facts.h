// Everything that a job in the queue tells of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/api/environment.h"
#include "harness/jobs/job_mark.h"

namespace bits::jobs {

// What became of the process that made a marked job. kUnknown: it may not be looked at.
enum class Maker { kRuns, kEnded, kUnknown };

Maker MakerOf(Machine& machine, const JobMark& mark);

struct JobFileFacts {
  std::string remote_name;
  std::string local_name;
  std::optional<FileProgress> progress;
};

// Why a job is in ERROR or TRANSIENT_ERROR.
struct JobFault {
  ErrorContext context = ErrorContext::kNone;
  HResult code;
  std::string remote_name;  // of the file at fault; may be empty
};

// What the service does not tell, or not to this caller, is absent.
struct JobFacts {
  Guid id;
  JobState state = JobState::kSuspended;
  std::string display_name;
  std::string description;
  std::optional<JobType> type;
  std::optional<JobPriority> priority;
  std::optional<std::string> owner_sid;
  std::string owner;  // the account's name; empty where it has none
  std::optional<JobTimes> times;
  std::optional<JobProgress> progress;
  std::optional<std::uint32_t> error_count;
  std::optional<JobFault> fault;  // in ERROR and TRANSIENT_ERROR
  std::optional<std::vector<JobFileFacts>> files;

  HResult token_options;  // S_OK, or why nothing is known of the helper token: E_NOINTERFACE, E_ACCESSDENIED
  std::optional<std::string> helper_sid;
  std::string helper;                         // the account's name
  std::optional<std::uint32_t> helper_flags;  // HelperTokenFlags

  // Of a job of this project's.
  std::optional<JobMark> mark;
  std::optional<std::string> staged_file;
  Maker maker = Maker::kUnknown;

  bool IsOrphan() const { return mark && maker == Maker::kEnded; }
};

// Fails as GetId and GetState do; every other call that fails leaves its facts absent.
Result<JobFacts> ReadJob(Environment& environment, BackgroundCopyJob& job);

// What is wrong with a job, and what to do; both empty for one that is all right.
struct JobHint {
  std::string cause;
  std::string fix;
};

// Of an error, of a helper token that is missing, and of an orphan, in this order.
JobHint HintFor(const JobFacts& job);

}  // namespace bits::jobs

template <>
struct bits::EnumNames<bits::jobs::Maker> {
  using Maker = bits::jobs::Maker;
  static constexpr EnumName<Maker> kNames[] = {
      {Maker::kRuns, "runs"}, {Maker::kEnded, "ended"}, {Maker::kUnknown, "unknown"}};
};
