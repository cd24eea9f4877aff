#include <filesystem>
#include <stdexcept>
#include <thread>
#include <utility>

#include "harness/api/apartment.h"
#include "harness/win32/environment.h"
#include "harness/win32/test_directory.h"
#include "scenarios/contract/backends.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/contract/helper_logon.h"
#include "scenarios/contract/temporary_account.h"
#include "scenarios/http/http_server.h"
#include "scenarios/http/unused_port.h"

namespace bits::contract {
namespace {

using testing::HttpContent;
using testing::HttpResource;

constexpr std::uint64_t kSmallSize = 65'537;
constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kBetweenLooks(2);

// What Wine's BITS or the set-up of the tests lacks. An empty text: not lacking there.
struct Lack {
  Need need;
  std::string_view on_wine;
  std::string_view on_windows;
};

constexpr std::string_view kOneUser = "every program of the tests runs as the user who started them";
constexpr std::string_view kRealTime = "time is real here";
constexpr std::string_view kOneProgram = "COM security is set once for this whole program";

constexpr Lack kLacks[] = {
    {Need::kHelperTokens, "Wine's BITS has no helper tokens: QueryInterface(IBitsTokenOptions) is E_NOINTERFACE", ""},
    {Need::kSecondUser, kOneUser, kOneUser},
    {Need::kDecisions, "a real service decides by itself", "a real service decides by itself"},
    {Need::kSimulation, "nothing is simulated here", "nothing is simulated here"},
    {Need::kStandardUser, "Wine knows administrators only", "the tests run as an administrator"},
    {Need::kOwnSecurity, kOneProgram, kOneProgram},
    {Need::kVirtualTime, kRealTime, kRealTime},
    {Need::kInterruption, "Wine's BITS may die when a job is cancelled in the middle of a transfer", ""},
    {Need::kPromptQueue, "Wine's BITS lists a cancelled job until some later Resume wakes its worker", ""},
    {Need::kNotifiedOfErrors, "Wine's BITS never calls JobError", ""},
};

class WindowsClient final : public Client {
 public:
  // `environment`: null for a new one.
  WindowsClient(Environment* environment, const ProcessSecurity& security)
      : own_(environment == nullptr ? win32::CreateEnvironment() : nullptr),
        environment_(environment == nullptr ? *own_ : *environment),
        apartment_(Must(Apartment::Enter(environment_.com(), ApartmentType::kMultiThreaded))) {
    const HResult secured = environment_.com().CoInitializeSecurity(security);
    if (secured != "RPC_E_TOO_LATE"_hr) Must(secured);  // an earlier client of this program did it
    manager_ = Must(environment_.com().CoCreateInstance(ManagerClass::k1_0));
  }

  Environment& environment() override { return environment_; }
  BackgroundCopyManager& manager() override { return *manager_; }

 private:
  std::unique_ptr<Environment> own_;
  Environment& environment_;
  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
};

// What all stages of the program share, since it takes a while to make: the servers, and COM itself, whose connections
// to the service would end with the last apartment.
class Surroundings {
 public:
  Surroundings() {
    const HttpContent small = HttpContent::Generated(kSmallSize);
    server_.Set("/small", {.content = small});
    server_.Set("/slow", {.content = HttpContent::Generated(100'000'000), .pause = std::chrono::milliseconds(250)});
    sources_.small = server_.Url("/small");
    sources_.small_prefix = server_.Url("");
    sources_.slow = server_.Url("/slow");
    sources_.missing = server_.Url("/missing");
    sources_.unreachable = unused_port_.Url("/file");
    sources_.file = source_directory_.Write("small", small.ToString());
    sources_.missing_file = source_directory_.Path("missing");
    sources_.small_size = kSmallSize;
    sources_.small_sha256 = Must(environment_->files().HashSha256(*sources_.file));
  }

  bool on_wine() const { return on_wine_; }
  const Sources& sources() const { return sources_; }

 private:
  const std::unique_ptr<Environment> environment_ = win32::CreateEnvironment();
  const Apartment apartment_ = Must(Apartment::Enter(environment_->com(), ApartmentType::kMultiThreaded));
  const bool on_wine_ = Must(environment_->machine().GetOsVersion()).wine_version.has_value();
  testing::HttpServer server_;
  testing::UnusedPort unused_port_;
  win32::TestDirectory source_directory_;
  Sources sources_;
};

const Surroundings& TheSurroundings() {
  static const Surroundings surroundings;
  return surroundings;
}

// The people who help, made when the first case wants them and removed at the end of the program.
class Helpers {
 public:
  // Why there are none, in words; absent when there are.
  std::optional<std::string> Missing() const {
    for (const Made* const made : {&user_, &administrator_}) {
      if (*made) continue;
      return fmt::format("needs temporary accounts of this machine, which an elevated administrator can make: {}",
                         ToString(made->error()));
    }
    return std::nullopt;
  }
  const TemporaryAccount& Get(Person person) const {
    return person == Person::kAdministrator ? **administrator_ : **user_;
  }

