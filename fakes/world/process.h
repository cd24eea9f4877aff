// A process on a simulated machine: the Environment that the code under test is given.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "fakes/world/token_data.h"
#include "fakes/world/world.h"
#include "harness/api/environment.h"

namespace bits::fakes {

class SimulatedLogon;

// The threads of the test are the threads of the process: each has its own impersonation and apartment in each process
// it calls through. Objects got from a process must not outlive it; what it leaves behind is what a process leaves
// behind when it dies: jobs stay, callbacks do not.
class Process : public Environment {
 public:
  Process(World& world, TokenPtr token);
  ~Process() override;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  ComApi& com() override;
  LogonApi& logon() override;
  SimulatedLogon& simulated_logon();
  Machine& machine() override;
  Clock& clock() override;
  FileSystem& files() override;
  HttpClient& http() override;

  World& world() { return world_; }
  const TokenPtr& token() const { return token_; }
  const ProcessInstance& instance() const { return instance_; }

  // A handle to any token. `logged_on`: as if this process had logged the user on with a password; else as if it came
  // from elsewhere, and a process without SeImpersonatePrivilege gets no further with it than level Identify.
  Token Open(TokenPtr token, bool logged_on = true);

  // Token handles that are open, apartments that were not left, interface pointers that were not released; each in
  // words, empty when the process is clean.
  std::vector<std::string> Leaks();

  // --- for the parts, who hold the world's lock

  struct Thread {
    TokenPtr impersonation;
    std::optional<ApartmentType> apartment;
    int initialized = 0;  // calls of CoInitializeEx that were not undone
    // For a real program's threads: whether the apartment was looked at, and whether the impersonation is a real one.
    bool known = false;
    bool impersonates_really = false;
  };
  Thread& CurrentThread() { return threads_[std::this_thread::get_id()]; }
  bool InApartment();  // the thread's own, or the implicit multi-threaded one
  // The thread that an object got on this thread belongs to: its own in an STA, else none.
  std::thread::id ApartmentThread();

  // Whom the calling thread impersonates, as SetThreadToken leaves it; null: nobody. Without a handle.
  void Impersonate(TokenPtr token) { CurrentThread().impersonation = std::move(token); }

  // Called when something is to be delivered to an STA of this process, so that its thread can be woken. It must not
  // call back into the world.
  std::function<void(std::thread::id)> wake_apartment;

  // How many scopes lead a real program's logon calls here (fakes/com/scoped_fake_logon.h).
  std::atomic<int> logon_scopes{0};

  // COM fixes the process's security with its first proxy, to COM's own defaults where nobody set it
  // [combaseapi-coinitializesecurity].
  const ProcessSecurity& FixSecurity();

  std::optional<ProcessSecurity> security;  // once CoInitializeSecurity or the first proxy has fixed it
  std::atomic<std::size_t> interface_pointers{0};

 private:
  class Parts;
  friend class Parts;

  World& world_;
  TokenPtr token_;
  const ProcessInstance instance_;
  std::unordered_map<std::thread::id, Thread> threads_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace bits::fakes
