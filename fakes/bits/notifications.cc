#include "fakes/bits/notifications.h"

#include <algorithm>
#include <utility>

#include "fakes/bits/bits_service.h"
#include "fakes/bits/job_proxies.h"
#include "fakes/world/process.h"

namespace bits::fakes {

void Notifications::Add(const JobPtr& job, Kind kind, std::uint32_t flag, std::size_t file) {
  if ((job->notify_flags & flag) == 0 || (job->notify_flags & NotifyFlags::kDisable) != 0) return;
  if (!job->callback) {
    if (kind == Kind::kTransferred || kind == Kind::kError) RunCommandLine(job, kind);
    return;
  }
  Push({job, kind, file});
}

void Notifications::Push(Pending pending) {
  Process* const client = pending.job->client;
  const std::thread::id sta = pending.job->client_thread;
  pending_.push_back(std::move(pending));
  service_.world().changed().notify_all();
  if (client != nullptr && sta != std::thread::id() && client->wake_apartment) client->wake_apartment(sta);
}

void Notifications::JobModified(const JobPtr& job) {
  // One is enough to tell that something changed.
  if (job->modification_pending || !job->callback || (job->notify_flags & NotifyFlags::kJobModification) == 0) return;
  job->modification_pending = true;
  Add(job, Kind::kModified, NotifyFlags::kJobModification, 0);
}

void Notifications::OnRegistered(const JobPtr& job) {
  if (job->state == JobState::kTransferred) JobTransferred(job);
  if (job->state == JobState::kError) JobError(job);
}

void Notifications::Bury(std::shared_ptr<BackgroundCopyCallback> callback) {
  if (!callback) return;
  buried_.push_back(std::move(callback));
  service_.world().changed().notify_all();
}

void Notifications::RunCommandLine(const JobPtr& job, Kind kind) {
  if (!job->extras || !job->extras->command_line.program || job->owner->service_account) return;
  World& world = service_.world();
  const JobExtras& extras = *job->extras;
  world.RunCommandLine(
      {*extras.command_line.program, extras.command_line.parameters.value_or(""), extras.command_line_sid});
  if (world.command_line_exit_code == 0) return;
  const JobState state = job->state;
  world.events().After(std::chrono::seconds(job->minimum_retry_delay), [this, job, kind, state] {
    if (job->state == state) RunCommandLine(job, kind);
  });
}

bool Notifications::StillTrue(const Pending& pending) {
  const Job& job = *pending.job;
  switch (pending.kind) {
    case Kind::kTransferred:
      return job.state == JobState::kTransferred;
    case Kind::kError:
      return job.state == JobState::kError;
    case Kind::kModified:
    case Kind::kFile:
      return !IsFinal(job.state);
  }
  return false;
}

HResult Notifications::Call(BackgroundCopyCallback& callback, Kind kind, const Arguments& arguments) noexcept {
  try {
    switch (kind) {
      case Kind::kTransferred:
        return callback.JobTransferred(*arguments.job);
      case Kind::kError:
        return callback.JobError(*arguments.job, *arguments.error);
      case Kind::kModified:
        return callback.JobModification(*arguments.job, 0);
      case Kind::kFile:
        if (auto* second = dynamic_cast<BackgroundCopyCallback2*>(&callback)) {
          return second->FileTransferred(*arguments.job, *arguments.file);
        }
        break;
    }
  } catch (...) {
    return "E_FAIL"_hr;  // as COM answers for a client that throws
  }
  return HResult();
}

bool Notifications::IsBusy(const Process& client) const {
  constexpr int kMostOfAUser = 4;
  const std::string& user = client.token()->sid();
  return std::ranges::count_if(running_, [&](const Running& running) { return running.user->sid() == user; }) >=
         kMostOfAUser;
}

auto Notifications::Next(const Process* waiting, bool any_thread) const -> std::deque<Pending>::const_iterator {
  const std::thread::id here = std::this_thread::get_id();
  return std::ranges::find_if(pending_, [&](const Pending& pending) {
    const std::thread::id sta = pending.job->client_thread;
    const Process* const client = pending.job->client;
    if (client == nullptr || !StillTrue(pending)) return true;
    return (sta == std::thread::id() ? any_thread : sta == here && client == waiting) && !IsBusy(*client);
  });
}

bool Notifications::DeliverOne(std::unique_lock<std::mutex>& lock, const Process* waiting, bool any_thread) {
  if (!buried_.empty()) {
    auto released = std::exchange(buried_, {});
    lock.unlock();
    released.clear();  // their destructors are the client's own code
    lock.lock();
  }
  const auto next = Next(waiting, any_thread);
  if (next == pending_.end()) return false;
  Pending pending = *next;
  pending_.erase(next);
  if (pending.kind == Kind::kModified) pending.job->modification_pending = false;
  std::shared_ptr<BackgroundCopyCallback> callback = pending.job->callback;
  Process* const client = pending.job->client;
  if (!StillTrue(pending)) return true;
  if (!callback || client == nullptr) {
    if (pending.kind == Kind::kTransferred || pending.kind == Kind::kError) RunCommandLine(pending.job, pending.kind);
    return true;
  }
  Arguments arguments;
  arguments.job = MakeJob(*client, pending.job, Access::kModify);
  if (pending.kind == Kind::kError) arguments.error = MakeError(*client, pending.job);
  if (pending.kind == Kind::kFile) arguments.file = MakeFile(*client, pending.job, pending.file);
  const std::thread::id here = std::this_thread::get_id();
  running_.push_back({client, here, client->token()});
  lock.unlock();
  const HResult result = Call(*callback, pending.kind, arguments);
  // The job may have let the callback go meanwhile; its destructor is the client's own code.
  arguments = {};
  callback.reset();
  lock.lock();
  std::erase_if(running_, [&](const Running& running) { return running.client == client && running.thread == here; });
  service_.world().changed().notify_all();
  if (result.Succeeded() || pending.kind == Kind::kModified) return true;
  if (pending.kind == Kind::kTransferred || pending.kind == Kind::kError) RunCommandLine(pending.job, pending.kind);
  service_.world().events().After(std::chrono::seconds(pending.job->minimum_retry_delay),
                                  [this, pending] { Push(pending); });
  return true;
}

void Notifications::WaitUntilQuiet(const Process& client, std::unique_lock<std::mutex>& lock) {
  const std::thread::id here = std::this_thread::get_id();
  service_.world().changed().wait(lock, [&] {
    return std::ranges::none_of(
        running_, [&](const Running& running) { return running.client == &client && running.thread != here; });
  });
}

}  // namespace bits::fakes
