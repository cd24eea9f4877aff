#include "fakes/com/identity.h"

#include <cstdlib>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "fakes/com/interfaces.h"
#include "fakes/com/out_values.h"

namespace bits::fakes::com {
namespace {

// Every interface pointer that was published and lives, of every publisher. CoSetProxyBlanket is handed any pointer of
// the program; one of somebody else's must not even be asked for an interface.
class LivingPointers {
 public:
  static LivingPointers& Instance() {
    static LivingPointers instance;
    return instance;
  }
  void Add(const void* pointer, Identity& identity) {
    const std::unique_lock lock(mutex_);
    owners_.emplace(pointer, &identity);
  }
  void Remove(const void* pointer) {
    const std::unique_lock lock(mutex_);
    owners_.erase(pointer);
  }
  win32::ComPtr<Identity> OwnerOf(const void* pointer) const {
    const std::shared_lock lock(mutex_);
    const auto found = owners_.find(pointer);
    if (found == owners_.end() || !found->second->TryAddRef()) return nullptr;
    return win32::TakeReference(found->second);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<const void*, Identity*> owners_;
};

}  // namespace

win32::ComPtr<Identity> OwnerOf(const void* pointer) { return LivingPointers::Instance().OwnerOf(pointer); }

Identity::Identity(std::shared_ptr<Publisher> publisher, std::optional<JobKey> job)
    : publisher_(std::move(publisher)), job_(job) {
  LivingPointers::Instance().Add(static_cast<IUnknown*>(this), *this);
}

Identity::~Identity() {
  {
    const Publisher::LocalScope scope(*publisher_);
    if (SUCCEEDED(scope.result())) Drop();
  }
  LivingPointers& pointers = LivingPointers::Instance();
  for (std::atomic<Facet*>& slot : facets_) {
    const std::unique_ptr<Facet> facet(slot.load());
    if (facet) pointers.Remove(facet->pointer());
  }
  for (const std::unique_ptr<Facet>& copy : copies_) pointers.Remove(copy->pointer());
  pointers.Remove(static_cast<IUnknown*>(this));
  delete own_.load();
}

ULONG STDMETHODCALLTYPE Identity::Release() {
  const ULONG left = --references_;
  if (left == 0) {
    publisher_->Forget(*this);
    delete this;
  }
  return left;
}

bool Identity::TryAddRef() {
  ULONG references = references_.load();
  while (references != 0) {
    if (references_.compare_exchange_weak(references, references + 1)) return true;
  }
  return false;
}

HRESULT STDMETHODCALLTYPE Identity::QueryInterface(REFIID iid, void** object) {
  Unknown* const own = own_.load();
  return Query(own != nullptr ? own : FirstFacet().object(), iid, object);
}

IUnknown* Identity::FindLocal(REFIID iid) {
  if (iid == __uuidof(IUnknown)) return this;
  if (iid == __uuidof(IClientSecurity)) return &security_;
  if (iid == __uuidof(IMultiQI)) return &multiple_interfaces_;
  return nullptr;
}

Facet& Identity::FirstFacet() const {
  for (const std::atomic<Facet*>& slot : facets_) {
    if (Facet* facet = slot.load()) return *facet;
  }
  std::abort();  // it is published with one
}

HRESULT Identity::Query(Unknown* from, REFIID iid, void** object) noexcept {
  if (object == nullptr) return E_POINTER;
  *object = nullptr;
  IUnknown* pointer = FindLocal(iid);
  if (pointer == nullptr) {
    const std::optional<InterfaceId> id = InterfaceOf(iid);
    if (!id) return E_NOINTERFACE;
    pointer = Find(*id);
    if (pointer == nullptr) {
      const Publisher::CallScope call(*publisher_, from);
      if (FAILED(call.result())) return call.result();
      try {
        Result<std::unique_ptr<Unknown>> found = from->QueryInterface(*id);
        if (!found) return ToHresult(found.error());
        pointer = Add(*id, *std::move(found));
      } catch (const std::bad_alloc&) {
        return E_OUTOFMEMORY;
      } catch (...) {
        return E_UNEXPECTED;
      }
    }
  }
  AddRef();
  *object = pointer;
  return S_OK;
}

Result<Unknown*> Identity::ObjectOf(const void* pointer) noexcept {
  if (const Facet* const facet = FacetAt(pointer)) return facet->object();
  if (pointer != static_cast<IUnknown*>(this)) return Failure("E_INVALIDARG"_hr);
  if (Unknown* const own = own_.load()) return own;
  Facet& first = FirstFacet();
  const Publisher::CallScope call(*publisher_, first.object());
  if (FAILED(call.result())) return Failure(win32::FromHresult(call.result()));
  try {
    Result<std::unique_ptr<Unknown>> made = first.object()->QueryInterface(first.id());
    if (!made) return Failure(made.error());
    Unknown* there = nullptr;
    // Another thread may have been faster.
    if (own_.compare_exchange_strong(there, made->get())) return made->release();
    return there;
  } catch (const std::bad_alloc&) {
    return Failure("E_OUTOFMEMORY"_hr);
  } catch (...) {
    return Failure("E_UNEXPECTED"_hr);
  }
}

IUnknown* Identity::Find(InterfaceId id) const {
  Facet* facet = facets_[static_cast<std::size_t>(id)].load();
  return facet == nullptr ? nullptr : facet->pointer();
}

IUnknown* Identity::Add(InterfaceId id, std::unique_ptr<Unknown> object) {
  std::unique_ptr<Facet> made = MakeFacet(id, *this, std::move(object));
  // Another thread may find the pointer, and set its security, as soon as it is in its place.
  LivingPointers::Instance().Add(made->pointer(), *this);
  Facet* there = nullptr;
  if (facets_[static_cast<std::size_t>(id)].compare_exchange_strong(there, made.get())) {
    return made.release()->pointer();
  }
  LivingPointers::Instance().Remove(made->pointer());
  return there->pointer();
}

HRESULT Identity::Copy(Facet& from, IUnknown** copy) noexcept {
  const Publisher::CallScope call(*publisher_, from.object());
  if (FAILED(call.result())) return call.result();
  try {
    const InterfaceId id = from.id();
    Result<std::unique_ptr<Unknown>> object = from.object()->QueryInterface(id);
    if (!object) return ToHresult(object.error());
    Gate& gate = publisher_->gate();
    const Result<ProxyBlanket> blanket = gate.QueryBlanket(*from.object());
    if (!blanket) return ToHresult(blanket.error());
    if (const HResult set = gate.SetBlanket(**object, *blanket); set.Failed()) return ToHresult(set);
    std::unique_ptr<Facet> made = MakeFacet(id, *this, *std::move(object));
    *copy = made->pointer();
    LivingPointers::Instance().Add(*copy, *this);
    const std::lock_guard lock(mutex_);
    copies_.push_back(std::move(made));
  } catch (const std::bad_alloc&) {
    return E_OUTOFMEMORY;
  } catch (...) {
    return E_UNEXPECTED;
  }
  AddRef();
  return S_OK;
}

Facet* Identity::FacetAt(const void* address) const {
  for (const std::atomic<Facet*>& slot : facets_) {
    Facet* facet = slot.load();
    if (facet != nullptr && facet->pointer() == address) return facet;
  }
  const std::lock_guard lock(mutex_);
  for (const std::unique_ptr<Facet>& copy : copies_) {
    if (copy->pointer() == address) return copy.get();
  }
  return nullptr;
}

void Identity::Drop() {
  const auto drop = [this](Facet& facet) {
    if (facet.object() == nullptr) return;
    publisher_->gate().Forget(*facet.object());
    facet.Drop();
  };
  for (const std::atomic<Facet*>& slot : facets_) {
    if (Facet* facet = slot.load()) drop(*facet);
  }
  if (const std::unique_ptr<Unknown> own(own_.exchange(nullptr)); own) publisher_->gate().Forget(*own);
  const std::lock_guard lock(mutex_);
  for (const std::unique_ptr<Facet>& copy : copies_) drop(*copy);
}

}  // namespace bits::fakes::com
