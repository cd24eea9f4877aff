#include "fakes/world/world.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "fakes/bits/bits_service.h"
#include "fakes/world/process.h"
#include "harness/api/ascii_case.h"

namespace bits::fakes {
namespace {

using Lock = std::unique_lock<std::mutex>;

constexpr std::string_view kBits = "BITS";
constexpr std::string_view kPolicyKey = "Software\\Policies\\Microsoft\\Windows\\BITS";
constexpr Time kLongestSleep = std::chrono::milliseconds(20);  // of a thread that is woken when there is something

std::string RegistryPath(RegistryRoot root, std::string_view key, std::string_view value) {
  std::string path = fmt::format("{}\\{}\\{}", ToString(root), key, value);
  std::ranges::transform(path, path.begin(), ToLowerAscii);
  return path;
}

const rules::WindowsProfile* ProfileNamed(std::string_view name) {
  if (const rules::WindowsProfile* profile = rules::FindProfile(name)) return profile;
  std::vector<std::string_view> names;
  for (const rules::WindowsProfile& profile : rules::WindowsProfiles()) names.push_back(profile.name);
  throw std::invalid_argument(
      fmt::format("there is no Windows profile \"{}\"; choose from {}", name, fmt::join(names, ", ")));
}

// What a session is that a user gets on some way, and since when it counts as being logged on.
struct RouteRow {
  LogonRoute route;
  LogonType type;
  OsBuild counts_since;
};
constexpr OsBuild kAlways{};
constexpr OsBuild kNever{~0U, 0, 0};
constexpr RouteRow kRoutes[] = {
    {LogonRoute::kWelcomeScreen, LogonType::kInteractive, kAlways},
    {LogonRoute::kTerminalServices, LogonType::kInteractive, kAlways},
    {LogonRoute::kFastUserSwitching, LogonType::kInteractive, kAlways},
    {LogonRoute::kPowerShellRemoting, LogonType::kNetwork, kWindows10_1607},
    {LogonRoute::kRunAs, LogonType::kInteractive, kNever},
    {LogonRoute::kWinRmCmdlet, LogonType::kNetwork, kNever},
    {LogonRoute::kPowerShellDirect, LogonType::kInteractive, kNever},
    {LogonRoute::kScheduledTask, LogonType::kBatch, kNever},
};

WorldOptions OptionsFor(std::string_view profile) {
  WorldOptions options;
  options.profile = profile;
  return options;
}

}  // namespace

World::World(std::string_view profile) : World(OptionsFor(profile)) {}

World::World(WorldOptions options)
    : options_(std::move(options)),
      profile_(ProfileNamed(options_.profile)),
      events_(options_.real_time),
      wall_clock_base_(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)),
      accounts_(options_.computer_name),
      network_(
          [this](std::string_view user, std::string_view password) { return accounts_.CheckPassword(user, password); }),
      bits_(std::make_unique<BitsService>(*this)) {
  if (options_.real_time) wall_clock_base_ = std::chrono::system_clock::now();
  disk_.AddDirectory("C:\\Users\\Public");
  disk_.AddDirectory("C:\\Windows\\System32", AllowOnly({std::string(kEveryoneSid)}, AccessRights::kRead));
  services_["RpcSs"] = {ServiceState::kRunning,
                        ServiceStartType::kAutomatic,
                        false,
                        "NT AUTHORITY\\NetworkService",
                        "%SystemRoot%\\system32\\svchost.exe -k rpcss",
                        {},
                        700,
                        HResult()};
  services_["EventSystem"] = {ServiceState::kRunning,
                              ServiceStartType::kAutomatic,
                              false,
                              "NT AUTHORITY\\LocalService",
                              "%SystemRoot%\\system32\\svchost.exe -k LocalService",
                              {"RpcSs"},
                              900,
                              HResult()};
  services_[std::string(kBits)] = {ServiceState::kRunning,
                                   ServiceStartType::kAutomatic,
                                   true,
                                   "LocalSystem",
                                   "%SystemRoot%\\System32\\svchost.exe -k netsvcs",
                                   {"RpcSs", "EventSystem"},
                                   1200,
                                   HResult()};
  bits_->Start();
  if (!options_.real_time) return;
  events_.on_earlier = [this] { changed_.notify_all(); };
  threads_.emplace_back([this](const std::stop_token& stop) { ServiceThread(stop); });
  StartCallbackThread();
}

