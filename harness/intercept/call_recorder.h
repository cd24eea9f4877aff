// Writes every call into a recording: what --record does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <thread>

#include "harness/api/environment.h"
#include "harness/intercept/interceptor.h"
#include "harness/intercept/pseudonyms.h"
#include "harness/intercept/recording.h"

namespace bits::intercept {

// Appends a line for each call when it returns, and flushes it, so that a crash keeps what happened before. SIDs,
// names, paths and URLs are given pseudonyms, the same one for the same thing, unless `privacy` is kRaw; secrets are
// written never. Any thread.
//
//   std::ofstream file("calls.jsonl", std::ios::binary);
//   CallRecorder recorder(windows, file, {.program = "my test", .command = "download"}, Privacy::kPseudonyms);
//   const auto recorded = Intercept(windows, {&recorder});
//   …
//   recorder.Close(Json("downloaded"));
class CallRecorder : public Interceptor {
 public:
  // Writes the first line; what it says of the machine and the user comes from `environment`, which is the one that
  // is recorded, without interceptors. Both it and `out` must outlive this.
  CallRecorder(Environment& environment, std::ostream& out, const RecordedProgram& program, Privacy privacy);

  std::optional<HResult> Before(const Call& call) override;
  void After(const Call& call, Outcome& outcome) override;

  // Writes the last line, with what was concluded; calls after it are not recorded.
  void Close(const Json& verdict);

  // False when something could not be written: the recording is then not whole.
  bool IsWhole() const;

 private:
  struct Started {
    std::chrono::nanoseconds begin;
    std::string caller;
  };

  void WriteHeader(Environment& environment, const RecordedProgram& program);
  void Write(Json line);
  std::uint64_t NumberOfThread(std::thread::id thread);

  Clock& clock_;
  std::ostream& out_;
  mutable std::mutex mutex_;
  Pseudonyms pseudonyms_;
  std::chrono::nanoseconds began_;
  std::map<std::uint64_t, Started> started_;  // by sequence number
  std::map<std::thread::id, std::uint64_t> threads_;
  std::size_t lines_ = 0;
  bool closed_ = false;
  bool whole_ = true;
};

}  // namespace bits::intercept