 private:
  using Made = Result<std::unique_ptr<TemporaryAccount>>;

  const std::unique_ptr<Environment> environment_ = win32::CreateEnvironment();
  const Made user_ = TemporaryAccount::Make(environment_->logon(), TemporaryAccount::Kind::kStandardUser);
  const Made administrator_ = TemporaryAccount::Make(environment_->logon(), TemporaryAccount::Kind::kAdministrator);
};

const Helpers& TheHelpers() {
  static const Helpers helpers;
  return helpers;
}

// What this program's own token is.
rules::TokenKind OwnKind(LogonApi& logon) {
  const TokenFacts facts = Must(logon.GetTokenFacts(Must(logon.OpenProcessToken(TokenAccess::kQuery))));
  constexpr std::pair<std::string_view, rules::TokenKind> kServices[] = {
      {kLocalSystemSid, rules::TokenKind::kSystem},
      {kLocalServiceSid, rules::TokenKind::kLocalService},
      {kNetworkServiceSid, rules::TokenKind::kNetworkService}};
  for (const auto& [sid, kind] : kServices) {
    if (facts.user.sid == sid) return kind;
  }
  switch (AdministratorsIn(facts)) {
    case AdministratorsMembership::kEnabled:
      return rules::TokenKind::kAdminElevated;
    case AdministratorsMembership::kDenyOnly:
      return facts.elevated.value_or(false) ? rules::TokenKind::kRestricted : rules::TokenKind::kAdminFiltered;
    case AdministratorsMembership::kDisabled:
    case AdministratorsMembership::kAbsent:
      break;
  }
  return rules::TokenKind::kUser;
}

class WindowsStage final : public Stage {
 public:
  explicit WindowsStage(Environment* environment) : environment_(environment) {}

  std::string_view implementation() const override { return on_wine_ ? "wine" : "windows"; }

  std::optional<std::string> Lacks(Need need) const override {
    for (const Lack& lack : kLacks) {
      const std::string_view reason = on_wine_ ? lack.on_wine : lack.on_windows;
      if (lack.need == need && !reason.empty()) return std::string(reason);
    }
    return need == Need::kHelperAccounts ? TheHelpers().Missing() : std::nullopt;
  }
  std::optional<std::string> LacksOwner(rules::TokenKind kind) const override {
    const rules::TokenKind own = OwnKind(win32::CreateEnvironment()->logon());
    if (own == kind) return std::nullopt;
    return fmt::format("this program runs as {}: to see a job of {}, run it as one", ToString(own), ToString(kind));
  }
  std::optional<std::string> LacksHelper(rules::TokenKind kind) const override { return LacksLogon(kind); }

  std::unique_ptr<Client> Start(const ClientOptions& options) override {
    return std::make_unique<WindowsClient>(environment_, options.security);
  }
  Token OpenHelper(Client& client, rules::TokenKind kind) override {
    return LogOnHelper(client.environment().logon(), *this, kind);
  }
  Account AccountOf(Person person) const override {
    const TemporaryAccount& account = TheHelpers().Get(person);
    return {account.name(), ".", Secret(account.password().Reveal())};
  }
  const Sources& sources() const override { return TheSurroundings().sources(); }

  std::string Path(std::string_view name) const override { return directory_.Path(name); }
  void Write(std::string_view path, std::string_view content) override {
    directory_.Write(std::filesystem::path(std::u8string(path.begin(), path.end())).filename().string(), content);
  }
  std::vector<std::string> Files() const override {
    const std::string any = directory_.Path("any");
    const auto path = std::filesystem::path(std::u8string(any.begin(), any.end())).parent_path();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
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
  void Pass(std::chrono::nanoseconds) override { throw std::logic_error(std::string(kRealTime)); }

 private:
  Environment* const environment_;
  const bool on_wine_ = TheSurroundings().on_wine();
  win32::TestDirectory directory_;
};

}  // namespace

std::unique_ptr<Stage> MakeWindowsStage(const StageOptions& options) {
  return std::make_unique<WindowsStage>(options.environment);
}

std::unique_ptr<Environment> MakeWindowsEnvironment() { return win32::CreateEnvironment(); }

}  // namespace bits::contract
