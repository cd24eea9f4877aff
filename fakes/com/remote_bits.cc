#include "harness/win32/windows_headers.h"

#include "fakes/com/remote_bits.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "fakes/com/real_functions.h"
#include "fakes/com/remote_gate.h"
#include "fakes/com/server_classes.h"
#include "harness/win32/adapters.h"
#include "harness/win32/conversions.h"

namespace bits::fakes::com {

// The simulated Windows with the server's BITS for its own.
class RemoteBits::ServerEnvironment final : public Environment, private ComApi {
 public:
  ServerEnvironment(Process& process, const Guid& server) : process_(process), server_(server) {}

  ComApi& com() override { return *this; }
  LogonApi& logon() override { return process_.logon(); }
  Machine& machine() override { return process_.machine(); }
  Clock& clock() override { return process_.clock(); }
  FileSystem& files() override { return process_.files(); }
  HttpClient& http() override { return process_.http(); }

 private:
  HResult CoInitializeEx(ApartmentType type) override { return process_.com().CoInitializeEx(type); }
  void CoUninitialize() override { process_.com().CoUninitialize(); }
  HResult CoInitializeSecurity(const ProcessSecurity& security) override {
    return process_.com().CoInitializeSecurity(security);
  }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override {
    if (const HResult prepared = PrepareApartment(); prepared.Failed()) return Failure(prepared);
    const CLSID class_id = win32::ToGuid(ServerClassId(server_, manager_class));
    return win32::GetInterface<IBackgroundCopyManager>([&](IBackgroundCopyManager** manager) {
      return Real().CoCreateInstance(class_id, nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IBackgroundCopyManager),
                                     reinterpret_cast<void**>(manager));
    });
  }
  Result<std::shared_ptr<Event>> MakeEvent() override { return process_.com().MakeEvent(); }
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override {
    return process_.com().WaitForEvent(event, timeout);
  }

  // Makes the apartment of this thread able to hold pointers to IBitsTokenOptions.
  HResult PrepareApartment() {
    APTTYPE type{};
    APTTYPEQUALIFIER qualifier{};
    if (CoGetApartmentType(&type, &qualifier) != S_OK) return "CO_E_NOTINITIALIZED"_hr;
    const bool single_threaded = type == APTTYPE_STA || type == APTTYPE_MAINSTA;
    const std::lock_guard lock(mutex_);
    std::optional<TokenOptionsMarshaling>& prepared = apartments_[single_threaded ? GetCurrentThreadId() : 0];
    // An apartment that ended took its registration with it, and a new one of the same thread needs another.
    prepared.reset();
    Result<TokenOptionsMarshaling> registered = RegisterTokenOptionsMarshaling();
    if (!registered) return registered.error();
    prepared.emplace(*std::move(registered));
    return HResult();
  }

  Process& process_;
  const Guid server_;
  std::mutex mutex_;
  std::map<DWORD, std::optional<TokenOptionsMarshaling>> apartments_;  // by thread, the multi-threaded one by 0
};

RemoteBits::RemoteBits(std::string_view script, const std::function<TokenPtr(const ScriptedWorld&)>& choose)
    : world_(MakeWorld(script, {.files = {}, .http = {}, .left_out = true})),
      process_(world_.world->Start(choose(world_))),
      server_(ServerPath(), script),
      environment_(std::make_unique<ServerEnvironment>(*process_, server_.id())),
      bits_(*environment_, std::make_unique<RemoteGate>(*process_)),
      logon_(*process_) {}

RemoteBits::~RemoteBits() = default;

}  // namespace bits::fakes::com
