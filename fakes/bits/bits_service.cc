#include "fakes/bits/bits_service.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "fakes/bits/job_text.h"
#include "fakes/world/process.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestRemoteName = 2200;
constexpr std::size_t kLongestSegment = 260;
constexpr Time kInactivitySweep = std::chrono::hours(24);
constexpr std::string_view kServiceSidPrefix = "S-1-5-80-";

// Event ids of Microsoft-Windows-Bits-Client/Operational.
enum class Event : std::uint32_t { kCreated = 3, kCompleted = 4, kCancelled = 5 };

struct Scheme {
  std::string_view prefix;
};
constexpr Scheme kSchemes[] = {{"http://"}, {"https://"}, {"file://"}, {"\\\\"}};

bool IsDrivePath(std::string_view name) { return name.size() > 2 && name[1] == ':' && name[2] == '\\'; }

// A job keeps the SIDs of a Windows service since 1903 only [user-account-control-and-bits].
TokenPtr OwnerToken(const TokenPtr& token, const OsBuild& build) {
  const auto is_service_sid = [](const SidAndAttributes& group) { return group.sid.starts_with(kServiceSidPrefix); };
  if (build >= kWindows10_1903 || std::ranges::none_of(token->facts.groups, is_service_sid)) return token;
  TokenData copy = *token;
  std::erase_if(copy.facts.groups, is_service_sid);
  return MakeToken(std::move(copy));
}

}  // namespace

BitsService::BitsService(World& world) : world_(world), notifications_(*this), engine_(*this) {}

// --- the service itself

void BitsService::Start() {
  running_ = true;
  engine_.Schedule();
}

void BitsService::Stop() {
  running_ = false;
  ++generation_;
  engine_.HaltAll();
  for (const auto& [id, job] : jobs_) {
    job->helper.reset();  // decision D13f
    notifications_.Bury(std::move(job->callback));
    job->callback = nullptr;
    job->client = nullptr;
    if (job->IsMoving()) job->state = JobState::kQueued;
    if (job->state == JobState::kQueued) engine_.Enqueue(job);
  }
}

void BitsService::DropHelper(const JobPtr& job) {
  if (!job->helper) return;
  job->helper.reset();
  const bool unfinished = job->state == JobState::kQueued || job->IsMoving() || job->state == JobState::kTransientError;
  if (job->helper_flags == 0 || !unfinished) return;
  engine_.Halt(job);
  engine_.Fail(job, "BG_E_TOKEN_REQUIRED"_hr, ErrorContext::kGeneralQueueManager, false);
}

void BitsService::OnSessionsEnded() {
  std::vector<JobPtr> jobs;
  for (const auto& [id, job] : jobs_) jobs.push_back(job);
  for (const JobPtr& job : jobs) {
    const bool owner_gone = !world_.IsLoggedOn(*job->owner);
    if (job->helper && (owner_gone || job->helper->session->ended)) DropHelper(job);
    if (owner_gone && job->IsMoving()) {
      engine_.Halt(job);
      SetState(job, JobState::kQueued);
      engine_.Enqueue(job);
    }
  }
  engine_.Schedule();
}

std::vector<std::shared_ptr<BackgroundCopyCallback>> BitsService::ForgetClient(Process& client,
                                                                               std::unique_lock<std::mutex>& lock) {
  std::vector<std::shared_ptr<BackgroundCopyCallback>> callbacks;
  for (const auto& [id, job] : jobs_) {
    if (job->client != &client) continue;
    callbacks.push_back(std::move(job->callback));
    job->callback = nullptr;
    job->client = nullptr;
  }
  notifications_.WaitUntilQuiet(client, lock);
  return callbacks;
}

// --- the queue

std::uint64_t BitsService::Limit(std::string_view policy, std::uint64_t fallback) const {
  return world_.Policy(policy).value_or(fallback);
}

