#include "fakes/com/publisher.h"

#include <optional>
#include <utility>

#include "fakes/com/client_callback.h"
#include "fakes/com/identity.h"
#include "fakes/com/out_values.h"
#include "harness/win32/callback_object.h"
#include "harness/win32/com_object.h"

namespace bits::fakes::com {
namespace {

template <class T>
T* As(IUnknown* pointer) {
  return static_cast<T*>(pointer);
}

}  // namespace

Publisher::LocalScope::LocalScope(Publisher& publisher) : publisher_(publisher) {
  // Counted before it looks, so that Close either sees the call or is seen by it.
  ++publisher_.calls_;
  if (publisher_.closed_) result_ = RPC_E_DISCONNECTED;
}

Publisher::LocalScope::~LocalScope() {
  if (--publisher_.calls_ == 0 && publisher_.closed_) {
    { const std::lock_guard lock(publisher_.mutex_); }
    publisher_.quiet_.notify_all();
  }
}

Publisher::CallScope::CallScope(Publisher& publisher, Unknown* object) : LocalScope(publisher) {
  if (SUCCEEDED(result_)) result_ = ToHresult(publisher_.gate_.Enter(*object));
}

Publisher::CallScope::~CallScope() {
  if (SUCCEEDED(result_)) publisher_.gate_.Leave();
}

Publisher::~Publisher() = default;

void Publisher::Close() {
  std::vector<std::weak_ptr<ClientHolder>> callbacks;
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    quiet_.wait(lock, [this] { return calls_ == 0; });
    for (Identity* identity : identities_) identity->Drop();
    callbacks.swap(callbacks_);
  }
  // Outside the lock: releasing them is the client's own code.
  for (const auto& callback : callbacks) {
    if (const auto holder = callback.lock()) holder->Drop();
  }
}

std::size_t Publisher::living_objects() const {
  const std::lock_guard lock(mutex_);
  return identities_.size() + counted_;
}

std::shared_ptr<void> Publisher::CountObject() {
  ++counted_;
  return {this, [self = shared_from_this()](void*) { --self->counted_; }};
}

void Publisher::Forget(Identity& identity) {
  const std::lock_guard lock(mutex_);
  identities_.erase(&identity);
  if (!identity.job()) return;
  const auto found = jobs_.find(*identity.job());
  if (found != jobs_.end() && found->second == &identity) jobs_.erase(found);
}

IUnknown* Publisher::PublishNew(std::unique_ptr<Unknown> object, InterfaceId id, const JobKey* job) {
  const auto identity =
      win32::TakeReference(new Identity(shared_from_this(), job != nullptr ? std::optional(*job) : std::nullopt));
  // Whoever finds it finds it whole.
  IUnknown* const pointer = identity->Add(id, std::move(object));
  {
    const std::lock_guard lock(mutex_);
    if (job != nullptr) {
      // Another thread may have published the same job since this one looked.
      if (IUnknown* const living = FindLocked(*job)) return living;
      jobs_[*job] = identity.Get();
    }
    identities_.insert(identity.Get());
  }
  pointer->AddRef();
  return pointer;
}

IUnknown* Publisher::FindJob(const JobKey& job) {
  const std::lock_guard lock(mutex_);
  return FindLocked(job);
}

IUnknown* Publisher::FindLocked(const JobKey& job) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end() || !found->second->TryAddRef()) return nullptr;
  // A reference to the object is one to each of its pointers.
  return found->second->Find(InterfaceId::kBackgroundCopyJob);
}

namespace {

// Null for a job that is not reached through COM. It stays the same, and no other object's, while somebody has a
// pointer to that object, as whoever published it does.
const IUnknown* IdentityInCom(BackgroundCopyJob& job) {
  const auto* const holder = dynamic_cast<const win32::ComPointerHolder*>(&job);
  win32::ComPtr<IUnknown> identity;
  if (holder != nullptr) holder->com_pointer()->QueryInterface(IID_PPV_ARGS(identity.GetAddressOf()));
  return identity.Get();
}

// Fails as GetId does for a caller who may not read the id.
Result<JobKey> KeyOf(BackgroundCopyJob& job) {
  if (const IUnknown* const identity = IdentityInCom(job)) return JobKey(identity);
  const Result<Guid> id = job.GetId();
  if (!id) return Failure(id.error());
  return JobKey(*id);
}

// Whether what a job's pointer stands for went with a stop of the service.
bool IsOfStoppedService(IUnknown* pointer) {
  const win32::ComPtr<Identity> identity = OwnerOf(pointer);
  Facet* const facet = identity ? identity->FacetAt(pointer) : nullptr;
  if (facet == nullptr || facet->object() == nullptr || facet->id() != InterfaceId::kBackgroundCopyJob) return false;
  return HResultOf(static_cast<BackgroundCopyJob*>(facet->object())->GetState()) == "RPC_S_SERVER_UNAVAILABLE"_hr;
}

}  // namespace

IBackgroundCopyManager* Publisher::Publish(std::unique_ptr<BackgroundCopyManager> manager) {
  return As<IBackgroundCopyManager>(PublishNew(std::move(manager), BackgroundCopyManager::kInterfaceId, nullptr));
}

