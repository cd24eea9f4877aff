// What clients are still to be told.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "fakes/bits/job.h"
#include "harness/api/background_copy_job.h"

namespace bits::fakes {

class BitsService;

// A notification is delivered until its client returns S_OK, the retry delay lying between two attempts
// [nn-bits-ibackgroundcopycallback]. Without a callback, or when it fails, the job's command line runs instead
// [ibackgroundcopyjob2-setnotifycmdline]. Called with the world's lock held.
class Notifications {
 public:
  explicit Notifications(BitsService& service) : service_(service) {}

  void JobTransferred(const JobPtr& job) { Add(job, Kind::kTransferred, NotifyFlags::kJobTransferred, 0); }
  void JobError(const JobPtr& job) { Add(job, Kind::kError, NotifyFlags::kJobError, 0); }
  void JobModified(const JobPtr& job);
  void FileTransferred(const JobPtr& job, std::size_t file) {
    Add(job, Kind::kFile, NotifyFlags::kFileTransferred, file);
  }

  // A callback was registered: it hears of the end that came before it.
  void OnRegistered(const JobPtr& job);

  // Delivers one notification that may be delivered on this thread, releasing the lock for the time of the call. An
  // STA's go to its own thread, which must be `waiting`'s; others to any thread when `any_thread`. A user of whom four
  // calls are under way gets no further one meanwhile [nn-bits-ibackgroundcopycallback]. False: there was none.
  bool DeliverOne(std::unique_lock<std::mutex>& lock, const Process* waiting, bool any_thread);

  // Whether any thread would find something to deliver.
  bool IsDue() const { return Next(nullptr, true) != pending_.end(); }

  bool empty() const { return pending_.empty(); }

  // A callback that the service let go; released when the lock is not held.
  void Bury(std::shared_ptr<BackgroundCopyCallback> callback);

  // Blocks until no call into `client` is under way on another thread.
  void WaitUntilQuiet(const Process& client, std::unique_lock<std::mutex>& lock);

 private:
  enum class Kind { kTransferred, kError, kModified, kFile };
  struct Pending {
    JobPtr job;
    Kind kind;
    std::size_t file;
  };
  struct Running {
    const Process* client;
    std::thread::id thread;
    TokenPtr user;
  };

  void Add(const JobPtr& job, Kind kind, std::uint32_t flag, std::size_t file);
  void Push(Pending pending);
  void RunCommandLine(const JobPtr& job, Kind kind);
  static bool StillTrue(const Pending& pending);
  // The first that DeliverOne may take on this thread.
  std::deque<Pending>::const_iterator Next(const Process* waiting, bool any_thread) const;
  // Whether as many calls to the user as BITS makes at once are under way.
  bool IsBusy(const Process& client) const;
  // What a callback is called with: proxies of its process.
  struct Arguments {
    std::unique_ptr<BackgroundCopyJob> job;
    std::unique_ptr<BackgroundCopyError> error;
    std::unique_ptr<BackgroundCopyFile> file;
  };
  static HResult Call(BackgroundCopyCallback& callback, Kind kind, const Arguments& arguments) noexcept;

  BitsService& service_;
  std::deque<Pending> pending_;
  std::vector<Running> running_;
  std::vector<std::shared_ptr<BackgroundCopyCallback>> buried_;
};

}  // namespace bits::fakes
