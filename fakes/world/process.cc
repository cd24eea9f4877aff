#include "fakes/world/process.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "fakes/bits/bits_service.h"
#include "fakes/world/simulated_com.h"
#include "fakes/world/simulated_logon.h"
#include "fakes/world/simulated_machine.h"

namespace bits::fakes {

using Lock = std::unique_lock<std::mutex>;

class Process::Parts {
 public:
  explicit Parts(Process& process)
      : com(process), logon(process), machine(process), clock(process.world()), files(process), http(process.world()) {}

  SimulatedCom com;
  SimulatedLogon logon;
  SimulatedMachine machine;
  SimulatedClock clock;
  SimulatedFileSystem files;
  SimulatedHttpClient http;
};

Process::Process(World& world, TokenPtr token)
    : world_(world), token_(std::move(token)), instance_(world.AddProcess()), parts_(std::make_unique<Parts>(*this)) {}

Process::~Process() {
  // Callbacks are released outside the lock: they are the client's own code.
  std::vector<std::shared_ptr<BackgroundCopyCallback>> released;
  Lock lock(world_.mutex());
  world_.processes().erase(instance_.id);
  released = world_.bits().ForgetClient(*this, lock);
  lock.unlock();
}

ComApi& Process::com() { return parts_->com; }
LogonApi& Process::logon() { return parts_->logon; }
SimulatedLogon& Process::simulated_logon() { return parts_->logon; }
Machine& Process::machine() { return parts_->machine; }
Clock& Process::clock() { return parts_->clock; }
FileSystem& Process::files() { return parts_->files; }
HttpClient& Process::http() { return parts_->http; }

Token Process::Open(TokenPtr token, bool logged_on) {
  const Lock lock(world_.mutex());
  return parts_->logon.Open(std::move(token), ~0U, logged_on);
}

const ProcessSecurity& Process::FixSecurity() {
  if (!security) {
    security = ProcessSecurity{AuthenticationLevel::kConnect, ImpersonationLevel::kIdentify, Cloaking::kNone};
  }
  return *security;
}

bool Process::InApartment() {
  if (CurrentThread().apartment) return true;
  return std::ranges::any_of(threads_,
                             [](const auto& entry) { return entry.second.apartment == ApartmentType::kMultiThreaded; });
}

std::thread::id Process::ApartmentThread() {
  return CurrentThread().apartment == ApartmentType::kSingleThreaded ? std::this_thread::get_id() : std::thread::id();
}

std::vector<std::string> Process::Leaks() {
  const Lock lock(world_.mutex());
  std::vector<std::string> leaks;
  for (const std::string& user : parts_->logon.OpenUsers()) leaks.push_back(fmt::format("a token of {} is open", user));
  for (const auto& [id, thread] : threads_) {
    if (thread.impersonation)
      leaks.push_back(fmt::format("a thread is still {}", thread.impersonation->facts.user.account));
    if (thread.initialized > 0)
      leaks.push_back(fmt::format("{} calls of CoInitializeEx were not undone", thread.initialized));
  }
  if (interface_pointers > 0)
    leaks.push_back(fmt::format("{} interface pointers were not released", interface_pointers));
  return leaks;
}

}  // namespace bits::fakes