IBackgroundCopyJob* Publisher::PublishJob(std::unique_ptr<BackgroundCopyJob> job, const JobKey& key) {
  if (IUnknown* const living = FindJob(key)) {
    // Of an identity in COM there is no question.
    if (!std::holds_alternative<Guid>(key) || !IsOfStoppedService(living)) return As<IBackgroundCopyJob>(living);
    // The service has been started again since: its pointers are dead, and the job goes by new ones.
    {
      const std::lock_guard lock(mutex_);
      jobs_.erase(key);
    }
    living->Release();
  }
  return As<IBackgroundCopyJob>(PublishNew(std::move(job), BackgroundCopyJob::kInterfaceId, &key));
}

IBackgroundCopyJob* Publisher::Publish(std::unique_ptr<BackgroundCopyJob> job, const Guid& id) {
  const IUnknown* const identity = IdentityInCom(*job);
  return PublishJob(std::move(job), identity != nullptr ? JobKey(identity) : JobKey(id));
}

IBackgroundCopyJob* Publisher::Publish(std::unique_ptr<BackgroundCopyJob> job) {
  if (const Result<JobKey> key = KeyOf(*job)) return PublishJob(std::move(job), *key);
  // Nobody who may not even read the id can tell whether it is the same.
  return As<IBackgroundCopyJob>(PublishNew(std::move(job), BackgroundCopyJob::kInterfaceId, nullptr));
}

IBackgroundCopyError* Publisher::Publish(std::unique_ptr<BackgroundCopyError> error) {
  return As<IBackgroundCopyError>(PublishNew(std::move(error), BackgroundCopyError::kInterfaceId, nullptr));
}

IBackgroundCopyFile* Publisher::Publish(std::unique_ptr<BackgroundCopyFile> file) {
  return As<IBackgroundCopyFile>(PublishNew(std::move(file), BackgroundCopyFile::kInterfaceId, nullptr));
}

IEnumBackgroundCopyJobs* Publisher::Publish(std::unique_ptr<EnumBackgroundCopyJobs> jobs) {
  return As<IEnumBackgroundCopyJobs>(PublishNew(std::move(jobs), EnumBackgroundCopyJobs::kInterfaceId, nullptr));
}

IEnumBackgroundCopyFiles* Publisher::Publish(std::unique_ptr<EnumBackgroundCopyFiles> files) {
  return As<IEnumBackgroundCopyFiles>(PublishNew(std::move(files), EnumBackgroundCopyFiles::kInterfaceId, nullptr));
}

// A stay with the gate for calls about an object that is lent.
class Publisher::LentScope {
 public:
  LentScope(Gate& gate, Unknown& object) : gate_(gate), result_(gate.EnterLent(object)) {}
  ~LentScope() {
    if (result_.Succeeded()) gate_.LeaveLent();
  }
  LentScope(const LentScope&) = delete;
  LentScope& operator=(const LentScope&) = delete;
  HResult result() const { return result_; }

 private:
  Gate& gate_;
  HResult result_;
};

Result<win32::ComPtr<IBackgroundCopyJob>> Publisher::PublishLent(BackgroundCopyJob& job) {
  const LentScope scope(gate_, job);
  if (scope.result().Failed()) return Failure(scope.result());
  const Result<JobKey> key = KeyOf(job);
  if (!key) return Failure(key.error());
  if (IUnknown* const living = FindJob(*key)) return win32::TakeReference(As<IBackgroundCopyJob>(living));
  auto own = Query<BackgroundCopyJob>(job);
  if (!own) return Failure(own.error());
  return win32::TakeReference(PublishJob(*std::move(own), *key));
}

template <class T>
auto Publisher::PublishCopy(T& object) {
  const LentScope scope(gate_, object);
  using Published = decltype(win32::TakeReference(Publish(std::unique_ptr<T>())));
  if (scope.result().Failed()) return Result<Published>(Failure(scope.result()));
  auto own = Query<T>(object);
  if (!own) return Result<Published>(Failure(own.error()));
  return Result<Published>(win32::TakeReference(Publish(*std::move(own))));
}

Result<win32::ComPtr<IBackgroundCopyError>> Publisher::PublishLent(BackgroundCopyError& error) {
  return PublishCopy(error);
}

Result<win32::ComPtr<IBackgroundCopyFile>> Publisher::PublishLent(BackgroundCopyFile& file) {
  return PublishCopy(file);
}

Result<std::shared_ptr<BackgroundCopyCallback>> Publisher::CallbackFrom(IUnknown* callback) {
  if (callback == nullptr) return nullptr;
  Result<ClientCallbackParts> made = MakeClientCallback(shared_from_this(), gate_.PrepareCallbacks(), callback);
  if (!made) return Failure(made.error());
  const std::lock_guard lock(mutex_);
  std::erase_if(callbacks_, [](const std::weak_ptr<ClientHolder>& gone) { return gone.expired(); });
  callbacks_.push_back(made->holder);
  return made->callback;
}

win32::ComPtr<IUnknown> Publisher::CallbackTo(const std::shared_ptr<BackgroundCopyCallback>& callback) {
  if (const auto* holder = dynamic_cast<ClientHolder*>(callback.get())) return holder->client();
  return win32::ToCom(callback);
}

}  // namespace bits::fakes::com
