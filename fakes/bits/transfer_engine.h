// Moves the files of jobs: who is next, connecting, time slices, errors and retries.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "fakes/bits/job.h"
#include "fakes/world/real_source.h"

namespace bits::fakes {

class BitsService;

// All foreground jobs move at once, beside one background job; background jobs of the highest priority that waits take
// turns [life-cycle-of-a-bits-job, bg_job_priority]. Called with the world's lock held.
class TransferEngine {
 public:
  explicit TransferEngine(BitsService& service) : service_(service) {}

  // The job waits for its turn.
  void Enqueue(const JobPtr& job);
  // The job moves no more; what it has is kept. Its state is the caller's to set.
  void Halt(const JobPtr& job);
  // Only a job that leaves the foreground while the line is taken has to wait again.
  void SetPriority(const JobPtr& job, JobPriority priority);
  // Starts what can be started.
  void Schedule();
  // Puts the job into ERROR, or TRANSIENT_ERROR where a retry may help.
  void Fail(const JobPtr& job, HResult code, ErrorContext context, bool transient, std::optional<std::size_t> file = {},
            std::string protocol = {});

  // The cable was pulled, or is in again.
  void OnNetworkChange(bool connected);
  // The bandwidth policy changed.
  void OnPolicyChange();
  // Everything under way stops with the service, and what came from outside the simulation has stopped.
  void HaltAll();

  bool Idle() const { return active_ == 0 && waiting_ == 0; }

 private:
  bool MayRun(const Job& job) const;
  JobPtr TakeNext(std::size_t priority);
  bool OthersWait(const Job& job) const;
  void Start(const JobPtr& job);
  // S_OK, or why the job cannot even ask the server.
  JobError Obstacle(const Job& job) const;
  TransferRequest MakeRequest(const Job& job, std::size_t file) const;
  void Ask(const JobPtr& job);
  // Asks for the file where it is outside the simulation: `job->active->answer` may be there at once.
  enum class Outside { kNo, kAnswered, kUnderWay };
  Outside AskOutside(const JobPtr& job, std::size_t file, const TransferRequest& request);
  void StartExchange(const JobPtr& job, std::function<RealEnd(RealReceiver&, const std::stop_token&)> work);
  void OnHead(const JobPtr& job, const RealHead& head);
  void OnEnd(const JobPtr& job, const RealEnd& end);
  // The exchange gets no further, and is kept until its thread has ended.
  void Abandon(ActiveTransfer& active);
  void OnAnswer(const JobPtr& job);
  // What is here of the file can be continued, or counts no longer. A failure is one of the local file.
  HResult Reopen(const JobPtr& job, std::size_t file);
  // The temporary file is there, and open where it is written in pieces.
  HResult OpenTemporary(const JobPtr& job, std::size_t file);
  // Has the first so many bytes of the answer, those before included.
  HResult Keep(const JobPtr& job, std::size_t file, std::uint64_t bytes);
  void Restart(const JobPtr& job, std::size_t file);
  // Ends the transfer at once, or as the next thing that happens.
  void End(const JobPtr& job, HResult code, ErrorContext context, bool transient, std::optional<std::size_t> file,
           std::string protocol = {});
  void EndSoon(const JobPtr& job, HResult code, ErrorContext context, bool transient, std::optional<std::size_t> file,
               std::string protocol = {});
  void LimitBandwidth(const Job& job, std::uint64_t& bytes_per_second) const;
  void OnPause(const JobPtr& job);
  void FinishFile(const JobPtr& job);
  void KeepProgress(const JobPtr& job);
  void PlanPause(const JobPtr& job);
  Time TimeLeft(const Job& job) const;
  void FailForTime(const JobPtr& job);
  void PlanRetry(const JobPtr& job, Time due);
  void OnRetry(const JobPtr& job, Time due);

  struct Entry {
    JobPtr job;
    std::uint64_t turn;
  };
  BitsService& service_;
  std::array<std::deque<Entry>, 4> queues_;  // by priority
  std::size_t active_ = 0;
  std::size_t background_active_ = 0;
  std::size_t waiting_ = 0;  // entries of jobs that are still QUEUED, and retries that are planned
  std::uint64_t last_turn_ = 0;
  std::uint64_t last_exchange_ = 0;
  std::vector<std::shared_ptr<RealExchange>> abandoned_;
};

}  // namespace bits::fakes
