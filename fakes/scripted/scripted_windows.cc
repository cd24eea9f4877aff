#include "fakes/scripted/scripted_windows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/api/background_copy_job2.h"
#include "harness/api/bits_token_options.h"

namespace bits::fakes {
namespace {

constexpr HResult kNotImplemented = "E_NOTIMPL"_hr;

template <class Base>
class ScriptedObject : public Base {
 public:
  explicit ScriptedObject(ScriptedWindows& world) : world_(world) { ++world_.objects; }
  ~ScriptedObject() override { --world_.objects; }
  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId) override { return Failure("E_NOINTERFACE"_hr); }
  HResult SetProxyBlanket(const ProxyBlanket&) override { return HResult(); }
  Result<ProxyBlanket> QueryProxyBlanket() override {
    if (!world_.blanket) return Failure(kNotImplemented);
    return *world_.blanket;
  }

 protected:
  ScriptedWindows& world_;
};

class ScriptedEvent : public Event {
 public:
  void Set() override { set = true; }
  bool set = false;
};

class ScriptedFile : public ScriptedObject<BackgroundCopyFile> {
 public:
  ScriptedFile(ScriptedWindows& world, FileInfo info) : ScriptedObject(world), info_(std::move(info)) {}
  Result<std::string> GetRemoteName() override { return info_.remote_name; }
  Result<std::string> GetLocalName() override { return info_.local_name; }
  Result<FileProgress> GetProgress() override { return FileProgress{}; }

 private:
  FileInfo info_;
};

class ScriptedError : public ScriptedObject<BackgroundCopyError> {
 public:
  ScriptedError(ScriptedWindows& world, HResult code, FileInfo file)
      : ScriptedObject(world), code_(code), file_(std::move(file)) {}
  Result<JobError> GetError() override { return JobError{ErrorContext::kRemoteFile, code_}; }
  Result<std::unique_ptr<BackgroundCopyFile>> GetFile() override {
    return std::make_unique<ScriptedFile>(world_, file_);
  }
  Result<std::string> GetErrorDescription(std::uint32_t) override { return Failure(kNotImplemented); }
  Result<std::string> GetErrorContextDescription(std::uint32_t) override { return Failure(kNotImplemented); }
  Result<std::string> GetProtocol() override { return std::string("http"); }

 private:
  HResult code_;
  FileInfo file_;
};

class ScriptedTokenOptions : public ScriptedObject<BitsTokenOptions> {
 public:
  ScriptedTokenOptions(ScriptedWindows& world, std::shared_ptr<ScriptedJob> job, const TokenFacts*& thread)
      : ScriptedObject(world), job_(std::move(job)), thread_(thread) {}
  HResult SetHelperTokenFlags(std::uint32_t flags) override {
    if ((flags & ~3U) != 0) return "E_INVALIDARG"_hr;
    job_->helper_flags = flags;
    return HResult();
  }
  Result<std::uint32_t> GetHelperTokenFlags() override { return job_->helper_flags; }
  HResult SetHelperToken() override {
    job_->helper = thread_ != nullptr && world_.cloaking_works ? *thread_ : world_.caller;
    return HResult();
  }
  HResult ClearHelperToken() override {
    job_->helper.reset();
    return HResult();
  }
  Result<std::optional<std::string>> GetHelperTokenSid() override {
    if (!job_->helper) return std::optional<std::string>();
    return std::optional<std::string>(job_->helper->user.sid);
  }

