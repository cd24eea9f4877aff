#include "harness/win32/windows_headers.h"

#include "fakes/com/fake_bits_server.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fakes/com/call_extension.h"
#include "fakes/com/class_factory.h"
#include "fakes/com/interfaces.h"
#include "fakes/com/out_values.h"
#include "fakes/com/publisher.h"
#include "fakes/com/server_registration.h"
#include "fakes/world/process.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/win32/handles.h"
#include "harness/win32/token_information.h"

namespace bits::fakes::com {
namespace {

// Whom COM shows as the caller; nobody where it shows none (Wine).
std::optional<CallerIdentity> CallerByCom() {
  DWORD authentication_level = 0;
  DWORD impersonation_level = 0;
  if (FAILED(CoQueryClientBlanket(nullptr, nullptr, nullptr, &authentication_level, &impersonation_level, nullptr,
                                  nullptr)) ||
      FAILED(CoImpersonateClient())) {
    return std::nullopt;
  }
  HANDLE opened = nullptr;
  const BOOL has_token = OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, /*OpenAsSelf=*/TRUE, &opened);
  const HRESULT reverted = CoRevertToSelf();
  const win32::KernelHandle token(opened);
  // This thread must not go on as somebody else.
  if (FAILED(reverted)) std::abort();
  if (!has_token) return std::nullopt;
  Result<TokenFacts> facts = win32::ReadTokenFacts(token.get());
  if (!facts) return std::nullopt;
  CallerIdentity caller;
  caller.authentication_level = static_cast<AuthenticationLevel>(authentication_level);
  caller.impersonation_level = static_cast<ImpersonationLevel>(impersonation_level);
  caller.token = *std::move(facts);
  return caller;
}

std::optional<CallerIdentity> CurrentCaller() {
  if (const auto extension = CallExtension()) return ParseCallerIdentity(*extension);
  return CallerByCom();
}

// A caller, and the token of the simulation that stands for it, once there is one: guarded by the world's lock.
struct KnownCaller {
  CallerIdentity identity;
  TokenPtr token;
};

ProxyBlanket BlanketOf(const CallerIdentity& caller) {
  ProxyBlanket blanket;
  blanket.authentication_level = caller.authentication_level;
  blanket.impersonation_level = caller.impersonation_level;
  // Cloaking was the client's affair: the token is what came of it.
  blanket.cloaking = Cloaking::kDynamic;
  return blanket;
}

}  // namespace

