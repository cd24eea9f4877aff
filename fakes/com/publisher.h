// Objects of harness/api as COM objects.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <variant>
#include <vector>

#include "fakes/com/gate.h"
#include "harness/api/background_copy_callback.h"
#include "harness/api/background_copy_error.h"
#include "harness/api/background_copy_file.h"
#include "harness/api/background_copy_job.h"
#include "harness/api/background_copy_manager.h"
#include "harness/win32/com_call.h"

namespace bits::fakes::com {

class ClientHolder;
class Identity;

// By what a job is known again: the proxy's identity where it is reached through COM, which costs no call; else its id.
using JobKey = std::variant<Guid, const IUnknown*>;

// One client of one service: it makes COM objects of what that service gives the client, and keeps their identity. A
// job is one object however often and by whatever way it was got, as COM's proxies are.
//
// Any thread. Objects may outlive Close(), never the code.
class Publisher : public std::enable_shared_from_this<Publisher> {
 public:
  // The gate must live until Close() has returned.
  static std::shared_ptr<Publisher> Make(Gate& gate) { return std::shared_ptr<Publisher>(new Publisher(gate)); }
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // The COM object, with one reference for the caller. It is the object published before where that is the same job and
  // lives still. Throws std::bad_alloc.
  IBackgroundCopyManager* Publish(std::unique_ptr<BackgroundCopyManager> manager);
  IBackgroundCopyJob* Publish(std::unique_ptr<BackgroundCopyJob> job);
  IBackgroundCopyJob* Publish(std::unique_ptr<BackgroundCopyJob> job, const Guid& id);
  IBackgroundCopyError* Publish(std::unique_ptr<BackgroundCopyError> error);
  IBackgroundCopyFile* Publish(std::unique_ptr<BackgroundCopyFile> file);
  IEnumBackgroundCopyJobs* Publish(std::unique_ptr<EnumBackgroundCopyJobs> jobs);
  IEnumBackgroundCopyFiles* Publish(std::unique_ptr<EnumBackgroundCopyFiles> files);

  // The same for an object that is only lent, as a callback's arguments are.
  Result<win32::ComPtr<IBackgroundCopyJob>> PublishLent(BackgroundCopyJob& job);
  Result<win32::ComPtr<IBackgroundCopyError>> PublishLent(BackgroundCopyError& error);
  Result<win32::ComPtr<IBackgroundCopyFile>> PublishLent(BackgroundCopyFile& file);

  // The client's callback as the service knows it, and back. E_NOINTERFACE for an object that is no
  // IBackgroundCopyCallback. Null for null.
  Result<std::shared_ptr<BackgroundCopyCallback>> CallbackFrom(IUnknown* callback);
  win32::ComPtr<IUnknown> CallbackTo(const std::shared_ptr<BackgroundCopyCallback>& callback);

  // Blocks until no call and no callback is under way. From then on every call of an object that is left yields
  // RPC_E_DISCONNECTED; the objects of harness/api are gone, the client's callbacks released. Not from inside a call.
  void Close();

  // Objects that were published or counted, and are not released.
  std::size_t living_objects() const;

  // Counts an object of the program's that is not published here, a class factory, for as long as what this yields
  // lives.
  std::shared_ptr<void> CountObject();

  // --- for the objects

  // Something under way that Close() waits for; RPC_E_DISCONNECTED after it.
  class LocalScope {
   public:
    explicit LocalScope(Publisher& publisher);
    ~LocalScope();
    LocalScope(const LocalScope&) = delete;
    LocalScope& operator=(const LocalScope&) = delete;
    HRESULT result() const { return result_; }

   protected:
    Publisher& publisher_;
    HRESULT result_ = S_OK;
  };

  // The same for a call of the client's to the service.
  class CallScope : public LocalScope {
   public:
    CallScope(Publisher& publisher, Unknown* object);
    ~CallScope();
  };

  Gate& gate() { return gate_; }
  void Forget(Identity& identity);

 private:
  explicit Publisher(Gate& gate) : gate_(gate) {}

  class LentScope;
  template <class T>
  auto PublishCopy(T& object);

  IUnknown* PublishNew(std::unique_ptr<Unknown> object, InterfaceId id, const JobKey* job);
  // The pointer of the job's living object, with one reference; null where there is none.
  IUnknown* FindJob(const JobKey& job);
  IUnknown* FindLocked(const JobKey& job);  // with the lock held
  IBackgroundCopyJob* PublishJob(std::unique_ptr<BackgroundCopyJob> job, const JobKey& key);

  Gate& gate_;
  std::atomic<bool> closed_{false};
  std::atomic<std::uint32_t> calls_{0};
  std::atomic<std::size_t> counted_{0};
  mutable std::mutex mutex_;
  std::condition_variable quiet_;
  std::set<Identity*> identities_;
  std::map<JobKey, Identity*> jobs_;
  std::vector<std::weak_ptr<ClientHolder>> callbacks_;
};

}  // namespace bits::fakes::com