 private:
  std::shared_ptr<ScriptedJob> job_;
  const TokenFacts*& thread_;
};

template <class Base>
class ScriptedJobObject : public ScriptedObject<Base> {
 public:
  ScriptedJobObject(ScriptedWindows& world, std::shared_ptr<ScriptedJob> job, const TokenFacts*& thread)
      : ScriptedObject<Base>(world), job_(std::move(job)), thread_(thread) {}

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override;
  HResult AddFileSet(std::span<const FileInfo>) override { return kNotImplemented; }
  HResult AddFile(std::string_view remote_url, std::string_view local_name) override {
    job_->files.push_back({std::string(remote_url), std::string(local_name)});
    return HResult();
  }
  Result<std::unique_ptr<EnumBackgroundCopyFiles>> EnumFiles() override { return Failure(kNotImplemented); }
  HResult Suspend() override { return kNotImplemented; }
  HResult Resume() override {
    if (job_->files.empty()) return "BG_E_EMPTY"_hr;
    job_->state = JobState::kQueued;
    return HResult();
  }
  HResult Cancel() override {
    if (IsFinal(job_->state)) return "BG_E_INVALID_STATE"_hr;
    job_->state = JobState::kCancelled;
    return HResult();
  }
  HResult Complete() override {
    if (IsFinal(job_->state)) return "BG_E_INVALID_STATE"_hr;
    const ScriptedResource& resource = Resource();
    if (resource.complete.Failed()) return resource.complete;
    job_->state = JobState::kAcknowledged;
    if (!resource.file_missing) this->world_.disk[job_->files.front().local_name] = resource.body;
    return resource.complete;
  }
  Result<Guid> GetId() override { return job_->id; }
  Result<JobType> GetType() override { return JobType::kDownload; }
  Result<JobProgress> GetProgress() override {
    JobProgress progress;
    progress.files_total = static_cast<std::uint32_t>(job_->files.size());
    if (job_->state == JobState::kTransferred) {
      progress.bytes_transferred = Resource().body.size();
      progress.bytes_total = progress.bytes_transferred;
      progress.files_transferred = progress.files_total;
    }
    return progress;
  }
  Result<JobTimes> GetTimes() override { return Failure(kNotImplemented); }
  // Each question takes the job one state further.
  Result<JobState> GetState() override {
    const JobState seen = job_->state;
    if (seen == JobState::kQueued) {
      job_->state = JobState::kTransferring;
    } else if (seen == JobState::kTransferring && !Resource().never_ends) {
      job_->error = Resource().job_error;
      job_->state = job_->error.Failed() ? JobState::kError : JobState::kTransferred;
    }
    return seen;
  }
  Result<std::unique_ptr<BackgroundCopyError>> GetError() override {
    if (job_->state != JobState::kError) return Failure("BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);
    return std::make_unique<ScriptedError>(this->world_, job_->error, job_->files.front());
  }
  Result<std::string> GetOwner() override { return this->world_.caller.user.sid; }
  HResult SetDisplayName(std::string_view) override { return kNotImplemented; }
  Result<std::string> GetDisplayName() override { return job_->display_name; }
  HResult SetDescription(std::string_view) override { return HResult(); }
  Result<std::string> GetDescription() override { return std::string(); }
  HResult SetPriority(JobPriority priority) override {
    job_->priority = priority;
    return HResult();
  }
  Result<JobPriority> GetPriority() override { return job_->priority; }
  HResult SetNotifyFlags(std::uint32_t flags) override {
    job_->notify_flags = flags;
    return HResult();
  }
  Result<std::uint32_t> GetNotifyFlags() override { return job_->notify_flags; }
  HResult SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) override {
    job_->callback = std::move(callback);
    return HResult();
  }
  Result<std::shared_ptr<BackgroundCopyCallback>> GetNotifyInterface() override { return job_->callback; }
  HResult SetMinimumRetryDelay(std::uint32_t) override { return HResult(); }
  Result<std::uint32_t> GetMinimumRetryDelay() override { return 600U; }
  HResult SetNoProgressTimeout(std::uint32_t) override { return HResult(); }
  Result<std::uint32_t> GetNoProgressTimeout() override { return 1'209'600U; }
  Result<std::uint32_t> GetErrorCount() override { return 0U; }
  HResult SetProxySettings(ProxyUsage, std::optional<std::string_view>, std::optional<std::string_view>) override {
    return HResult();
  }
  Result<ProxySettings> GetProxySettings() override { return ProxySettings{}; }
  HResult TakeOwnership() override { return kNotImplemented; }

