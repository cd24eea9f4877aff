#include "fakes/world/event_queue.h"

#include <algorithm>

namespace bits::fakes {

EventQueue::EventQueue(bool real_time) : real_time_(real_time), started_(std::chrono::steady_clock::now()) {}

Time EventQueue::Now() const { return real_time_ ? std::chrono::steady_clock::now() - started_ : now_; }

EventQueue::Id EventQueue::At(Time time, std::function<void()> action) {
  const Id id{std::max(time, Now()), ++last_};
  const auto added = events_.emplace(id, std::move(action)).first;
  if (real_time_ && on_earlier && added == events_.begin()) on_earlier();
  return id;
}

void EventQueue::Cancel(Id& id) {
  if (id != kNone) events_.erase(id);
  id = kNone;
}

std::optional<Time> EventQueue::NextTime() const {
  if (events_.empty()) return std::nullopt;
  return events_.begin()->first.first;
}

bool EventQueue::RunNext(Time until) {
  if (events_.empty() || events_.begin()->first.first > until) return false;
  auto event = events_.extract(events_.begin());
  now_ = std::max(now_, event.key().first);
  event.mapped()();
  return true;
}

void EventQueue::AdvanceTo(Time time) {
  while (RunNext(time)) {
  }
  now_ = std::max(now_, time);
}

}  // namespace bits::fakes
