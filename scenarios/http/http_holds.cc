#include "scenarios/http/http_holds.h"

#include <utility>

namespace bits::testing {

void HttpHolds::SetLimit(const std::string& target, HttpPosition limit) {
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    Hold& hold = holds_[target];
    hold.limit = limit;
    waiting.swap(hold.waiting);
  }
  for (const std::function<void()>& resume : waiting) resume();
}

HttpPosition HttpHolds::Allowance(const std::string& target, HttpPosition position, std::function<void()> resume) {
  const std::lock_guard lock(mutex_);
  const auto found = holds_.find(target);
  if (found == holds_.end()) return kNoLimit - position;
  Hold& hold = found->second;
  if (hold.limit > position) return hold.limit - position;
  hold.waiting.push_back(std::move(resume));
  changed_.notify_all();
  return 0;
}

bool HttpHolds::WaitUntilHeld(const std::string& target, std::size_t count, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return holds_[target].waiting.size() >= count; });
}

void HttpHolds::Clear() {
  std::map<std::string, Hold> forgotten;
  const std::lock_guard lock(mutex_);
  forgotten.swap(holds_);
}

}  // namespace bits::testing
