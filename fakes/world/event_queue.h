// What is going to happen on a simulated machine, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace bits::fakes {

// Time since the machine was made.
using Time = std::chrono::nanoseconds;

// Events run in the order of their times; those of one time in the order in which they were added. Time is virtual, it
// moves when somebody moves it; or real, and then only due events run. Not thread-safe: the world's lock guards it.
class EventQueue {
 public:
  using Id = std::pair<Time, std::uint64_t>;
  static constexpr Id kNone{Time::min(), 0};

  explicit EventQueue(bool real_time);

  // Called in real time when an event is planned before all others; whoever waits for the next one looks again.
  std::function<void()> on_earlier;

  Time Now() const;

  Id At(Time time, std::function<void()> action);
  Id After(Time delay, std::function<void()> action) { return At(Now() + delay, std::move(action)); }

  // Takes the event back; `id` becomes kNone. Does nothing when it has run or is none.
  void Cancel(Id& id);

  // When the next event is due; nothing when none is planned.
  std::optional<Time> NextTime() const;

  // Runs the next event if it is due by `until`; virtual time moves to it.
  bool RunNext(Time until);

  // Runs everything due by `time`, and moves virtual time there.
  void AdvanceTo(Time time);

 private:
  bool real_time_;
  std::chrono::steady_clock::time_point started_;
  Time now_{};
  std::uint64_t last_ = 0;
  std::map<Id, std::function<void()>> events_;
};

}  // namespace bits::fakes
