#include "harness/intercept/intercepted_environment.h"

#include <utility>

#include "harness/intercept/dispatcher.h"
#include "harness/intercept/intercepted_objects.h"

namespace bits::intercept {
namespace {

// One seam: the inner object, and its name in calls.
template <class Base>
class InterceptedSeam : public Base {
 public:
  InterceptedSeam(std::string_view name, Base& inner, std::shared_ptr<Dispatcher> dispatcher)
      : inner_(inner), dispatcher_(std::move(dispatcher)), name_(name) {}

 protected:
  template <class Backend, class... T>
  auto Invoke(std::string_view method, Backend&& backend, Argument<T>... arguments) {
    return dispatcher_->Invoke(name_, method, std::forward<Backend>(backend), arguments...);
  }

  Base& inner_;
  std::shared_ptr<Dispatcher> dispatcher_;

 private:
  std::string_view name_;
};

class InterceptedComApi : public InterceptedSeam<ComApi> {
 public:
  using InterceptedSeam::InterceptedSeam;
  HResult CoInitializeEx(ApartmentType type) override {
    return Invoke(
        "CoInitializeEx", [&] { return inner_.CoInitializeEx(type); }, Arg("dwCoInit", type));
  }
  void CoUninitialize() override {
    // It yields nothing, so an interceptor's answer cannot keep it from happening.
    Invoke("CoUninitialize", [] { return HResult(); });
    inner_.CoUninitialize();
  }
  HResult CoInitializeSecurity(const ProcessSecurity& security) override {
    return Invoke(
        "CoInitializeSecurity", [&] { return inner_.CoInitializeSecurity(security); }, Arg("security", security));
  }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override {
    return Wrap(
        Invoke(
            "CoCreateInstance", [&] { return inner_.CoCreateInstance(manager_class); }, Arg("rclsid", manager_class)),
        dispatcher_, 0);
  }
  Result<std::shared_ptr<Event>> MakeEvent() override {
    Result<std::shared_ptr<Event>> made = Invoke("MakeEvent", [&] { return inner_.MakeEvent(); });
    if (!made) return made;
    // The event itself, which WaitForEvent of the inner environment knows, with an owner that tells of its end.
    const auto owner = std::make_shared<EventOwner>(std::move(*made), dispatcher_);
    return std::shared_ptr<Event>(owner, owner->event.get());
  }
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override {
    return Invoke(
        "WaitForEvent", [&] { return inner_.WaitForEvent(event, timeout); }, Arg("timeout_ns", timeout));
  }

 private:
  struct EventOwner {
    EventOwner(std::shared_ptr<Event> inner, std::shared_ptr<Dispatcher> shared)
        : event(std::move(inner)), dispatcher(std::move(shared)), pointer(dispatcher->Acquire("Event", 0)) {}
    ~EventOwner() {
      event.reset();
      dispatcher->Release(pointer);
    }
    EventOwner(const EventOwner&) = delete;
    EventOwner& operator=(const EventOwner&) = delete;