 protected:
  const ScriptedResource& Resource() const {
    static const ScriptedResource kNothing;
    if (job_->files.empty()) return kNothing;
    const auto found = this->world_.resources.find(job_->files.front().remote_name);
    return found == this->world_.resources.end() ? kNothing : found->second;
  }

  std::shared_ptr<ScriptedJob> job_;
  const TokenFacts*& thread_;
};

class ScriptedJob2 : public ScriptedJobObject<BackgroundCopyJob2> {
 public:
  using ScriptedJobObject::ScriptedJobObject;
  HResult SetNotifyCmdLine(std::optional<std::string_view>, std::optional<std::string_view>) override {
    return kNotImplemented;
  }
  Result<NotifyCmdLine> GetNotifyCmdLine() override { return Failure(kNotImplemented); }
  Result<JobReplyProgress> GetReplyProgress() override { return Failure(kNotImplemented); }
  Result<std::vector<std::uint8_t>> GetReplyData() override { return Failure(kNotImplemented); }
  HResult SetReplyFileName(std::string_view) override { return kNotImplemented; }
  Result<std::string> GetReplyFileName() override { return Failure(kNotImplemented); }
  HResult SetCredentials(const AuthCredentials& credentials) override {
    if (!credentials.user_name && credentials.password == nullptr) ++job_->implicit_credentials;
    return HResult();
  }
  HResult RemoveCredentials(AuthTarget, AuthScheme) override { return "S_FALSE"_hr; }
};

template <class Base>
Result<std::unique_ptr<Unknown>> ScriptedJobObject<Base>::QueryInterface(InterfaceId id) {
  if (id == InterfaceId::kBackgroundCopyJob) {
    return std::make_unique<ScriptedJobObject<BackgroundCopyJob>>(this->world_, job_, thread_);
  }
  if (id == InterfaceId::kBackgroundCopyJob2) return std::make_unique<ScriptedJob2>(this->world_, job_, thread_);
  if (id == InterfaceId::kBitsTokenOptions && this->world_.has_token_options) {
    return std::make_unique<ScriptedTokenOptions>(this->world_, job_, thread_);
  }
  return Failure("E_NOINTERFACE"_hr);
}

class ScriptedEnumJobs : public ScriptedObject<EnumBackgroundCopyJobs> {
 public:
  ScriptedEnumJobs(ScriptedWindows& world, const TokenFacts*& thread)
      : ScriptedObject(world), jobs_(world.jobs), thread_(thread) {}
  Result<std::vector<std::unique_ptr<BackgroundCopyJob>>> Next(std::uint32_t count) override {
    std::vector<std::unique_ptr<BackgroundCopyJob>> entries;
    for (; entries.size() < count && position_ < jobs_.size(); ++position_) {
      entries.push_back(std::make_unique<ScriptedJobObject<BackgroundCopyJob>>(world_, jobs_[position_], thread_));
    }
    return entries;
  }
  HResult Skip(std::uint32_t) override { return kNotImplemented; }
  HResult Reset() override { return kNotImplemented; }
  Result<std::unique_ptr<EnumBackgroundCopyJobs>> Clone() override { return Failure(kNotImplemented); }
  Result<std::uint32_t> GetCount() override { return static_cast<std::uint32_t>(jobs_.size()); }

 private:
  std::vector<std::shared_ptr<ScriptedJob>> jobs_;
  const TokenFacts*& thread_;
  std::size_t position_ = 0;
};

class ScriptedManager : public ScriptedObject<BackgroundCopyManager> {
 public:
  ScriptedManager(ScriptedWindows& world, const TokenFacts*& thread) : ScriptedObject(world), thread_(thread) {}
  Result<CreatedJob> CreateJob(std::string_view display_name, JobType) override {
    auto job = std::make_shared<ScriptedJob>();
    job->display_name = display_name;
    job->id.data1 = static_cast<std::uint32_t>(world_.jobs.size() + 1);
    world_.jobs.push_back(job);
    return CreatedJob{job->id, std::make_unique<ScriptedJobObject<BackgroundCopyJob>>(world_, job, thread_)};
  }
  Result<std::unique_ptr<BackgroundCopyJob>> GetJob(const Guid& id) override {
    for (const auto& job : world_.jobs) {
      if (job->id == id && !IsFinal(job->state)) {
        return std::make_unique<ScriptedJobObject<BackgroundCopyJob>>(world_, job, thread_);
      }
    }
    return Failure("BG_E_NOT_FOUND"_hr);
  }
  Result<std::unique_ptr<EnumBackgroundCopyJobs>> EnumJobs(std::uint32_t) override {
    return std::make_unique<ScriptedEnumJobs>(world_, thread_);
  }
  Result<std::string> GetErrorDescription(HResult, std::uint32_t) override { return Failure(kNotImplemented); }

