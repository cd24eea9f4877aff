// The simulated service: its queue, who may use it, and what becomes of jobs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fakes/bits/job.h"
#include "fakes/bits/notifications.h"
#include "fakes/bits/transfer_engine.h"
#include "fakes/world/world.h"

namespace bits::fakes {

// Who calls, as the service finds out by impersonating the client.
struct Caller {
  TokenPtr token;
  ImpersonationLevel level = ImpersonationLevel::kImpersonate;
};

// The service numbers its jobs in the last bytes of their ids: neighbours in time are neighbours in the table, which a
// million jobs feel.
struct GuidHash {
  std::size_t operator()(const Guid& guid) const {
    std::size_t number = 0;
    for (const std::uint8_t byte : guid.data4) number = number << 8U | byte;
    return number;
  }
};

// Every method but the constructor is called with the world's lock held.
class BitsService {
 public:
  explicit BitsService(World& world);

  World& world() { return world_; }
  TransferEngine& engine() { return engine_; }
  Notifications& notifications() { return notifications_; }

  // --- the service itself

  bool running() const { return running_; }
  std::uint64_t generation() const { return generation_; }  // differs after each stop
  void Start();
  void Stop();
  // After sessions ended: helper tokens of theirs are gone, and jobs of people who are no longer logged on rest (D10).
  void OnSessionsEnded();
  // The callbacks of a process that ends; they are to be released without the lock.
  std::vector<std::shared_ptr<BackgroundCopyCallback>> ForgetClient(Process& client,
                                                                    std::unique_lock<std::mutex>& lock);

  // --- the queue

  Result<JobPtr> CreateJob(const Caller& caller, std::string_view display_name, JobType type);
  JobPtr Find(const Guid& id) const;
  // Jobs of one owner, or of everybody.
  std::vector<JobPtr> List(const std::string* owner_sid) const;
  std::size_t job_count() const { return jobs_.size(); }

  // By owner, administrator, elevation, integrity [user-account-control-and-bits, users-and-network-connections].
  Access AccessTo(const TokenData& caller, const Job& job) const;

  // --- a job's life

  HResult AddFile(Job& job, const Caller& caller, std::string_view remote, std::string_view local,
                  std::vector<FileRange> ranges);
  HResult Suspend(const JobPtr& job);
  HResult Resume(const JobPtr& job);
  HResult Cancel(const JobPtr& job);
  HResult Complete(const JobPtr& job, const Caller& caller);
  HResult TakeOwnership(const JobPtr& job, const Caller& caller);

  // The world ends: nothing goes on outside it, and nothing half-done is left there.
  void EndRealTransfers();

  // A property changed, or something moved: the time of modification, the inactivity timer, the client's notification.
  void Touch(const JobPtr& job);
  void SetState(const JobPtr& job, JobState state);
  // In seconds: the job's own, else the policy's [ibackgroundcopyjob4-setmaximumdownloadtime].
  std::uint32_t MaximumDownloadTime(const Job& job) const;

  // Names that BITS takes; S_OK or E_INVALIDARG [bg_file_info].
  static HResult CheckRemoteName(std::string_view remote);

 private:
  HResult CheckFileLimits(const Job& job, std::size_t more) const;
  bool IsExempt(const TokenData& token) const { return token.administrator || token.service_account; }
  std::uint64_t Limit(std::string_view policy, std::uint64_t fallback) const;
  HResult RemoveTemporaries(Job& job);
  void End(const JobPtr& job, JobState state);
  void PlanSweep();
  void SweepInactive();
  void NoteModification(const JobPtr& job);
  void DropHelper(const JobPtr& job);

  World& world_;
  bool running_ = false;
  std::uint64_t generation_ = 1;
  std::uint64_t last_id_ = 0;
  EventQueue::Id sweep_ = EventQueue::kNone;
  std::unordered_map<Guid, JobPtr, GuidHash> jobs_;
  std::map<std::string, std::size_t, std::less<>> jobs_by_owner_;
  Notifications notifications_;
  TransferEngine engine_;
};

}  // namespace bits::fakes
