// Which answers of the test server wait, and who waits.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace bits::testing {

// How far an answer has come, or may come: 0 nothing is sent, 1 the head is, 1 + n the head and n bytes of the body.
using HttpPosition = std::uint64_t;

inline constexpr HttpPosition kNothingSent = 0;
inline constexpr HttpPosition kNoLimit = std::numeric_limits<HttpPosition>::max();

// Any thread.
class HttpHolds {
 public:
  // Answers for `target` go no further than `limit` from now on; those that waited for less go on.
  void SetLimit(const std::string& target, HttpPosition limit);

  // How much further than `position` an answer may go. When that is 0, `resume` is kept and called once as soon as the
  // limit changes, on the thread that changes it.
  HttpPosition Allowance(const std::string& target, HttpPosition position, std::function<void()> resume);

  // Waits until at least `count` answers for `target` wait; false when that took longer than `limit`.
  bool WaitUntilHeld(const std::string& target, std::size_t count, std::chrono::milliseconds limit);

  // Forgets who waits, without calling them.
  void Clear();

 private:
  struct Hold {
    HttpPosition limit = kNoLimit;
    std::vector<std::function<void()>> waiting;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Hold> holds_;
};

}  // namespace bits::testing