 private:
  const TokenFacts*& thread_;
};

}  // namespace

// All seams in one object: they share the thread's identity and the tokens.
class ScriptedWindows::Parts : public ComApi,
                               public LogonApi,
                               public Machine,
                               public Clock,
                               public FileSystem,
                               public HttpClient {
 public:
  explicit Parts(ScriptedWindows& world) : world_(world) {}

  // ComApi
  HResult CoInitializeEx(ApartmentType) override {
    ++world_.apartments;
    return HResult();
  }
  void CoUninitialize() override { --world_.apartments; }
  HResult CoInitializeSecurity(const ProcessSecurity&) override { return HResult(); }
  Result<std::unique_ptr<BackgroundCopyManager>> CoCreateInstance(ManagerClass manager_class) override {
    if (!world_.classes.contains(manager_class)) return Failure("REGDB_E_CLASSNOTREG"_hr);
    return std::make_unique<ScriptedManager>(world_, thread_);
  }
  Result<std::shared_ptr<Event>> MakeEvent() override { return std::make_shared<ScriptedEvent>(); }
  Result<WaitOutcome> WaitForEvent(Event& event, std::chrono::nanoseconds timeout) override {
    if (world_.on_wait) world_.on_wait();
    if (std::exchange(static_cast<ScriptedEvent&>(event).set, false)) return WaitOutcome::kSignalled;
    world_.now += timeout;
    return WaitOutcome::kTimedOut;
  }

  // LogonApi
  Result<Token> LogonUser(std::string_view user_name, std::optional<std::string_view>, const Secret& password,
                          LogonType type, LogonProvider) override {
    const auto account = world_.accounts.find(user_name);
    if (account == world_.accounts.end()) return Failure("ERROR_LOGON_FAILURE"_hr);
    if (password.Reveal() != account->second.password) return Failure("ERROR_LOGON_FAILURE"_hr);
    const auto failure = account->second.logon_failures.find(type);
    if (failure != account->second.logon_failures.end()) return Failure(failure->second);
    return Open(account->second.facts);
  }
  HResult ImpersonateLoggedOnUser(const Token& token) override {
    thread_ = &tokens_.at(token.handle());
    world_.impersonations = 1;
    return HResult();
  }
  HResult RevertToSelf() override {
    thread_ = nullptr;
    world_.impersonations = 0;
    return HResult();
  }
  HResult SetThreadToken(const Token*) override { return kNotImplemented; }
  Result<Token> OpenProcessToken(std::uint32_t) override { return Open(world_.caller); }
  Result<Token> OpenThreadToken(std::uint32_t, bool) override {
    if (thread_ == nullptr) return Failure("ERROR_NO_TOKEN"_hr);
    return Open(*thread_);
  }
  Result<Token> DuplicateTokenEx(const Token& token, std::uint32_t, ImpersonationLevel level, TokenType type) override {
    TokenFacts facts = tokens_.at(token.handle());
    facts.type = type;
    if (type == TokenType::kImpersonation) facts.impersonation_level = level;
    return Open(std::move(facts));
  }
  Result<Token> CreateRestrictedToken(const Token&, const TokenRestrictions&) override {
    return Failure(kNotImplemented);
  }
  Result<Token> GetLinkedToken(const Token&) override { return Failure("ERROR_NO_SUCH_LOGON_SESSION"_hr); }
  Result<TokenFacts> GetTokenFacts(const Token& token) override { return tokens_.at(token.handle()); }
  Result<bool> CheckTokenMembership(const Token*, std::string_view) override { return Failure(kNotImplemented); }
  Result<std::string> LookupAccountName(std::string_view account) override {
    const auto found = world_.accounts.find(account);
    if (found == world_.accounts.end()) return Failure("ERROR_NONE_MAPPED"_hr);
    return found->second.facts.user.sid;
  }
  Result<AccountName> LookupAccountSid(std::string_view) override { return Failure("ERROR_NONE_MAPPED"_hr); }
  HResult CloseHandle(TokenHandle handle) override {
    if (tokens_.erase(handle) == 0) return "E_HANDLE"_hr;
    --world_.open_tokens;
    return HResult();
  }

  // Machine
  Result<OsVersion> GetOsVersion() override { return world_.os; }
  Result<std::string> ComputerName() override { return std::string("SCRIPTED"); }
  Result<ServiceFacts> QueryService(std::string_view name) override {
    return Find(world_.services, name, "ERROR_SERVICE_DOES_NOT_EXIST"_hr);
  }
  Result<RegistryValue> ReadRegistry(RegistryRoot root, std::string_view key, std::string_view value) override {
    return Find(world_.registry, fmt::format("{}\\{}\\{}", ToString(root), key, value), "ERROR_FILE_NOT_FOUND"_hr);
  }
  Result<bool> IsClassRegistered(ManagerClass manager_class) override { return world_.classes.contains(manager_class); }
  Result<FileVersion> GetFileVersion(std::string_view path) override {
    return Find(world_.file_versions, path, "ERROR_FILE_NOT_FOUND"_hr);
  }
  Result<std::vector<LogEvent>> ReadEventLog(std::string_view, std::uint32_t) override { return world_.event_log; }

  Result<ProcessInstance> CurrentProcess() override { return world_.process; }
  Result<std::optional<FileTime>> GetProcessStart(std::uint32_t process_id) override {
    if (process_id == world_.process.id) return std::optional(world_.process.started);
    const auto found = world_.processes.find(process_id);
    return found == world_.processes.end() ? std::nullopt : std::optional(found->second);
  }

  // Clock
  std::chrono::nanoseconds SteadyNow() override { return world_.now; }
  std::chrono::system_clock::time_point SystemNow() override {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(world_.now));
  }

  // FileSystem
  Result<std::string> GetFullPath(std::string_view path) override {
    if (path.empty()) return Failure("E_INVALIDARG"_hr);
    if (path.find(':') != std::string_view::npos) return std::string(path);
    return "C:\\here\\" + std::string(path);
  }
  Result<std::optional<std::uint64_t>> GetFileSize(std::string_view path) override {
    if (world_.directories.contains(std::string(path) + "\\")) return Failure("ERROR_DIRECTORY"_hr);
    const auto found = world_.disk.find(path);
    if (found == world_.disk.end()) return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(found->second.size());
  }
  Result<bool> IsDirectory(std::string_view path) override { return world_.directories.contains(path); }
  Result<std::string> HashSha256(std::string_view path) override {
    const auto found = world_.disk.find(path);
    if (found == world_.disk.end()) return Failure("ERROR_FILE_NOT_FOUND"_hr);
    return fmt::format("{:064x}", found->second.size());
  }
  HResult Rename(std::string_view from, std::string_view to, ReplaceExisting replace) override {
    const auto found = world_.disk.find(from);
    if (found == world_.disk.end()) return "ERROR_FILE_NOT_FOUND"_hr;
    if (replace == ReplaceExisting::kNo && world_.disk.contains(to)) return "ERROR_ALREADY_EXISTS"_hr;
    std::string content = std::move(found->second);
    world_.disk.erase(found);
    world_.disk[std::string(to)] = std::move(content);
    return HResult();
  }
  HResult Remove(std::string_view path) override {
    const auto found = world_.disk.find(path);
    if (found == world_.disk.end()) return "S_FALSE"_hr;
    world_.disk.erase(found);
    return HResult();
  }

  // HttpClient
  Result<HttpResponse> Send(const HttpRequest& request) override {
    const auto found = world_.resources.find(request.url);
    if (found == world_.resources.end()) return HttpResponse{404, "Not Found", {}};
    const ScriptedResource& resource = found->second;
    if (resource.transport.Failed()) return Failure(resource.transport);
    if (request.method == "HEAD" && !resource.head_allowed) return HttpResponse{405, "Method Not Allowed", {}};
    const std::uint64_t length = resource.announced_length.value_or(resource.body.size());
    HttpResponse response{resource.status, "", {}};
    if (request.method == "GET" && resource.ranges && resource.status == 200) {
      if (length == 0) return HttpResponse{416, "", {{"Content-Range", "bytes */0"}}};
      response.status = 206;
      response.headers = {{"Content-Range", fmt::format("bytes 0-0/{}", length)}};
      return response;
    }
    if (resource.announces_length) response.headers.emplace_back("Content-Length", std::to_string(length));
    if (resource.ranges) response.headers.emplace_back("accept-ranges", "bytes");
    return response;
  }

 private:
  Token Open(TokenFacts facts) {
    const auto handle = static_cast<TokenHandle>(++last_handle_);
    tokens_[handle] = std::move(facts);
    ++world_.open_tokens;
    return Token(*this, handle);
  }

  template <class Map>
  static Result<typename Map::mapped_type> Find(const Map& map, std::string_view key, HResult missing) {
    const auto found = map.find(key);
    if (found == map.end()) return Failure(missing);
    return found->second;
  }

  ScriptedWindows& world_;
  std::map<TokenHandle, TokenFacts> tokens_;
  std::uintptr_t last_handle_ = 0;
  const TokenFacts* thread_ = nullptr;
};

