#include "harness/intercept/replay.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "harness/intercept/intercepted_environment.h"

namespace bits::intercept {
namespace {

bool Undoes(std::string_view method) {
  constexpr std::string_view kUndoing[] = {"RevertToSelf", "CloseHandle", "CoUninitialize"};
  return std::ranges::find(kUndoing, method) != std::end(kUndoing);
}

constexpr HResult kUnreachable = "E_UNEXPECTED"_hr;

}  // namespace

class Replay::Answers final : public Interceptor {
 public:
  explicit Answers(const Recording& recording) : calls_(recording) {}

  std::optional<Reply> Answer(const Call& call) override {
    const std::scoped_lock lock(mutex_);
    const RecordedCall* const recorded = calls_.Take(call, ArgumentMatch::kSame);
    if (recorded == nullptr) {
      if (Undoes(call.method)) return Reply{};
      not_recorded_.push_back(fmt::format("{}::{}", call.interface_name, call.method));
      return Reply{kNotRecorded};
    }
    line_ = recorded->line;
    now_ = recorded->begin + recorded->elapsed;
    if (call.method == "RevertToSelf") return Reply{};
    return Reply{recorded->result, recorded->value};
  }

  void Refused(const Call& call, std::string_view why) override {
    const std::scoped_lock lock(mutex_);
    if (!flaw_) flaw_.emplace(line_, fmt::format("the value of {}::{} {}", call.interface_name, call.method, why));
  }

  std::chrono::nanoseconds now() const {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  const std::vector<std::string>& not_recorded() const { return not_recorded_; }
  const std::optional<RecordingError>& flaw() const { return flaw_; }

 private:
  mutable std::mutex mutex_;
  RecordedCalls calls_;
  std::size_t line_ = 1;
  std::chrono::nanoseconds now_{};
  std::vector<std::string> not_recorded_;
  std::optional<RecordingError> flaw_;
};

// What would be reached if anything were. Only its clock is.
class Replay::Nowhere final : public Environment,
                              private ComApi,
                              private LogonApi,
                              private Machine,
                              private FileSystem,
                              private HttpClient,
                              private Clock {
 public:
  Nowhere(const Answers& answers, std::chrono::system_clock::time_point started)
      : answers_(answers), started_(started) {}

  ComApi& com() override { return *this; }
  LogonApi& logon() override { return *this; }
  Machine& machine() override { return *this; }
  Clock& clock() override { return *this; }
  FileSystem& files() override { return *this; }
  HttpClient& http() override { return *this; }

 private:
  template <class T>
  static Result<T> None() {
    return Failure(kUnreachable);
  }

  std::chrono::nanoseconds SteadyNow() override { return answers_.now(); }
  std::chrono::system_clock::time_point SystemNow() override {
    return started_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(answers_.now());
  }

  HResult CoInitializeEx(ApartmentType) override { return kUnreachable; }
  void CoUninitialize() override {}
  HResult CoInitializeSecurity(const ProcessSecurity&) override { return kUnreachable; }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass) override {
    return None<std::unique_ptr<BackgroundCopyManager>>();
  }
  Result<std::shared_ptr<Event>> MakeEvent() override { return None<std::shared_ptr<Event>>(); }
  Result<WaitOutcome> WaitForEvent(Event&, std::chrono::nanoseconds) override { return None<WaitOutcome>(); }

  Result<Token> LogonUser(std::string_view, std::optional<std::string_view>, const Secret&, LogonType,
                          LogonProvider) override {
    return None<Token>();
  }
  HResult ImpersonateLoggedOnUser(const Token&) override { return kUnreachable; }
  HResult RevertToSelf() override { return HResult(); }
  HResult SetThreadToken(const Token*) override { return kUnreachable; }
  Result<Token> OpenProcessToken(std::uint32_t) override { return None<Token>(); }
  Result<Token> OpenThreadToken(std::uint32_t, bool) override { return None<Token>(); }
  Result<Token> DuplicateTokenEx(const Token&, std::uint32_t, ImpersonationLevel, TokenType) override {
    return None<Token>();
  }
  Result<Token> CreateRestrictedToken(const Token&, const TokenRestrictions&) override { return None<Token>(); }
  Result<Token> GetLinkedToken(const Token&) override { return None<Token>(); }
  Result<TokenFacts> GetTokenFacts(const Token&) override { return None<TokenFacts>(); }
  Result<bool> CheckTokenMembership(const Token*, std::string_view) override { return None<bool>(); }
  Result<std::string> LookupAccountName(std::string_view) override { return None<std::string>(); }
  Result<AccountName> LookupAccountSid(std::string_view) override { return None<AccountName>(); }
  HResult CloseHandle(TokenHandle) override { return HResult(); }

  Result<OsVersion> GetOsVersion() override { return None<OsVersion>(); }
  Result<std::string> ComputerName() override { return None<std::string>(); }
  Result<ServiceFacts> QueryService(std::string_view) override { return None<ServiceFacts>(); }
  Result<RegistryValue> ReadRegistry(RegistryRoot, std::string_view, std::string_view) override {
    return None<RegistryValue>();
  }
  Result<bool> IsClassRegistered(ManagerClass) override { return None<bool>(); }
  Result<FileVersion> GetFileVersion(std::string_view) override { return None<FileVersion>(); }
  Result<std::vector<LogEvent>> ReadEventLog(std::string_view, std::uint32_t) override {
    return None<std::vector<LogEvent>>();
  }
  Result<ProcessInstance> CurrentProcess() override { return None<ProcessInstance>(); }
  Result<std::optional<FileTime>> GetProcessStart(std::uint32_t) override { return None<std::optional<FileTime>>(); }

  Result<std::string> GetFullPath(std::string_view) override { return None<std::string>(); }
  Result<std::optional<std::uint64_t>> GetFileSize(std::string_view) override {
    return None<std::optional<std::uint64_t>>();
  }
  Result<bool> IsDirectory(std::string_view) override { return None<bool>(); }
  Result<std::string> HashSha256(std::string_view) override { return None<std::string>(); }
  HResult Rename(std::string_view, std::string_view, ReplaceExisting) override { return kUnreachable; }
  HResult Remove(std::string_view) override { return kUnreachable; }

  Result<HttpResponse> Send(const HttpRequest&) override { return None<HttpResponse>(); }

  const Answers& answers_;
  std::chrono::system_clock::time_point started_;
};

Replay::Replay(const Recording& recording)
    : answers_(std::make_unique<Answers>(recording)),
      nowhere_(std::make_unique<Nowhere>(*answers_, recording.started)),
      environment_(Intercept(*nowhere_, {answers_.get()})) {}

Replay::~Replay() = default;

Environment& Replay::environment() { return *environment_; }
const std::vector<std::string>& Replay::not_recorded() const { return answers_->not_recorded(); }
const std::optional<RecordingError>& Replay::flaw() const { return answers_->flaw(); }

}  // namespace bits::intercept