World::~World() {
  {
    const Lock lock(mutex_);  // no thread starts another meanwhile
    for (std::jthread& thread : threads_) thread.request_stop();
  }
  changed_.notify_all();
  threads_.clear();
  bits_->EndRealTransfers();
}

// --- people

Account& World::AddUser(std::string_view name, std::string_view password) {
  const Lock lock(mutex_);
  Account& account = accounts_.Add(name, password);
  disk_.AddDirectory(fmt::format("C:\\Users\\{}", name),
                     AllowOnly({account.sid, std::string(kAdministratorsSid), std::string(kLocalSystemSid)}));
  return account;
}

Account& World::AddAdministrator(std::string_view name, std::string_view password) {
  Account& account = AddUser(name, password);
  account.administrator = true;
  return account;
}

TokenPtr World::DesktopToken(Account& account, bool elevated) {
  std::shared_ptr<LogonSession> desktop;
  for (auto& session : accounts_.Sessions()) {
    if (session->desktop && session->sid == account.sid) desktop = std::move(session);
  }
  TokenPtr token;
  if (desktop) {
    const bool split = account.administrator && accounts_.uac && !account.built_in_administrator;
    token = accounts_.MakeHalf(account, desktop, split ? Half::kFiltered : Half::kWhole, TokenType::kPrimary, {});
  } else {
    token = accounts_.LogOn(account, LogonType::kInteractive, true);
    bits_->engine().Schedule();
  }
  if (!elevated || token->facts.elevation_type != ElevationType::kLimited) return token;
  return accounts_.MakeHalf(account, token->session, Half::kFull, TokenType::kPrimary, {});
}

TokenPtr World::LogOn(std::string_view name) {
  const Lock lock(mutex_);
  return DesktopToken(accounts_.Get(name), false);
}

TokenPtr World::LogOnElevated(std::string_view name) {
  const Lock lock(mutex_);
  Account& account = accounts_.Get(name);
  if (!account.administrator) {
    throw std::invalid_argument(fmt::format("\"{}\" is no administrator and has no elevated token", name));
  }
  return DesktopToken(account, true);
}

TokenPtr World::LogOnThrough(std::string_view name, LogonRoute route) {
  const Lock lock(mutex_);
  const Account& account = accounts_.Get(name);
  const RouteRow& row = *std::ranges::find(kRoutes, route, &RouteRow::route);
  TokenPtr token = accounts_.LogOn(account, row.type, profile_->build >= row.counts_since);
  bits_->engine().Schedule();
  return token;
}

TokenPtr World::ServiceToken(std::string_view sid) {
  const Lock lock(mutex_);
  return accounts_.ServiceToken(sid);
}

void World::EndSessions(const std::function<bool(const LogonSession&)>& which) {
  for (const auto& session : accounts_.Sessions()) {
    if (!session->service && which(*session)) session->ended = true;
  }
  bits_->OnSessionsEnded();
}

void World::LogOff(std::string_view name) {
  const Lock lock(mutex_);
  const std::string sid = accounts_.Get(name).sid;
  EndSessions([&](const LogonSession& session) { return session.sid == sid; });
}

void World::EndSession(const TokenPtr& token) {
  const Lock lock(mutex_);
  EndSessions([&](const LogonSession& session) { return &session == token->session.get(); });
}