// One client process, and what it is in the simulation.
class FakeBitsServer::Client final : public Gate {
 public:
  Client(FakeBitsServer& server, std::uint32_t process_id, TokenPtr token)
      : server_(server),
        process_(server.world_.Start(std::move(token))),
        handle_(OpenProcess(SYNCHRONIZE, FALSE, process_id)) {
    static_cast<void>(process_->com().CoInitializeEx(ApartmentType::kMultiThreaded));
    if (server.interceptor_ != nullptr) intercepted_ = intercept::Intercept(*process_, {server.interceptor_});
    publisher_ = Publisher::Make(*this);
  }
  ~Client() override { publisher_->Close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool HasEnded() const { return handle_ && WaitForSingleObject(handle_.get(), 0) == WAIT_OBJECT_0; }

  HRESULT Activate(CallerIdentity caller, ManagerClass manager_class, REFIID iid, void** object) {
    KnownCaller known{std::move(caller), nullptr};
    Impersonate(known);
    server_.world_.Change([&] {
      process_->security = {known.identity.authentication_level, known.identity.impersonation_level,
                            Cloaking::kDynamic};
    });
    auto manager = (intercepted_ ? intercepted_->com() : process_->com()).CoCreateInstance(manager_class);
    Leave();
    if (!manager) return ToHresult(manager.error());
    const auto published = win32::TakeReference(publisher_->Publish(*std::move(manager)));
    return published->QueryInterface(iid, object);
  }

  HResult Enter(Unknown& object) override {
    const std::shared_ptr<KnownCaller> caller = FindCaller();
    if (!caller) return "E_ACCESSDENIED"_hr;
    if (const HResult set = object.SetProxyBlanket(BlanketOf(caller->identity)); set.Failed()) return set;
    Impersonate(*caller);
    return HResult();
  }
  void Leave() override {
    server_.world_.Change([this] { process_->Impersonate(nullptr); });
  }
  // The service's own calls, for the client.
  HResult EnterLent(Unknown&) override { return HResult(); }
  void LeaveLent() override {}

 private:
  // Who makes the call that this thread executes; null where nobody says so. A client's calls mostly carry the same
  // bytes as the one before, and then mean the same.
  std::shared_ptr<KnownCaller> FindCaller() {
    const auto extension = CallExtension();
    if (extension) {
      const std::lock_guard lock(last_mutex_);
      if (last_caller_ && std::ranges::equal(*extension, last_bytes_)) return last_caller_;
    }
    std::optional<CallerIdentity> identity = CurrentCaller();
    if (!identity) return nullptr;
    auto caller = std::make_shared<KnownCaller>(KnownCaller{*std::move(identity), nullptr});
    if (extension) {
      const std::lock_guard lock(last_mutex_);
      last_bytes_.assign(extension->begin(), extension->end());
      last_caller_ = caller;
    }
    return caller;
  }

  void Impersonate(KnownCaller& caller) {
    server_.world_.Change([&] {
      const bool alive = caller.token && !caller.token->session->ended;
      if (!alive) caller.token = server_.world_.accounts().Adopt(caller.identity.token);
      process_->Impersonate(caller.token);
    });
  }

  FakeBitsServer& server_;
  const std::unique_ptr<Process> process_;
  std::unique_ptr<Environment> intercepted_;  // null without an interceptor
  const win32::KernelHandle handle_;          // null where the client's process may not be watched
  std::mutex last_mutex_;
  std::vector<std::byte> last_bytes_;
  std::shared_ptr<KnownCaller> last_caller_;
  std::shared_ptr<Publisher> publisher_;
};

FakeBitsServer::FakeBitsServer(World& world, const ServerClasses& classes, intercept::Interceptor* interceptor)
    : stubs_(ServedInterfaces()), world_(world), interceptor_(interceptor) {
  if (const HResult hook = InstallCallExtension(); hook.Failed()) {
    throw std::runtime_error("CoRegisterChannelHook: " + ToString(hook));
  }
  for (const auto& entry : EnumNames<ManagerClass>::kNames) {
    if (entry.value > world.profile().newest_class) continue;
    const auto factory = MakeClassFactory([this, manager_class = entry.value](REFIID iid, void** object) {
      return Activate(manager_class, iid, object);
    });
    const CLSID class_id = win32::ToGuid(classes.Of(entry.value));
    DWORD registration = 0;
    const HRESULT result =
        CoRegisterClassObject(class_id, factory.Get(), CLSCTX_LOCAL_SERVER, REGCLS_MULTIPLEUSE, &registration);
    if (FAILED(result)) {
      for (const DWORD done : registrations_) CoRevokeClassObject(done);
      throw std::runtime_error("CoRegisterClassObject: " + WhyClassIsRefused(result));
    }
    registrations_.push_back(registration);
  }
}

FakeBitsServer::~FakeBitsServer() {
  for (const DWORD registration : registrations_) CoRevokeClassObject(registration);
  decltype(clients_) clients;
  {
    const std::lock_guard lock(mutex_);
    clients.swap(clients_);
  }
}

std::size_t FakeBitsServer::clients() const {
  const std::lock_guard lock(mutex_);
  return clients_.size();
}

std::shared_ptr<FakeBitsServer::Client> FakeBitsServer::ClientOf(const CallerIdentity& caller) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Client>& client = clients_[caller.process_id];
  if (!client) {
    TokenPtr token;
    world_.Change([&] { token = world_.accounts().Adopt(caller.token); });
    client = std::make_shared<Client>(*this, caller.process_id, std::move(token));
  }
  return client;
}

void FakeBitsServer::ForgetDeadClients() {
  std::vector<std::shared_ptr<Client>> dead;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(clients_, [&](auto& entry) {
      if (!entry.second->HasEnded()) return false;
      dead.push_back(std::move(entry.second));
      return true;
    });
  }
  // Outside the lock: each waits for its last calls.
}

HRESULT FakeBitsServer::Activate(ManagerClass manager_class, REFIID iid, void** object) noexcept {
  try {
    const std::optional<CallerIdentity> caller = CurrentCaller();
    if (!caller) return E_ACCESSDENIED;
    return ClientOf(*caller)->Activate(*caller, manager_class, iid, object);
  } catch (const std::bad_alloc&) {
    return E_OUTOFMEMORY;
  } catch (...) {
    return E_UNEXPECTED;
  }
}

}  // namespace bits::fakes::com
