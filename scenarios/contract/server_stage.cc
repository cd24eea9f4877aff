#include "harness/win32/windows_headers.h"

#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "fakes/com/remote_bits.h"
#include "fakes/world/cast.h"
#include "harness/api/apartment.h"
#include "harness/win32/environment.h"
#include "harness/win32/test_directory.h"
#include "scenarios/contract/backends.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/contract/helper_logon.h"

namespace bits::contract {
namespace {

using fakes::FileContent;
using nlohmann::json;

constexpr std::string_view kServer = "http://contract.test";
constexpr std::string_view kSlowServer = "http://slow.contract.test";
constexpr std::uint64_t kSmallSize = 65'537;
constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kBetweenLooks(2);

struct Lack {
  Need need;
  std::string_view reason;
};
constexpr Lack kLacks[] = {
    {Need::kSecondUser, "this program is one user of the server's"},
    {Need::kOwnSecurity, "COM security is set once for this whole program"},
    {Need::kVirtualTime, "time is real here"},
    {Need::kDecisions, "the server's world takes the decisions by default"},
    {Need::kSimulation, "the simulation is in another process"},
};

// COM, logons, files and time by the code for Windows, whose calls are redirected; machine and HTTP are the
// simulation's.
class ServerClient final : public Client, private Environment {
 public:
  ServerClient(fakes::Process& process, const ProcessSecurity& security)
      : process_(process), apartment_(Must(Apartment::Enter(windows_->com(), ApartmentType::kMultiThreaded))) {
    const HResult secured = com().CoInitializeSecurity(security);
    if (secured != "RPC_E_TOO_LATE"_hr) Must(secured);  // an earlier client of this stage did it
    manager_ = Must(com().CoCreateInstance(ManagerClass::k1_0));
  }

  Environment& environment() override { return *this; }
  BackgroundCopyManager& manager() override { return *manager_; }

 private:
  ComApi& com() override { return windows_->com(); }
  LogonApi& logon() override { return windows_->logon(); }
  Machine& machine() override { return process_.machine(); }
  Clock& clock() override { return windows_->clock(); }
  FileSystem& files() override { return windows_->files(); }
  HttpClient& http() override { return process_.http(); }

  fakes::Process& process_;
  const std::unique_ptr<Environment> windows_ = win32::CreateEnvironment();
  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
};

// The simulation in another process, which this program reaches through all of COM, as one user; files are real.
class ServerStage final : public Stage {
 public:
  explicit ServerStage(const StageOptions& options) : profile_(options.profile) {
    sources_.small = std::string(kServer) + "/small";
    sources_.small_prefix = kServer;
    sources_.small_size = kSmallSize;
    sources_.small_sha256 = FileContent::Synthetic(kSmallSize, 1).Sha256();
    sources_.slow = std::string(kSlowServer) + "/file";
    sources_.missing = std::string(kServer) + "/missing";
    sources_.unreachable = "http://nowhere.contract.test/file";
  }

  std::string_view implementation() const override { return on_wine_ ? "com-server on wine" : "com-server"; }
  std::optional<std::string> Lacks(Need need) const override {
    for (const Lack& lack : kLacks) {
      if (lack.need == need) return std::string(lack.reason);
    }
    return std::nullopt;
  }

  std::optional<std::string> LacksOwner(rules::TokenKind) const override { return std::nullopt; }
  std::optional<std::string> LacksHelper(rules::TokenKind kind) const override { return LacksLogon(kind); }

  std::unique_ptr<Client> Start(const ClientOptions& options) override {
    if (options.person != Person::kOwner) throw std::logic_error(std::string(kLacks[0].reason));
    if (!remote_) {
      owner_ = options.owner;
      remote_.emplace(Script(), [this](const fakes::ScriptedWorld& world) { return world.cast->Owner(owner_); });
    }
    if (options.owner != owner_) throw std::logic_error(std::string(kLacks[0].reason));
    return std::make_unique<ServerClient>(remote_->process(), options.security);
  }
  Token OpenHelper(Client& client, rules::TokenKind kind) override {
    return LogOnHelper(client.environment().logon(), *this, kind);
  }
  Account AccountOf(Person person) const override {
    return {person == Person::kHelper ? "helen" : "olivia", ".", Secret(fakes::Cast::kPassword)};
  }
  const Sources& sources() const override { return sources_; }

  std::string Path(std::string_view name) const override { return directory_.Path(name); }
  void Write(std::string_view path, std::string_view content) override {
    directory_.Write(std::filesystem::path(std::u8string(path.begin(), path.end())).filename().string(), content);
  }
  std::vector<std::string> Files() const override {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(Directory())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  bool WaitUntil(const std::function<bool()>& holds, std::optional<std::chrono::milliseconds> limit) override {
    const auto deadline = std::chrono::steady_clock::now() + limit.value_or(kPatience);
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(kBetweenLooks);  // callbacks come on threads of the multi-threaded apartment
    }
    return true;
  }
  void Pass(std::chrono::nanoseconds) override { throw std::logic_error(std::string(kLacks[2].reason)); }

 private:
  std::filesystem::path Directory() const {
    const std::string any = directory_.Path("any");
    return std::filesystem::path(std::u8string(any.begin(), any.end())).parent_path();
  }

  std::string Script() const {
    const std::u8string root = Directory().u8string();
    return json{{"profile", profile_},
                {"cast", true},
                {"http",
                 {{{"server", kServer}, {"resources", {{{"path", "/small"}, {"size", kSmallSize}, {"seed", 1}}}}},
                  {{"server", kSlowServer},
                   {"bytes_per_second", 1000},
                   {"resources", {{{"path", "/file"}, {"size", 100'000}, {"seed", 2}}}}}}},
                {"real_files", {{{"root", std::string(root.begin(), root.end())}}}},
                {"clock", {{"real_time", true}}}}
        .dump();
  }

  const bool on_wine_ = Must(win32::CreateEnvironment()->machine().GetOsVersion()).wine_version.has_value();
  const std::string profile_;
  win32::TestDirectory directory_;
  rules::TokenKind owner_ = rules::TokenKind::kUser;
  std::optional<fakes::com::RemoteBits> remote_;
  Sources sources_;
};

}  // namespace

std::unique_ptr<Stage> MakeServerStage(const StageOptions& options) { return std::make_unique<ServerStage>(options); }

}  // namespace bits::contract
