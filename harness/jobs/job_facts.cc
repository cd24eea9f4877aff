#include "harness/jobs/job_facts.h"

#include <utility>

#include <fmt/format.h>

#include "harness/api/bits_token_options.h"
#include "harness/explain/error_catalogue.h"

namespace bits::jobs {
namespace {

template <class T>
std::optional<T> Known(Result<T> result) {
  if (!result) return std::nullopt;
  return std::move(*result);
}

std::string AccountOf(LogonApi& logon, const std::optional<std::string>& sid) {
  if (!sid) return "";
  const Result<AccountName> account = logon.LookupAccountSid(*sid);
  if (!account) return "";
  return account->domain.empty() ? account->name : fmt::format("{}\\{}", account->domain, account->name);
}

std::optional<std::vector<JobFileFacts>> FilesOf(BackgroundCopyJob& job) {
  constexpr std::uint32_t kPortion = 64;
  const auto entries = job.EnumFiles();
  if (!entries) return std::nullopt;
  std::vector<JobFileFacts> files;
  for (;;) {
    const auto portion = (*entries)->Next(kPortion);
    if (!portion) return std::nullopt;
    for (const auto& file : *portion) {
      Result<std::string> remote = file->GetRemoteName();
      Result<std::string> local = file->GetLocalName();
      if (!remote || !local) return std::nullopt;
      files.push_back({std::move(*remote), std::move(*local), Known(file->GetProgress())});
    }
    if (portion->size() < kPortion) return files;
  }
}

std::optional<JobFault> FaultOf(BackgroundCopyJob& job) {
  const auto error = job.GetError();
  // The service knows of an error and gives no reason: that is what it then says of itself.
  if (!error) return JobFault{ErrorContext::kUnknown, error.error(), ""};
  const Result<JobError> what = (*error)->GetError();
  if (!what) return JobFault{ErrorContext::kUnknown, what.error(), ""};
  JobFault fault{what->context, what->code, ""};
  if (const auto file = (*error)->GetFile()) fault.remote_name = (*file)->GetRemoteName().value_or("");
  return fault;
}

void ReadHelper(LogonApi& logon, BackgroundCopyJob& job, JobFacts& facts) {
  const auto options = Query<BitsTokenOptions>(job);
  facts.token_options = HResultOf(options);
  if (!options) return;
  const Result<std::optional<std::string>> sid = (*options)->GetHelperTokenSid();
  facts.token_options = HResultOf(sid);
  if (sid) facts.helper_sid = *sid;
  facts.helper = AccountOf(logon, facts.helper_sid);
  facts.helper_flags = Known((*options)->GetHelperTokenFlags());
}

bool HasFault(JobState state) { return state == JobState::kError || state == JobState::kTransientError; }

// Whose turn it is: the owner by name, where it is known.
std::string OwnerOf(const JobFacts& job) {
  if (!job.owner.empty()) return fmt::format("its owner {}", job.owner);
  return job.owner_sid ? fmt::format("its owner {}", *job.owner_sid) : "its owner";
}

std::string TokenFix(const JobFacts& job) {
  return fmt::format(
      "As {}, logged on: impersonate the helper, call SetHelperToken on the job, revert, then Resume. Or go on without "
      "a helper token: bitsadmin /sethelpertokenflags {} 0, then bitsadmin /resume {}. All causes: bitsdoctor explain "
      "BG_E_TOKEN_REQUIRED",
      OwnerOf(job), ToString(job.id), ToString(job.id));
}

}  // namespace

Maker MakerOf(Machine& machine, const JobMark& mark) {
  const Result<std::optional<FileTime>> start = machine.GetProcessStart(mark.process.id);
  if (!start) return Maker::kUnknown;
  // Another process runs under the same id when the start is another.
  return *start == mark.process.started ? Maker::kRuns : Maker::kEnded;
}

Result<JobFacts> ReadJob(Environment& environment, BackgroundCopyJob& job) {
  const Result<Guid> id = job.GetId();
  if (!id) return Failure(id.error());
  const Result<JobState> state = job.GetState();
  if (!state) return Failure(state.error());
  JobFacts facts;
  facts.id = *id;
  facts.state = *state;
  facts.display_name = job.GetDisplayName().value_or("");
  facts.description = job.GetDescription().value_or("");
  facts.type = Known(job.GetType());
  facts.priority = Known(job.GetPriority());
  facts.owner_sid = Known(job.GetOwner());
  facts.owner = AccountOf(environment.logon(), facts.owner_sid);
  facts.times = Known(job.GetTimes());
  facts.progress = Known(job.GetProgress());
  facts.error_count = Known(job.GetErrorCount());
  if (HasFault(*state)) facts.fault = FaultOf(job);
  facts.files = FilesOf(job);
  ReadHelper(environment.logon(), job, facts);
  facts.mark = ReadDisplayName(facts.display_name);
  if (facts.mark) {
    facts.staged_file = ReadDescription(*facts.mark, facts.description);
    facts.maker = MakerOf(environment.machine(), *facts.mark);
  }
  return facts;
}

JobHint HintFor(const JobFacts& job) {
  if (job.fault && job.fault->code == "BG_E_TOKEN_REQUIRED"_hr) {
    return {
        "The job needs its helper token, and BITS has none: its owner logged off, the service was restarted, or it "
        "was never set.",
        TokenFix(job)};
  }
  if (job.fault) {
    const ErrorEntry* entry = FindEntry(job.fault->code);
    if (entry == nullptr) {
      return {"The catalogue has no entry for this code.", "bitsdoctor explain " + ToHex(job.fault->code)};
    }
    const std::string more = fmt::format("All causes: bitsdoctor explain {}", ToHex(job.fault->code));
    if (entry->Remedies().empty()) return {std::string(entry->meaning), more};
    const Remedy& likeliest = entry->Remedies().front();
    return {fmt::format("{} Most likely: {}", entry->meaning, likeliest.cause),
            fmt::format("{} {}", likeliest.fix, more)};
  }
  const bool needs_token = job.token_options.Succeeded() && job.helper_flags.value_or(0) != 0 && !job.helper_sid;
  if (needs_token && !IsFinal(job.state) && job.state != JobState::kTransferred) {
    return {"The job is to use a helper token, and has none: it will stop with BG_E_TOKEN_REQUIRED.", TokenFix(job)};
  }
  if (job.IsOrphan()) {
    return {"The bitsdoctor that made this job was ended before it could clean up.",
            "bitsdoctor sweep --dry-run, then bitsdoctor sweep"};
  }
  return {};
}

}  // namespace bits::jobs