bool World::IsLoggedOn(const TokenData& token) {
  if (token.service_account) return true;
  if (token.session->desktop) {
    if (!token.session->ended) return true;
  }
  return std::ranges::any_of(accounts_.Sessions(), [&](const std::shared_ptr<LogonSession>& session) {
    return session->desktop && session->sid == token.sid();
  });
}

// --- programs

std::unique_ptr<Process> World::Start(TokenPtr token) { return std::make_unique<Process>(*this, std::move(token)); }

ProcessInstance World::AddProcess() {
  constexpr std::uint32_t kStep = 4;  // between two ids, as Windows has it
  const Lock lock(mutex_);
  const ProcessInstance process{last_process_id_ += kStep, FileTimeNow()};
  processes_.emplace(process.id, process.started);
  return process;
}

// --- time

Time World::Now() {
  const Lock lock(mutex_);
  return events_.Now();
}

void World::Advance(Time time) {
  Lock lock(mutex_);
  const Time until = events_.Now() + time;
  DeliverCallbacks(lock, nullptr);
  while (events_.RunNext(until)) DeliverCallbacks(lock, nullptr);
  events_.AdvanceTo(until);
}

bool World::RunUntilIdle(Time limit) {
  Lock lock(mutex_);
  const Time deadline = events_.Now() + limit;
  for (;;) {
    DeliverCallbacks(lock, nullptr);
    if (bits_->engine().Idle()) return true;
    if (options_.real_time) {
      if (events_.Now() >= deadline) return false;
      changed_.wait_for(lock, std::min<Time>(deadline - events_.Now(), std::chrono::milliseconds(10)));
    } else if (!events_.RunNext(deadline)) {
      return false;
    }
  }
}

std::chrono::system_clock::time_point World::WallClock() {
  const Lock lock(mutex_);
  return WallClockNow();
}

void World::SetWallClock(std::chrono::system_clock::time_point now) {
  const Lock lock(mutex_);
  wall_clock_base_ += now - WallClockNow();
}

FileTime World::FileTimeNow() const { return std::chrono::time_point_cast<FileTime::duration>(WallClockNow()); }

// --- services

HResult World::EnsureBitsRuns() {
  const auto bits = services_.find(kBits);
  if (bits == services_.end()) return "ERROR_SERVICE_DOES_NOT_EXIST"_hr;
  if (bits_->running()) return HResult();
  if (bits->second.start_type == ServiceStartType::kDisabled) return "ERROR_SERVICE_DISABLED"_hr;
  for (const std::string& name : bits->second.dependencies) {
    const auto dependency = services_.find(name);
    if (dependency == services_.end()) return "ERROR_SERVICE_DEPENDENCY_DELETED"_hr;
    if (dependency->second.start_type == ServiceStartType::kDisabled) return "ERROR_SERVICE_DEPENDENCY_FAIL"_hr;
  }
  bits->second.state = ServiceState::kRunning;
  bits->second.process_id = 1200;
  bits_->Start();
  return HResult();
}

HResult World::StartBits() {
  const Lock lock(mutex_);
  return EnsureBitsRuns();
}

void World::StopBitsLocked() {
  if (!bits_->running()) return;
  bits_->Stop();
  if (const auto bits = services_.find(kBits); bits != services_.end()) {
    bits->second.state = ServiceState::kStopped;
    bits->second.process_id = 0;
  }
}

void World::StopBits() {
  const Lock lock(mutex_);
  StopBitsLocked();
}

void World::SetStartType(std::string_view service, ServiceStartType type) {
  const Lock lock(mutex_);
  const auto found = services_.find(service);
  if (found == services_.end()) throw std::invalid_argument(fmt::format("there is no service \"{}\"", service));
  found->second.start_type = type;
}

void World::RemoveService(std::string_view service) {
  const Lock lock(mutex_);
  if (service == kBits) StopBitsLocked();
  if (services_.erase(std::string(service)) == 0) {
    throw std::invalid_argument(fmt::format("there is no service \"{}\"", service));
  }
}