Result<JobPtr> BitsService::CreateJob(const Caller& caller, std::string_view display_name, JobType type) {
  if (Utf16Length(display_name) > kLongestName) return Failure("E_INVALIDARG"_hr);  // decision D4
  if (NameOf(type).empty()) return Failure("E_INVALIDARG"_hr);
  const TokenData& token = *caller.token;
  if (token.restricted) return Failure("E_ACCESSDENIED"_hr);
  if (!world_.IsLoggedOn(token)) return Failure("ERROR_NOT_LOGGED_ON"_hr);
  std::size_t& mine = jobs_by_owner_[token.sid()];
  if (!IsExempt(token)) {
    if (jobs_.size() >= Limit("MaxJobsPerMachine", 300)) return Failure("BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr);
    if (mine >= Limit("MaxJobsPerUser", 60)) return Failure("BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  }
  auto job = std::make_shared<Job>();
  ++last_id_;
  // Unlike enough to pass for random, and the same in every run.
  job->id.data1 = static_cast<std::uint32_t>(last_id_ * 0x9E3779B1U);
  job->id.data2 = 0xB175;
  job->id.data3 = 0x4000;
  job->id.data4 = {0x80,
                   0,
                   static_cast<std::uint8_t>(last_id_ >> 40U),
                   static_cast<std::uint8_t>(last_id_ >> 32U),
                   static_cast<std::uint8_t>(last_id_ >> 24U),
                   static_cast<std::uint8_t>(last_id_ >> 16U),
                   static_cast<std::uint8_t>(last_id_ >> 8U),
                   static_cast<std::uint8_t>(last_id_)};
  job->type = type;
  job->display_name = display_name;
  job->owner = OwnerToken(caller.token, world_.profile().build);
  job->creation_time = job->modification_time = world_.FileTimeNow();
  job->last_activity = world_.events().Now();
  if (sweep_ == EventQueue::kNone) PlanSweep();
  jobs_.emplace(job->id, job);
  ++mine;
  world_.Log(static_cast<std::uint32_t>(Event::kCreated), 4, "The BITS service created a new job.");
  return job;
}

JobPtr BitsService::Find(const Guid& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

std::vector<JobPtr> BitsService::List(const std::string* owner_sid) const {
  std::vector<JobPtr> jobs;
  if (owner_sid == nullptr) jobs.reserve(jobs_.size());
  for (const auto& [id, job] : jobs_) {
    if (owner_sid == nullptr || job->owner->sid() == *owner_sid) jobs.push_back(job);
  }
  return jobs;
}

Access BitsService::AccessTo(const TokenData& caller, const Job& job) const {
  const TokenData& owner = *job.owner;
  const bool is_owner = caller.sid() == owner.sid();
  if (!is_owner && !caller.administrator) return Access::kNone;
  if (is_owner && owner.elevated && !caller.elevated) {
    return world_.options().decisions.elevated_job_readable ? Access::kRead : Access::kNone;  // decision D9
  }
  if (caller.restricted || caller.integrity_rid < owner.integrity_rid) return Access::kRead;
  return Access::kModify;
}

void BitsService::PlanSweep() {
  sweep_ = world_.events().After(kInactivitySweep, [this] { SweepInactive(); });
}

void BitsService::SweepInactive() {
  sweep_ = EventQueue::kNone;
  const Time now = world_.events().Now();
  const Time limit = std::chrono::days(Limit("JobInactivityTimeout", 90));  // REG_DWORD, in days [policy-csp-bits]
  std::vector<JobPtr> idle;
  for (const auto& [id, job] : jobs_) {
    if (!job->IsMoving() && now - job->last_activity >= limit) idle.push_back(job);
  }
  for (const JobPtr& job : idle) Cancel(job);
  if (!jobs_.empty()) PlanSweep();
}

// --- a job's life

std::uint32_t BitsService::MaximumDownloadTime(const Job& job) const {
  return job.maximum_download_time.value_or(static_cast<std::uint32_t>(Limit("MaxDownloadTime", 7'776'000)));
}

void BitsService::Touch(const JobPtr& job) {
  job->last_activity = world_.events().Now();
  NoteModification(job);
}

void BitsService::NoteModification(const JobPtr& job) {
  job->modification_time = world_.FileTimeNow();
  notifications_.JobModified(job);
}

void BitsService::SetState(const JobPtr& job, JobState state) {
  if (job->state == state) return;
  job->state = state;
  if (state != JobState::kError && state != JobState::kTransientError) job->failure.reset();
  if (state == JobState::kTransferred) job->completion_time = world_.FileTimeNow();
  NoteModification(job);  // a retry is no activity
}

HResult BitsService::CheckRemoteName(std::string_view remote) {
  const bool known = IsDrivePath(remote) || std::ranges::any_of(kSchemes, [&](const Scheme& scheme) {
                       return remote.size() > scheme.prefix.size() &&
                              EqualsIgnoringCase(remote.substr(0, scheme.prefix.size()), scheme.prefix);
                     });
  if (!known || Utf16Length(remote) > kLongestRemoteName) return "E_INVALIDARG"_hr;
  const bool http = EqualsIgnoringCase(remote.substr(0, 4), "http");
  for (std::size_t begin = 0; begin < remote.size();) {
    const std::size_t end = std::min(remote.find_first_of("/\\", begin), remote.size());
    if (Utf16Length(remote.substr(begin, end - begin)) > kLongestSegment) return "E_INVALIDARG"_hr;
    begin = end + 1;
  }
  const std::string_view illegal = http ? std::string_view(" \"<>\\^`{|}*") : std::string_view("\"<>|*?");
  if (remote.find_first_of(illegal) != std::string_view::npos) return "E_INVALIDARG"_hr;
  if (std::ranges::any_of(remote, [](unsigned char c) { return c < 0x20; })) return "E_INVALIDARG"_hr;
  return HResult();
}

HResult BitsService::CheckFileLimits(const Job& job, std::size_t more) const {
  if (job.type != JobType::kDownload && job.files.size() + more > 1) return "BG_E_TOO_MANY_FILES"_hr;
  if (!IsExempt(*job.owner) && job.files.size() + more > Limit("MaxFilesPerJob", 200)) {
    return "BG_E_TOO_MANY_FILES_IN_JOB"_hr;
  }
  return HResult();
}

HResult BitsService::AddFile(Job& job, const Caller& caller, std::string_view remote, std::string_view local,
                             std::vector<FileRange> ranges) {
  if (const HResult checked = CheckRemoteName(remote); checked.Failed()) return checked;
  if (!IsFullPath(local)) return "E_INVALIDARG"_hr;
  if (const HResult limits = CheckFileLimits(job, 1); limits.Failed()) return limits;
  const FileStore& store = world_.StoreOf(local);
  if (job.type == JobType::kDownload) {
    const HResult directory = store.CheckDirectory(*caller.token, DirectoryOfPath(local), AccessRights::kWrite);
    // A helper token may be what opens the file later; only a directory that is missing is refused at once then.
    if (directory.Failed() && !(directory == "E_ACCESSDENIED"_hr && job.HelperOpens(HelperTokenFlags::kLocalFile))) {
      return directory == "E_ACCESSDENIED"_hr ? directory : "E_INVALIDARG"_hr;
    }
  } else if (const Result<FileContent> source = store.Read(job.LocalToken(), local); !source) {
    return source.error();
  }
  JobFile file;
  file.remote_name = remote;
  file.local_name = local;
  if (!ranges.empty()) file.MakeExtras().ranges = std::move(ranges);
  job.files.push_back(std::move(file));
  return HResult();
}

HResult BitsService::Suspend(const JobPtr& job) {
  engine_.Halt(job);
  SetState(job, JobState::kSuspended);
  engine_.Schedule();
  return HResult();
}

HResult BitsService::Resume(const JobPtr& job) {
  if (job->files.empty()) return "BG_E_EMPTY"_hr;
  const bool renamed =
      std::ranges::any_of(job->files, [](const JobFile& file) { return !!file.extras().new_remote_name; });
  if (!renamed && (job->state == JobState::kQueued || job->IsMoving())) return HResult();
  const bool needs_token = job->helper_flags != 0 && !job->helper;
  if (needs_token && world_.options().decisions.resume_needs_token) return "BG_E_TOKEN_REQUIRED"_hr;  // decision D13e
  for (JobFile& file : job->files) {
    if (!file.extras().new_remote_name) continue;
    file.remote_name = *std::exchange(file.MakeExtras().new_remote_name, std::nullopt);
  }
  engine_.Halt(job);
  if (job->NextFile() == job->files.size()) {
    // Everything is here: the job was suspended after its end, if it is not still there.
    if (job->state == JobState::kTransferred) return HResult();
    SetState(job, JobState::kTransferred);
    notifications_.JobTransferred(job);
    return HResult();
  }
  job->progress_since = world_.events().Now();
  job->transfer_time = Time{};
  SetState(job, JobState::kQueued);
  engine_.Enqueue(job);
  engine_.Schedule();
  return HResult();
}

HResult BitsService::RemoveTemporaries(Job& job) {
  HResult result;
  for (JobFile& file : job.files) {
    const std::string& temporary = file.extras().temporary;
    if (temporary.empty()) continue;
    const HResult removed = world_.StoreOf(temporary).Remove(job.LocalToken(), temporary);
    if (removed.Failed() && removed != "ERROR_FILE_NOT_FOUND"_hr) result = "BG_S_UNABLE_TO_DELETE_FILES"_hr;
    file.MakeExtras().temporary.clear();
  }
  return result;
}

void BitsService::EndRealTransfers() {
  if (!world_.has_outside()) return;
  engine_.HaltAll();
  for (const auto& [id, job] : jobs_) {
    for (const JobFile& file : job->files) {
      const std::string& temporary = file.extras().temporary;
      if (temporary.empty()) continue;
      FileStore& store = world_.StoreOf(temporary);
      if (world_.IsReal(store)) static_cast<void>(store.Remove(job->LocalToken(), temporary));
    }
  }
}

void BitsService::End(const JobPtr& job, JobState state) {
  engine_.Halt(job);
  SetState(job, state);
  job->helper.reset();
  notifications_.Bury(std::move(job->callback));
  job->callback = nullptr;
  job->client = nullptr;
  const auto mine = jobs_by_owner_.find(job->owner->sid());
  if (--mine->second == 0) jobs_by_owner_.erase(mine);
  jobs_.erase(job->id);
  engine_.Schedule();
}

HResult BitsService::Cancel(const JobPtr& job) {
  engine_.Halt(job);
  const HResult removed = RemoveTemporaries(*job);
  End(job, JobState::kCancelled);
  world_.Log(static_cast<std::uint32_t>(Event::kCancelled), 4, "A BITS job was cancelled.");
  return removed;
}

HResult BitsService::Complete(const JobPtr& job, const Caller& caller) {
  if (job->type != JobType::kDownload && job->state != JobState::kTransferred) return "BG_E_INVALID_STATE"_hr;
  engine_.Halt(job);
  bool partial = false;
  if (job->type == JobType::kDownload) {
    for (JobFile& file : job->files) {
      if (file.completed) continue;
      if (!file.transferred) {
        partial = true;
        continue;
      }
      const std::string& temporary = file.extras().temporary;
      const HResult renamed = world_.StoreOf(temporary).Rename(job->LocalToken(), temporary, file.local_name,
                                                               ReplaceExisting::kYes, caller.token.get());
      if (renamed.Failed()) {
        SetState(job, JobState::kTransferred);
        return renamed;
      }
      file.completed = true;
      file.MakeExtras().temporary.clear();
    }
    partial = partial || job->files.empty();
  } else if (job->type == JobType::kUploadReply && !job->Extras().reply_file_name.empty()) {
    const std::string& name = job->Extras().reply_file_name;
    const HResult written = world_.StoreOf(name).Write(job->LocalToken(), name, job->Extras().reply, /*hidden=*/false);
    if (written.Failed()) return written;
  }
  const HResult removed = RemoveTemporaries(*job);
  End(job, JobState::kAcknowledged);
  world_.Log(static_cast<std::uint32_t>(Event::kCompleted), 4, "A BITS job was completed.");
  // What is left behind is told first: files are only left where some are not whole.
  return partial && removed == HResult() ? "BG_S_PARTIAL_COMPLETE"_hr : removed;
}

HResult BitsService::TakeOwnership(const JobPtr& job, const Caller& caller) {
  const TokenData& token = *caller.token;
  if (!token.administrator || !token.elevated) return "E_ACCESSDENIED"_hr;
  for (const JobFile& file : job->files) {
    const HResult access =
        world_.StoreOf(file.local_name).CheckDirectory(token, DirectoryOfPath(file.local_name), AccessRights::kWrite);
    if (access.Failed()) return "BG_E_NEW_OWNER_NO_FILE_ACCESS"_hr;
  }
  const auto before = jobs_by_owner_.find(job->owner->sid());
  if (--before->second == 0) jobs_by_owner_.erase(before);
  job->owner = OwnerToken(caller.token, world_.profile().build);
  ++jobs_by_owner_[job->owner->sid()];
  if (job->extras) {
    job->extras->credentials.clear();
    job->extras->certificate.reset();
    job->extras->custom_headers.clear();
    job->extras->command_line = {};
  }
  if (!world_.options().decisions.token_survives_take_ownership) job->helper.reset();  // decision D13c
  if (job->IsMoving() && !world_.IsLoggedOn(*job->owner)) {
    engine_.Halt(job);
    SetState(job, JobState::kQueued);
    engine_.Enqueue(job);
  }
  engine_.Schedule();  // the new owner may be there where the old one was not
  return HResult();
}

}  // namespace bits::fakes