ScriptedWindows::ScriptedWindows() : parts_(std::make_unique<Parts>(*this)) {
  os.build = {10, 0, 19045};
  os.product_name = "Windows 10 Pro";
  os.display_version = "22H2";
  os.architecture = "x86-64";
  ServiceFacts& bits = services["BITS"];
  bits.state = ServiceState::kRunning;
  bits.account = "LocalSystem";
  bits.dependencies = {"RpcSs"};
  ServiceFacts& rpc = services["RpcSs"];
  rpc.state = ServiceState::kRunning;
  rpc.start_type = ServiceStartType::kAutomatic;
  for (const auto& entry : EnumNames<ManagerClass>::kNames) classes.insert(entry.value);
  caller.user = {"S-1-5-21-1-1001", "SCRIPTED\\owner", 0};
  caller.groups = {{std::string(kAdministratorsSid), "BUILTIN\\Administrators",
                    GroupAttributes::kMandatory | GroupAttributes::kEnabled}};
  caller.elevated = true;
  caller.integrity_rid = 0x3000;
  directories = {"C:\\here\\"};
}

ScriptedWindows::~ScriptedWindows() = default;

ComApi& ScriptedWindows::com() { return *parts_; }
LogonApi& ScriptedWindows::logon() { return *parts_; }
Machine& ScriptedWindows::machine() { return *parts_; }
Clock& ScriptedWindows::clock() { return *parts_; }
FileSystem& ScriptedWindows::files() { return *parts_; }
HttpClient& ScriptedWindows::http() { return *parts_; }

std::string ScriptedWindows::Leaks() const {
  std::string leaks;
  const auto add = [&leaks](auto count, std::string_view what) {
    if (count != 0) leaks += fmt::format("{} {}; ", count, what);
  };
  add(open_tokens, "tokens open");
  add(apartments, "apartments entered");
  add(impersonations, "impersonations not reverted");
  add(objects, "interface pointers held");
  add(std::ranges::count_if(jobs, [](const auto& job) { return !IsFinal(job->state); }), "jobs in the queue");
  add(std::ranges::count_if(jobs, [](const auto& job) { return job->callback != nullptr; }), "callbacks registered");
  add(std::ranges::count_if(disk, [](const auto& file) { return file.first.ends_with(".partial"); }),
      "partial files on disk");
  return leaks;
}

}  // namespace bits::fakes
