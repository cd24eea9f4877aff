#include "fakes/bits/job.h"

#include <algorithm>

#include "fakes/bits/real_exchange.h"

namespace bits::fakes {

const JobFileExtras& JobFile::extras() const {
  static const JobFileExtras none;
  return extras_ ? *extras_ : none;
}

JobFileExtras& JobFile::MakeExtras() {
  if (!extras_) extras_ = std::make_unique<JobFileExtras>();
  return *extras_;
}

std::size_t Job::NextFile() const {
  const auto next = std::ranges::find(files, false, &JobFile::transferred);
  return static_cast<std::size_t>(next - files.begin());
}

std::uint64_t Job::BytesTransferred(std::size_t file, Time now) const {
  const JobFile& entry = files[file];
  if (!active || !active->body || file != NextFile()) return entry.bytes_transferred;
  if (active->exchange) return active->base + active->exchange->received();
  const double seconds = std::chrono::duration<double>(now - active->began).count();
  const auto moved = static_cast<std::uint64_t>(seconds * static_cast<double>(active->answer.bytes_per_second));
  return active->base + std::min(moved, active->answer.content.size());
}

}  // namespace bits::fakes
