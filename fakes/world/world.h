// A simulated Windows machine: accounts, files, network, services, time, and BITS.
//
//   World world("win10-1607");
//   world.AddUser("alice", "password");
//   auto client = world.Start(world.LogOn("alice"));   // a process of hers: an Environment
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fakes/world/accounts.h"
#include "fakes/world/certificate_store.h"
#include "fakes/world/disk.h"
#include "fakes/world/event_queue.h"
#include "fakes/world/file_store.h"
#include "fakes/world/network.h"
#include "fakes/world/real_source.h"
#include "harness/api/environment.h"
#include "harness/rules/decisions.h"
#include "harness/rules/windows_profile.h"

namespace bits::fakes {

class BitsService;
class Process;

struct WorldOptions {
  std::string profile = "win11-24h2";  // of rules::WindowsProfiles()
  rules::Decisions decisions;
  std::string computer_name = "SIMULATED";
  // With real time the service runs on threads of its own and a second is a second. Else time moves when a client
  // waits, when Advance is called, and by `call_cost` at each call into the service, so that a client who polls gets
  // somewhere.
  bool real_time = false;
  Time call_cost = std::chrono::microseconds(100);
  Time time_slice = std::chrono::minutes(5);  // how long a background job may hold the line while others wait
};

// How a session of a user's came to be.
enum class LogonRoute {
  kWelcomeScreen,
  kTerminalServices,
  kFastUserSwitching,
  kPowerShellRemoting,
  kRunAs,
  kWinRmCmdlet,       // with -ComputerName, without a session of its own
  kPowerShellDirect,  // into a virtual machine, from its host
  kScheduledTask,     // that runs whether the user is logged on or not
};

// A command line that BITS ran when a job ended (SetNotifyCmdLine).
struct CommandLineRun {
  std::string program;
  std::string parameters;
  std::string user_sid;
};

// Every method may be called on any thread. The components (accounts(), disk(), network(), registry) are for one
// thread, or for inside Change(). Set-up that makes no sense throws std::invalid_argument, which names the account,
// file or server.
class World {
 public:
  explicit World(WorldOptions options = {});
  explicit World(std::string_view profile);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- people

  // A standard user, or an administrator, of this computer, with a profile directory C:\Users\NAME that only they and
  // administrators may use.
  Account& AddUser(std::string_view name, std::string_view password);
  Account& AddAdministrator(std::string_view name, std::string_view password);

  // At the Welcome screen: the user is logged on from now. The token of the desktop, which UAC filters.
  TokenPtr LogOn(std::string_view name);
  // "Run as administrator" on that desktop: the full token of the same person, logged on where they are not yet.
  TokenPtr LogOnElevated(std::string_view name);
  // A further session of the user's. Through some routes the user "is logged on", so that BITS moves jobs of theirs:
  // the first three, and PowerShell remoting since Windows 10 1607 [users-and-network-connections].
  TokenPtr LogOnThrough(std::string_view name, LogonRoute route);
  // LocalSystem, LocalService, NetworkService.
  TokenPtr ServiceToken(std::string_view sid);
  // Ends every session of the user's: jobs of theirs stop, helper tokens from those sessions are gone.
  void LogOff(std::string_view name);
  // Ends only the session that the token is from, as when one of several terminal sessions ends.
  void EndSession(const TokenPtr& token);

  // --- programs

  // A new process that runs as the token's user. Must not outlive the world.
  std::unique_ptr<Process> Start(TokenPtr token);
  // A new entry in the table of processes.
  ProcessInstance AddProcess();

  // --- time

  Time Now();
  // Lets time pass; callbacks arrive on the calling thread, but for those that belong to an STA. Not in real time.
  void Advance(Time time);
  // Until no job is queued, connecting or transferring, or waiting to retry; false when that takes longer than `limit`.
  bool RunUntilIdle(Time limit = std::chrono::hours(24));
  // What the wall clock shows is changed; nothing that BITS does depends on it.
  void SetWallClock(std::chrono::system_clock::time_point now);
  std::chrono::system_clock::time_point WallClock();

  // --- services

  // Proxies to a stopped service yield RPC_S_SERVER_UNAVAILABLE; jobs survive, helper tokens do not (decision D13f).
  void StopBits();
  // ERROR_SERVICE_DISABLED, ERROR_SERVICE_DOES_NOT_EXIST, ERROR_SERVICE_DEPENDENCY_FAIL.
  HResult StartBits();
  void SetStartType(std::string_view service, ServiceStartType type);
  void RemoveService(std::string_view service);
  // Everybody is logged off, every process but the test's own is gone, BITS starts again.
  void Reboot();

  // --- parts

