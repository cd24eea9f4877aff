// What every interface of the service has in common: asking for another interface, and security per proxy.
#pragma once

#include <memory>
#include <string_view>

#include "harness/api/com_security.h"
#include "harness/api/enum_names.h"
#include "harness/api/guid.h"
#include "harness/api/result.h"

namespace bits {

enum class InterfaceId {
  kBackgroundCopyManager,
  kBackgroundCopyJob,
  kBackgroundCopyJob2,
  kBackgroundCopyJob3,
  kBackgroundCopyJob4,
  kBackgroundCopyJobHttpOptions,
  kBitsTokenOptions,
  kBackgroundCopyError,
  kBackgroundCopyFile,
  kBackgroundCopyFile2,
  kEnumBackgroundCopyJobs,
  kEnumBackgroundCopyFiles,
};

template <>
struct EnumNames<InterfaceId> {
  static constexpr EnumName<InterfaceId> kNames[] = {
      {InterfaceId::kBackgroundCopyManager, "IBackgroundCopyManager"},
      {InterfaceId::kBackgroundCopyJob, "IBackgroundCopyJob"},
      {InterfaceId::kBackgroundCopyJob2, "IBackgroundCopyJob2"},
      {InterfaceId::kBackgroundCopyJob3, "IBackgroundCopyJob3"},
      {InterfaceId::kBackgroundCopyJob4, "IBackgroundCopyJob4"},
      {InterfaceId::kBackgroundCopyJobHttpOptions, "IBackgroundCopyJobHttpOptions"},
      {InterfaceId::kBitsTokenOptions, "IBitsTokenOptions"},
      {InterfaceId::kBackgroundCopyError, "IBackgroundCopyError"},
      {InterfaceId::kBackgroundCopyFile, "IBackgroundCopyFile"},
      {InterfaceId::kBackgroundCopyFile2, "IBackgroundCopyFile2"},
      {InterfaceId::kEnumBackgroundCopyJobs, "IEnumBackgroundCopyJobs"},
      {InterfaceId::kEnumBackgroundCopyFiles, "IEnumBackgroundCopyFiles"},
  };
};

// One interface pointer from the service. Destroying it releases the reference.
//
// Threads: as COM's apartments demand; an object made in an STA is used on that thread only (RPC_E_WRONG_THREAD).
// Every call of every interface can also yield what COM and RPC yield when the service cannot be reached:
// CO_E_NOTINITIALIZED, RPC_E_DISCONNECTED, RPC_S_SERVER_UNAVAILABLE, RPC_E_CALL_REJECTED, E_OUTOFMEMORY; contracts
// list the rest.
class Unknown {
 public:
  virtual ~Unknown() = default;
  Unknown(const Unknown&) = delete;
  Unknown& operator=(const Unknown&) = delete;

  // Another interface of the same object, with the blanket of a new proxy: a blanket set here is not inherited
  // [service-accounts-and-bits]. The object returned is of the class that carries `id` as its kInterfaceId; use
  // Query<T>. Since Windows 7 BITS checks the caller's access to a job here [helper-tokens-for-bits-transfer-jobs].
  // E_NOINTERFACE, E_ACCESSDENIED.
  [[nodiscard]] virtual Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) = 0;

  // CoSetProxyBlanket on this pointer alone [combaseapi-cosetproxyblanket]. E_INVALIDARG; E_NOINTERFACE where the
  // object is not a proxy; E_NOTIMPL on Wine.
  [[nodiscard]] virtual HResult SetProxyBlanket(const ProxyBlanket& blanket) = 0;

  // CoQueryProxyBlanket: what COM really uses for this pointer [combaseapi-coqueryproxyblanket].
  // E_INVALIDARG; E_NOINTERFACE where the object is not a proxy; E_NOTIMPL on Wine.
  virtual Result<ProxyBlanket> QueryProxyBlanket() = 0;

 protected:
  Unknown() = default;
};

// QueryInterface with the type in place of the id: `Query<BitsTokenOptions>(*job)`.
template <class T>
[[nodiscard]] Result<std::unique_ptr<T>> Query(Unknown& object) {
  Result<std::unique_ptr<Unknown>> found = object.QueryInterface(T::kInterfaceId);
  if (!found) return Failure(found.error());
  return std::unique_ptr<T>(static_cast<T*>(found->release()));
}

}  // namespace bits
