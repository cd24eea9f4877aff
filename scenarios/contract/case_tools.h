// What cases have in common.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "harness/api/background_copy_manager.h"
#include "harness/api/scoped_job.h"
#include "scenarios/contract/cases.h"

namespace bits::contract {

// The languages that descriptions are asked for in: en-US, and one that nobody speaks.
inline constexpr std::uint32_t kEnglish = 0x0409;
inline constexpr std::uint32_t kNobodys = 0x1234;

// Set-up that must work on every backend; what it yields. Throws, so that a case ends where its set-up does.
template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error("the set-up of the case failed: " + ToString(result.error()));
  return *std::move(result);
}
inline void Must(HResult result) {
  if (result.Failed()) throw std::runtime_error("the set-up of the case failed: " + ToString(result));
}

// A job without files, which is cancelled when the case ends.
inline ScopedJob NewJob(Client& client, JobType type = JobType::kDownload) {
  return ScopedJob(Must(client.manager().CreateJob("bits contract", type)).job);
}

// The same with a file, not resumed.
inline ScopedJob Download(Client& client, std::string_view remote_name, std::string_view local_name) {
  ScopedJob job = NewJob(client);
  Must(job->AddFile(remote_name, local_name));
  return job;
}

inline bool IsAtRest(JobState state) {
  return state != JobState::kQueued && state != JobState::kConnecting && state != JobState::kTransferring;
}

// Waits until the job neither waits for its turn nor moves; the state then, or what it still is when that takes too
// long.
inline JobState Settle(Stage& stage, BackgroundCopyJob& job) {
  stage.WaitUntil([&] { return IsAtRest(Must(job.GetState())); });
  return Must(job.GetState());
}

// The same after Resume, which must work.
inline JobState Run(Stage& stage, BackgroundCopyJob& job) {
  Must(job.Resume());
  return Settle(stage, job);
}

// Whether a call gave a text that says something.
inline Result<bool> SaysSomething(const Result<std::string>& text) {
  if (!text) return Failure(text.error());
  return !text->empty();
}

// Counts what it is told. Any thread.
class CountingCallback final : public BackgroundCopyCallback2 {
 public:
  HResult JobTransferred(BackgroundCopyJob& job) override { return Count(transferred, job); }
  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError&) override { return Count(errors, job); }
  HResult JobModification(BackgroundCopyJob& job, std::uint32_t) override { return Count(modifications, job); }
  HResult FileTransferred(BackgroundCopyJob& job, BackgroundCopyFile&) override { return Count(files, job); }

  std::atomic<int> transferred{0};
  std::atomic<int> errors{0};
  std::atomic<int> modifications{0};
  std::atomic<int> files{0};
  std::atomic<int> others{0};    // calls about another job than `expected`
  std::atomic<int> refusals{0};  // how many further calls are answered with E_FAIL
  Guid expected;                 // set before it is registered

 private:
  HResult Count(std::atomic<int>& calls, BackgroundCopyJob& job) {
    const Result<Guid> id = job.GetId();
    if (!id || *id != expected) ++others;
    ++calls;
    return refusals > 0 && refusals-- > 0 ? "E_FAIL"_hr : HResult();
  }
};

}  // namespace bits::contract