    std::shared_ptr<Event> event;
    std::shared_ptr<Dispatcher> dispatcher;
    Pointer pointer;
  };
};

class InterceptedLogonApi : public InterceptedSeam<LogonApi> {
 public:
  using InterceptedSeam::InterceptedSeam;
  Result<Token> LogonUser(std::string_view user_name, std::optional<std::string_view> domain, const Secret& password,
                          LogonType type, LogonProvider provider) override {
    return Own(Invoke(
        "LogonUser", [&] { return inner_.LogonUser(user_name, domain, password, type, provider); },
        Arg("lpszUsername", user_name), Arg("lpszDomain", domain), Arg("lpszPassword", password),
        Arg("dwLogonType", type), Arg("dwLogonProvider", provider)));
  }
  HResult ImpersonateLoggedOnUser(const Token& token) override {
    return Invoke(
        "ImpersonateLoggedOnUser", [&] { return inner_.ImpersonateLoggedOnUser(token); }, Arg("hToken", token));
  }
  HResult RevertToSelf() override {
    return Invoke("RevertToSelf", [&] { return inner_.RevertToSelf(); });
  }
  HResult SetThreadToken(const Token* token) override {
    return Invoke(
        "SetThreadToken", [&] { return inner_.SetThreadToken(token); }, Arg("Token", token));
  }
  Result<Token> OpenProcessToken(std::uint32_t desired_access) override {
    return Own(Invoke(
        "OpenProcessToken", [&] { return inner_.OpenProcessToken(desired_access); },
        Arg("DesiredAccess", desired_access)));
  }
  Result<Token> OpenThreadToken(std::uint32_t desired_access, bool open_as_self) override {
    return Own(Invoke(
        "OpenThreadToken", [&] { return inner_.OpenThreadToken(desired_access, open_as_self); },
        Arg("DesiredAccess", desired_access), Arg("OpenAsSelf", open_as_self)));
  }
  Result<Token> DuplicateTokenEx(const Token& token, std::uint32_t desired_access, ImpersonationLevel level,
                                 TokenType type) override {
    return Own(Invoke(
        "DuplicateTokenEx", [&] { return inner_.DuplicateTokenEx(token, desired_access, level, type); },
        Arg("hExistingToken", token), Arg("dwDesiredAccess", desired_access), Arg("ImpersonationLevel", level),
        Arg("TokenType", type)));
  }
  Result<Token> CreateRestrictedToken(const Token& token, const TokenRestrictions& restrictions) override {
    return Own(Invoke(
        "CreateRestrictedToken", [&] { return inner_.CreateRestrictedToken(token, restrictions); },
        Arg("ExistingTokenHandle", token), Arg("restrictions", restrictions)));
  }
  Result<Token> GetLinkedToken(const Token& token) override {
    return Own(Invoke(
        "GetLinkedToken", [&] { return inner_.GetLinkedToken(token); }, Arg("TokenHandle", token)));
  }
  Result<TokenFacts> GetTokenFacts(const Token& token) override {
    return Invoke(
        "GetTokenFacts", [&] { return inner_.GetTokenFacts(token); }, Arg("TokenHandle", token));
  }
  Result<bool> CheckTokenMembership(const Token* token, std::string_view sid) override {
    return Invoke(
        "CheckTokenMembership", [&] { return inner_.CheckTokenMembership(token, sid); }, Arg("TokenHandle", token),
        Arg("SidToCheck", sid));
  }
  Result<std::string> LookupAccountName(std::string_view account) override {
    return Invoke(
        "LookupAccountName", [&] { return inner_.LookupAccountName(account); }, Arg("lpAccountName", account));
  }
  Result<AccountName> LookupAccountSid(std::string_view sid) override {
    return Invoke(
        "LookupAccountSid", [&] { return inner_.LookupAccountSid(sid); }, Arg("Sid", sid));
  }
  HResult CloseHandle(TokenHandle handle) override {
    const auto value = static_cast<std::uintptr_t>(handle);
    return Invoke(
        "CloseHandle", [&] { return inner_.CloseHandle(handle); }, Arg("hObject", value));
  }

