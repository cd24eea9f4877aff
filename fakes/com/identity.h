// One COM object: what all its interfaces share.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "fakes/com/multiple_interfaces.h"
#include "fakes/com/proxy_security.h"
#include "fakes/com/publisher.h"

namespace bits::fakes::com {

// One interface pointer of an object. It lives as long as the object, as COM's interface proxies do: asking again
// yields the same pointer, with the security that was set on it.
class Facet {
 public:
  virtual ~Facet() = default;
  virtual IUnknown* pointer() = 0;
  virtual InterfaceId id() const = 0;
  // The object of harness/api behind it; null once the publisher is closed.
  Unknown* object() const { return object_.get(); }
  void Drop() { object_.reset(); }

 protected:
  explicit Facet(std::unique_ptr<Unknown> object) : object_(std::move(object)) {}

 private:
  std::unique_ptr<Unknown> object_;
};

inline constexpr std::size_t kInterfaceCount = 12;  // of InterfaceId

// Its own IUnknown is the object's identity in COM's sense. Born with one reference.
class Identity final : public IUnknown {
 public:
  Identity(std::shared_ptr<Publisher> publisher, std::optional<JobKey> job);
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override;
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override;

  // QueryInterface through one of its pointers, with the security of `from`, the object behind that pointer.
  HRESULT Query(Unknown* from, REFIID iid, void** object) noexcept;

  // A reference, unless the object is dying.
  bool TryAddRef();
  // The pointer for an interface; null where it has none yet. Without a reference.
  IUnknown* Find(InterfaceId id) const;
  // Adds a pointer, without a reference; the one that is there already where another thread was faster.
  IUnknown* Add(InterfaceId id, std::unique_ptr<Unknown> object);
  // A private copy of a pointer, with its security, with one reference [combaseapi-cocopyproxy].
  HRESULT Copy(Facet& from, IUnknown** copy) noexcept;

  // The pointer at this address; null for any other address, and for the identity itself.
  Facet* FacetAt(const void* address) const;
  // Any of its pointers; there always is one.
  Facet& FirstFacet() const;
  // The object of harness/api that the security of a pointer is kept by; for the identity's own pointer, one that no
  // other shares. E_INVALIDARG for an address that is none of its pointers'. The publisher is not closed meanwhile.
  Result<Unknown*> ObjectOf(const void* pointer) noexcept;
  ClientSecurity& security() { return security_; }

  // Gives up the objects of harness/api; no call is under way.
  void Drop();

  Publisher& publisher() const { return *publisher_; }
  const std::optional<JobKey>& job() const { return job_; }

 private:
  ~Identity();

  // The pointers that the service never hears of; null for any other interface.
  IUnknown* FindLocal(REFIID iid);

  const std::shared_ptr<Publisher> publisher_;
  const std::optional<JobKey> job_;
  std::atomic<ULONG> references_{1};
  std::array<std::atomic<Facet*>, kInterfaceCount> facets_{};
  std::atomic<Unknown*> own_{nullptr};  // behind the identity's own pointer, once it has a security of its own
  ClientSecurity security_{*this};
  MultipleInterfaces multiple_interfaces_{*this};
  mutable std::mutex mutex_;  // of the copies
  std::vector<std::unique_ptr<Facet>> copies_;
};

// The object that a pointer belongs to, whoever published it; null for any pointer that is none of ours.
win32::ComPtr<Identity> OwnerOf(const void* pointer);

}  // namespace bits::fakes::com
