// What a transfer shows while it runs: a bar on a terminal, plain lines otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/api/clock.h"
#include "harness/transfer/transfer.h"

namespace bits::doctor {

// Writes to standard error, so that the report on standard output stays clean. `clock` must outlive it.
class TransferProgress : public transfer::TransferObserver {
 public:
  explicit TransferProgress(Clock& clock);
  ~TransferProgress() override;

  void OnStep(const transfer::StepReport& step) override;
  void OnPreflight(const transfer::PreflightFacts& facts) override;
  void OnProgress(JobState state, const JobProgress& progress) override;

 private:
  void EraseBar();

  Clock& clock_;
  bool terminal_;
  int width_;
  bool bar_shown_ = false;
  std::optional<std::uint64_t> announced_;  // for services that do not tell the size themselves
  std::optional<std::chrono::nanoseconds> began_;
  std::chrono::nanoseconds last_shown_{};
  std::optional<JobState> last_state_;
};

// "[#####.....]  50 %  52.4 MB of 104.9 MB  31.2 MB/s  2 s left"; without a total the bar and the rest of the time are
// left out. `width` columns at most, so that a terminal keeps it on one line.
std::string ProgressLine(std::uint64_t transferred, std::optional<std::uint64_t> total,
                         std::chrono::nanoseconds elapsed, int width);

}  // namespace bits::doctor
