#include <stdexcept>
#include <utility>

#include "fakes/world/cast.h"
#include "harness/api/apartment.h"
#include "scenarios/contract/backends.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

using fakes::Cast;
using fakes::FileContent;
using fakes::Process;
using fakes::World;
using rules::TokenKind;

constexpr std::string_view kDirectory = R"(C:\contract)";
constexpr std::string_view kServer = "http://contract.test";
constexpr std::string_view kSlowServer = "http://slow.contract.test";
constexpr std::string_view kShare = R"(\\contract\share)";
constexpr std::uint64_t kSmallSize = 65'537;
constexpr std::chrono::milliseconds kPatience = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kBetweenLooks(5);

class SimulatedClient final : public Client {
 public:
  // `living`: the processes of the clients that are there.
  SimulatedClient(std::unique_ptr<Process> process, ApartmentType apartment, const ClientOptions& options,
                  std::vector<Process*>& living)
      : process_(std::move(process)), apartment_(Must(Apartment::Enter(process_->com(), apartment))), living_(living) {
    if (options.connected) {
      Must(process_->com().CoInitializeSecurity(options.security));
      manager_ = Must(process_->com().CoCreateInstance(ManagerClass::k1_0));
    }
    living_.push_back(process_.get());
  }
  ~SimulatedClient() override { std::erase(living_, process_.get()); }

  Environment& environment() override { return *process_; }
  BackgroundCopyManager& manager() override { return *manager_; }
  Process& process() { return *process_; }

 private:
  std::unique_ptr<Process> process_;
  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  std::vector<Process*>& living_;
};

fakes::WorldOptions WorldOf(const StageOptions& options) {
  fakes::WorldOptions world;
  world.profile = options.profile;
  world.decisions = options.decisions;
  return world;
}

class SimulatedStage final : public Stage {
 public:
  SimulatedStage(std::string_view implementation, const StageOptions& options, ApartmentType apartment,
                 fakes::StartProcess start)
      : implementation_(implementation), apartment_(apartment), start_(start), world_(WorldOf(options)) {
    world_.Change([this] { SetUpServers(); });
  }

  std::string_view implementation() const override { return implementation_; }
  std::optional<std::string> Lacks(Need) const override { return std::nullopt; }
  ApartmentType apartment() const override { return apartment_; }
  std::optional<std::string> LacksOwner(TokenKind) const override { return std::nullopt; }
  std::optional<std::string> LacksHelper(TokenKind) const override { return std::nullopt; }

  std::unique_ptr<Client> Start(const ClientOptions& options) override {
    return std::make_unique<SimulatedClient>(start_(world_, TokenOf(options)), apartment_, options, clients_);
  }
  Token OpenHelper(Client& client, TokenKind kind) override {
    return static_cast<SimulatedClient&>(client).process().Open(cast_.Helper(kind));
  }
  Account AccountOf(Person person) const override {
    return {person == Person::kHelper ? "helen" : "olivia", ".", Secret(Cast::kPassword)};
  }
  const Sources& sources() const override { return sources_; }

  std::string Path(std::string_view name) const override { return fmt::format("{}\\{}", kDirectory, name); }
  void Write(std::string_view path, std::string_view content) override {
    world_.Change([&] { world_.disk().AddFile(path, FileContent(std::string(content))); });
  }
  std::vector<std::string> Files() const override {
    std::vector<std::string> names;
    world_.Change([&] {
      for (const std::string& path : world_.disk().Files(kDirectory)) {
        names.push_back(path.substr(kDirectory.size() + 1));
      }
    });
    return names;
  }

  bool WaitUntil(const std::function<bool()>& holds, std::optional<std::chrono::milliseconds> limit) override {
    const fakes::Time deadline = world_.Now() + limit.value_or(kPatience);
    while (!holds()) {
      if (world_.Now() >= deadline) return false;
      Pass(kBetweenLooks);
    }
    return true;
  }
  // A client waits, not the world, so that callbacks arrive in an STA as well.
  void Pass(std::chrono::nanoseconds time) override {
    if (clients_.empty()) return world_.Advance(time);
    ComApi& com = clients_.back()->com();
    const std::shared_ptr<Event> never = Must(com.MakeEvent());
    Must(HResultOf(com.WaitForEvent(*never, time)));
  }

  World* simulation() override { return &world_; }
  fakes::StartProcess starter() const override { return start_; }

 private:
  fakes::TokenPtr TokenOf(const ClientOptions& options) const {
    switch (options.person) {
      case Person::kOwner:
        return cast_.Owner(options.owner);
      case Person::kHelper:
        return cast_.Helper(TokenKind::kUser);
      case Person::kAdministrator:
        return cast_.OtherAdmin();
    }
    return nullptr;
  }

  void SetUpServers() {
    const FileContent small = FileContent::Synthetic(kSmallSize, 1);
    sources_.small_size = small.size();
    sources_.small_sha256 = small.Sha256();
    sources_.small_prefix = kServer;
    sources_.small = fmt::format("{}/small", kServer);
    sources_.missing = fmt::format("{}/missing", kServer);
    sources_.slow = fmt::format("{}/file", kSlowServer);
    sources_.unreachable = "http://nowhere.contract.test/file";
    sources_.file = fmt::format("{}\\small", kShare);
    sources_.missing_file = fmt::format("{}\\missing", kShare);

    world_.disk().AddDirectory(kDirectory);
    fakes::Network& network = world_.network();
    network.AddHttpServer(kServer);
    network.AddHttpResource(sources_.small, small);
    fakes::HttpServer& slow = network.AddHttpServer(kSlowServer);
    slow.bytes_per_second = 1000;
    network.AddHttpResource(sources_.slow, FileContent::Synthetic(100'000, 2));
    fakes::Disk& share = network.AddSmbServer("contract").disk;
    share.AddDirectory(kShare);
    share.AddFile(*sources_.file, small);
  }

  const std::string_view implementation_;
  const ApartmentType apartment_;
  const fakes::StartProcess start_;
  mutable World world_;
  const Cast cast_{world_};
  Sources sources_;
  std::vector<Process*> clients_;
};

}  // namespace

std::unique_ptr<Stage> MakeSimulatedStage(std::string_view implementation, const StageOptions& options,
                                          ApartmentType apartment, fakes::StartProcess start) {
  return std::make_unique<SimulatedStage>(implementation, options, apartment, start);
}

}  // namespace bits::contract