void World::Reboot() {
  const Lock lock(mutex_);
  StopBitsLocked();
  EndSessions([](const LogonSession&) { return true; });
  static_cast<void>(EnsureBitsRuns());
}

// --- parts

void World::Change(const std::function<void()>& change) {
  const Lock lock(mutex_);
  change();
}

void World::AttachRealFiles(std::unique_ptr<FileStore> files) {
  const Lock lock(mutex_);
  real_files_ = std::move(files);
}

void World::AttachRealHttp(std::unique_ptr<RealSource> http) {
  if (!options_.real_time) throw std::logic_error("real HTTP needs a world in real time");
  const Lock lock(mutex_);
  real_http_ = std::move(http);
}

void World::Post(std::function<void()> action) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(action));
  }
  changed_.notify_all();
}

bool World::RunPosted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (const std::function<void()>& action : posted) action();
  return !posted.empty();
}

void World::SetNetworkConnected(bool connected) {
  const Lock lock(mutex_);
  SetNetworkConnectedLocked(connected);
}

void World::SetNetworkConnectedLocked(bool connected) {
  if (std::exchange(network_.connected, connected) != connected) bits_->engine().OnNetworkChange(connected);
}

void World::SetRegistry(RegistryRoot root, std::string_view key, std::string_view value, RegistryValue data) {
  const Lock lock(mutex_);
  registry_[RegistryPath(root, key, value)] = std::move(data);
}

void World::SetPolicy(std::string_view name, std::uint64_t value) {
  SetRegistry(RegistryRoot::kLocalMachine, kPolicyKey, name, value);
  const Lock lock(mutex_);
  bits_->engine().OnPolicyChange();
}

std::optional<RegistryValue> World::Registry(RegistryRoot root, std::string_view key, std::string_view value) const {
  const auto found = registry_.find(RegistryPath(root, key, value));
  if (found == registry_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::uint64_t> World::Policy(std::string_view name) const {
  if (registry_.empty()) return std::nullopt;
  const std::optional<RegistryValue> value = Registry(RegistryRoot::kLocalMachine, kPolicyKey, name);
  if (!value || !std::holds_alternative<std::uint64_t>(*value)) return std::nullopt;
  return std::get<std::uint64_t>(*value);
}

void World::Log(std::uint32_t id, std::uint32_t level, std::string message) {
  constexpr std::size_t kLongestLog = 1000;
  if (event_log_.size() == kLongestLog) event_log_.erase(event_log_.begin(), event_log_.begin() + kLongestLog / 2);
  event_log_.push_back({id, level, WallClockNow(), std::move(message)});
}

void World::DeliverCallbacks(Lock& lock, const Process* sta_process) {
  // In real time the callback threads serve the multi-threaded apartments.
  while (bits_->notifications().DeliverOne(lock, sta_process, !options_.real_time)) {
  }
}

void World::ServiceThread(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (RunPosted() || events_.RunNext(events_.Now())) {
      changed_.notify_all();
      continue;
    }
    const Time now = events_.Now();
    changed_.wait_for(lock, std::min(events_.NextTime().value_or(now + kLongestSleep) - now, kLongestSleep));
  }
}

void World::StartCallbackThread() {
  ++idle_callback_threads_;
  threads_.emplace_back([this](const std::stop_token& stop) { CallbackThread(stop); });
}

void World::CallbackThread(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (!stop.stop_requested()) {
    // A client may keep this thread for ever, so another stays behind.
    if (idle_callback_threads_ == 1 && bits_->notifications().IsDue()) StartCallbackThread();
    --idle_callback_threads_;
    const bool delivered = bits_->notifications().DeliverOne(lock, nullptr, true);
    ++idle_callback_threads_;
    if (!delivered) changed_.wait_for(lock, kLongestSleep);
  }
}

}  // namespace bits::fakes