  // Pulls the cable, or puts it in.
  void SetNetworkConnected(bool connected);

  // Runs `change` while nothing else happens on the machine.
  void Change(const std::function<void()>& change);

  // Files that the store owns are real from now on, for BITS; the simulated programs' own calls stay on disk().
  // Temporary files in it are removed when the world ends. Before there are jobs.
  void AttachRealFiles(std::unique_ptr<FileStore> files);
  // Where BITS downloads from HTTP servers that network() does not know. Throws std::logic_error in virtual time, in
  // which nobody can wait for the outside.
  void AttachRealHttp(std::unique_ptr<RealSource> http);

  Accounts& accounts() { return accounts_; }
  Disk& disk() { return disk_; }
  Network& network() { return network_; }
  CertificateStore& certificates() { return certificates_; }
  BitsService& bits() { return *bits_; }
  const rules::WindowsProfile& profile() const { return *profile_; }
  const WorldOptions& options() const { return options_; }

  // A value as Machine::ReadRegistry finds it; policies: SetPolicy("MaxJobsPerUser", 10).
  void SetRegistry(RegistryRoot root, std::string_view key, std::string_view value, RegistryValue data);
  void SetPolicy(std::string_view name, std::uint64_t value);

  // Any thread, with or without the lock: `action` runs soon on the service's thread, with the lock held. In real time.
  void Post(std::function<void()> action);

  const std::vector<CommandLineRun>& command_lines() const { return command_lines_; }

  // --- for the parts, who hold the lock

  std::mutex& mutex() { return mutex_; }
  // Where the file of that path is.
  FileStore& StoreOf(std::string_view path) {
    return real_files_ && real_files_->Owns(path) ? *real_files_ : static_cast<FileStore&>(disk_);
  }
  bool IsReal(const FileStore& store) const { return &store != &disk_; }
  bool has_outside() const { return real_files_ != nullptr || real_http_ != nullptr; }
  RealSource* real_http() { return real_http_.get(); }
  EventQueue& events() { return events_; }
  std::condition_variable& changed() { return changed_; }
  std::map<std::string, ServiceFacts, std::less<>>& services() { return services_; }
  std::map<std::uint32_t, FileTime>& processes() { return processes_; }  // when those that run started, by id
  std::optional<RegistryValue> Registry(RegistryRoot root, std::string_view key, std::string_view value) const;
  bool has_registry() const { return !registry_.empty(); }
  std::optional<std::uint64_t> Policy(std::string_view name) const;
  std::vector<LogEvent>& event_log() { return event_log_; }
  void Log(std::uint32_t id, std::uint32_t level, std::string message);
  void RunCommandLine(CommandLineRun run) { command_lines_.push_back(std::move(run)); }
  int command_line_exit_code = 0;  // what such a program ends with
  FileTime FileTimeNow() const;
  HResult EnsureBitsRuns();
  void StopBitsLocked();
  void SetNetworkConnectedLocked(bool connected);
  bool IsLoggedOn(const TokenData& token);
  std::chrono::system_clock::time_point WallClockNow() const {
    return wall_clock_base_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(events_.Now());
  }

  // Delivers what is due to clients, with the lock released meanwhile. On an STA's own thread also what belongs there.
  void DeliverCallbacks(std::unique_lock<std::mutex>& lock, const Process* sta_process);

 private:
  void EndSessions(const std::function<bool(const LogonSession&)>& which);
  void ServiceThread(const std::stop_token& stop);
  // As many threads as there are calls under way, and one.
  void StartCallbackThread();
  void CallbackThread(const std::stop_token& stop);
  bool RunPosted();
  TokenPtr DesktopToken(Account& account, bool elevated);

  WorldOptions options_;
  const rules::WindowsProfile* profile_;
  std::mutex mutex_;
  std::condition_variable changed_;
  EventQueue events_;
  std::chrono::system_clock::time_point wall_clock_base_;
  Accounts accounts_;
  Disk disk_;
  Network network_;
  CertificateStore certificates_;
  std::map<std::string, ServiceFacts, std::less<>> services_;
  std::map<std::string, RegistryValue, std::less<>> registry_;  // by lower-case "HKLM\key\value"
  std::map<std::uint32_t, FileTime> processes_;
  std::uint32_t last_process_id_ = 0;
  std::vector<LogEvent> event_log_;
  std::vector<CommandLineRun> command_lines_;
  std::unique_ptr<FileStore> real_files_;
  std::unique_ptr<RealSource> real_http_;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
  std::unique_ptr<BitsService> bits_;
  std::vector<std::jthread> threads_;
  std::size_t idle_callback_threads_ = 0;
};

}  // namespace bits::fakes
