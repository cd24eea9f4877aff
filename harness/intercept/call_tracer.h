// Prints every call: what `bitsdoctor --trace` shows.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/api/clock.h"
#include "harness/intercept/interceptor.h"

namespace bits::intercept {

// One line a call, when it returns:
//   #12 IBackgroundCopyManager::CreateJob(DisplayName="x", Type="DOWNLOAD") = S_OK (0x00000000) {"id":"{…}"} [0.84 ms]
// Calls made inside another (events during a wait) stand before it. Secrets are masked.
class CallTracer : public Interceptor {
 public:
  // `print` gets each line, without a line feed; it is called by one thread at a time. `clock` must outlive this.
  CallTracer(Clock& clock, std::function<void(std::string_view line)> print);

  std::optional<HResult> Before(const Call& call) override;
  void After(const Call& call, Outcome& outcome) override;

 private:
  Clock& clock_;
  std::function<void(std::string_view)> print_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::chrono::nanoseconds> started_;
};

}  // namespace bits::intercept