 private:
  // A token that came through here is closed through here.
  Result<Token> Own(Result<Token> token) {
    if (!token) return token;
    return Token(*this, token->Release());
  }
};

class InterceptedMachine : public InterceptedSeam<Machine> {
 public:
  using InterceptedSeam::InterceptedSeam;
  Result<OsVersion> GetOsVersion() override {
    return Invoke("GetOsVersion", [&] { return inner_.GetOsVersion(); });
  }
  Result<std::string> ComputerName() override {
    return Invoke("ComputerName", [&] { return inner_.ComputerName(); });
  }
  Result<ServiceFacts> QueryService(std::string_view name) override {
    return Invoke(
        "QueryService", [&] { return inner_.QueryService(name); }, Arg("lpServiceName", name));
  }
  Result<RegistryValue> ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) override {
    return Invoke(
        "ReadRegistry", [&] { return inner_.ReadRegistry(root, key, value); }, Arg("hKey", root), Arg("lpSubKey", key),
        Arg("lpValue", value));
  }
  Result<bool> IsClassRegistered(ManagerClass manager_class) override {
    return Invoke(
        "IsClassRegistered", [&] { return inner_.IsClassRegistered(manager_class); }, Arg("rclsid", manager_class));
  }
  Result<FileVersion> GetFileVersion(std::string_view path) override {
    return Invoke(
        "GetFileVersion", [&] { return inner_.GetFileVersion(path); }, Arg("path", path));
  }
  Result<std::vector<LogEvent>> ReadEventLog(std::string_view channel, std::uint32_t count) override {
    return Invoke(
        "ReadEventLog", [&] { return inner_.ReadEventLog(channel, count); }, Arg("channel", channel),
        Arg("count", count));
  }
  Result<ProcessInstance> CurrentProcess() override {
    return Invoke("CurrentProcess", [&] { return inner_.CurrentProcess(); });
  }
  Result<std::optional<FileTime>> GetProcessStart(std::uint32_t process_id) override {
    return Invoke(
        "GetProcessStart", [&] { return inner_.GetProcessStart(process_id); }, Arg("dwProcessId", process_id));
  }
};

class InterceptedFileSystem : public InterceptedSeam<FileSystem> {
 public:
  using InterceptedSeam::InterceptedSeam;
  Result<std::string> GetFullPath(std::string_view path) override {
    return Invoke(
        "GetFullPath", [&] { return inner_.GetFullPath(path); }, Arg("path", path));
  }
  Result<std::optional<std::uint64_t>> GetFileSize(std::string_view path) override {
    return Invoke(
        "GetFileSize", [&] { return inner_.GetFileSize(path); }, Arg("path", path));
  }
  Result<bool> IsDirectory(std::string_view path) override {
    return Invoke(
        "IsDirectory", [&] { return inner_.IsDirectory(path); }, Arg("path", path));
  }
  Result<std::string> HashSha256(std::string_view path) override {
    return Invoke(
        "HashSha256", [&] { return inner_.HashSha256(path); }, Arg("path", path));
  }
  HResult Rename(std::string_view from, std::string_view to, ReplaceExisting replace) override {
    return Invoke(
        "Rename", [&] { return inner_.Rename(from, to, replace); }, Arg("from", from), Arg("to", to),
        Arg("replace", replace));
  }
  HResult Remove(std::string_view path) override {
    return Invoke(
        "Remove", [&] { return inner_.Remove(path); }, Arg("path", path));
  }
};

class InterceptedHttpClient : public InterceptedSeam<HttpClient> {
 public:
  using InterceptedSeam::InterceptedSeam;
  Result<HttpResponse> Send(const HttpRequest& request) override {
    return Invoke(
        "Send", [&] { return inner_.Send(request); }, Arg("request", request));
  }
};

class InterceptedEnvironment : public Environment {
 public:
  InterceptedEnvironment(Environment& inner, std::vector<Interceptor*> interceptors)
      : dispatcher_(std::make_shared<Dispatcher>(std::move(interceptors), inner.logon())),
        clock_(inner.clock()),
        com_("ComApi", inner.com(), dispatcher_),
        logon_("LogonApi", inner.logon(), dispatcher_),
        machine_("Machine", inner.machine(), dispatcher_),
        files_("FileSystem", inner.files(), dispatcher_),
        http_("HttpClient", inner.http(), dispatcher_) {}

  ComApi& com() override { return com_; }
  LogonApi& logon() override { return logon_; }
  Machine& machine() override { return machine_; }
  Clock& clock() override { return clock_; }
  FileSystem& files() override { return files_; }
  HttpClient& http() override { return http_; }

 private:
  std::shared_ptr<Dispatcher> dispatcher_;
  Clock& clock_;
  InterceptedComApi com_;
  InterceptedLogonApi logon_;
  InterceptedMachine machine_;
  InterceptedFileSystem files_;
  InterceptedHttpClient http_;
};

}  // namespace

std::unique_ptr<Environment> Intercept(Environment& inner, std::vector<Interceptor*> interceptors) {
  return std::make_unique<InterceptedEnvironment>(inner, std::move(interceptors));
}

}  // namespace bits::intercept
