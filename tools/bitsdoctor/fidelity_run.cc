#include "tools/bitsdoctor/fidelity_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "fakes/world/remote_names.h"
#include "fakes/world/world.h"
#include "harness/api/ascii_case.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/intercept/values_from_json.h"

namespace bits::doctor {
namespace {

using intercept::Json;
using intercept::RecordedCall;

// A text among the arguments, or empty.
std::string Argument(const Json& arguments, const char* name) {
  const auto found = arguments.find(name);
  return found != arguments.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> LengthOf(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (!EqualsIgnoringCase(name, "content-length")) continue;
    try {
      return std::stoull(value);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// A machine on which what was recorded can be done.
class Stage {
 public:
  Stage(const std::string& profile, rules::TokenKind user, const intercept::Recording& recording)
      : world_(profile), cast_(world_), process_(world_.Start(cast_.Owner(user))) {
    AddStandardServers(world_);
    for (const RecordedCall& call : recording.calls) {
      try {
        if (call.method == "Send") AddResource(call);
        if (call.method == "AddFile") AddNames(call);
      } catch (const std::exception&) {
        // Names that the simulation does not take are refused by its AddFile too, which the report then shows.
      }
    }
  }

  Environment& environment() { return *process_; }
  fakes::World& world() { return world_; }

  Token OpenHelper(rules::TokenKind kind) { return process_->Open(cast_.Helper(kind)); }

 private:
  static constexpr std::uint64_t kUnknownSize = 65'536;

  void AddServer(const std::string& url, std::uint32_t status, std::uint64_t size) {
    const auto parts = fakes::Network::SplitUrl(url);
    if (!parts) return;
    world_.Change([&] {
      if (!world_.network().Knows(url)) world_.network().AddHttpServer(parts->first);
      fakes::HttpResource& resource =
          world_.network().AddHttpResource(url, fakes::FileContent::Synthetic(std::min(size, kMostSize)));
      if (status == 401 || status == 407) {
        resource.challenges = {AuthScheme::kNegotiate, AuthScheme::kNtlm};
        resource.allowed = {world_.accounts().Get("helen").sid, world_.accounts().Get("hector").sid};
      } else if (status >= 400) {
        resource.status = status;
      }
    });
    known_.push_back(url);
  }

  void AddResource(const RecordedCall& call) {
    const auto request = call.arguments.find("request");
    if (request == call.arguments.end() || call.result.Failed()) return;
    HttpResponse response;
    intercept::FromJson(call.value, response);
    AddServer(Argument(*request, "url"), response.status, LengthOf(response).value_or(kUnknownSize));
  }

  void AddNames(const RecordedCall& call) {
    const std::string remote = Argument(call.arguments, "RemoteUrl");
    const std::string directory = fakes::DirectoryOfPath(Argument(call.arguments, "LocalName"));
    world_.Change([&] {
      if (!directory.empty() && !world_.disk().IsDirectory(directory)) world_.disk().AddDirectory(directory);
    });
    if (remote.starts_with("\\\\")) AddShare(remote);
    const bool simulated = remote.starts_with("http://files.contoso.test/");
    if (!simulated && std::ranges::find(known_, remote) == known_.end()) AddServer(remote, 200, kUnknownSize);
  }

  void AddShare(const std::string& path) {
    const std::string host = path.substr(2, path.find('\\', 2) - 2);
    world_.Change([&] {
      fakes::Disk& disk = world_.network().AddSmbServer(host).disk;
      disk.AddDirectory(fakes::DirectoryOfPath(path));
      disk.AddFile(path, fakes::FileContent::Synthetic(kUnknownSize));
    });
  }

  static constexpr std::uint64_t kMostSize = std::uint64_t{1} << 40;

  fakes::World world_;
  fakes::Cast cast_;
  std::unique_ptr<fakes::Process> process_;
  std::vector<std::string> known_;
};

}  // namespace

fidelity::FidelityReport CompareWithSimulation(
    const intercept::Recording& recording, const std::string& profile,
    const std::function<void(Environment& environment, const std::function<Result<Token>(LogonApi&)>& open_helper)>&
        command) {
  const rules::WindowsProfile& nearest =
      profile.empty() ? fidelity::NearestProfile(recording.os) : *rules::FindProfile(profile);
  const rules::TokenKind user = fidelity::NearestKind(recording.user);
  Stage stage(std::string(nearest.name), user, recording);
  fidelity::Comparison comparison(
      recording,
      {stage.environment(), nearest.build, [&stage] { stage.world().RunUntilIdle(std::chrono::hours(1)); },
       [&stage](const std::optional<TokenFacts>& facts) { return stage.OpenHelper(fidelity::NearestKind(facts)); }});
  const auto compared = intercept::Intercept(stage.environment(), {&comparison});
  command(*compared, [&](LogonApi&) -> Result<Token> {
    const std::string kind = Argument(recording.program.options, "helper_kind");
    const auto found = FromName<rules::TokenKind>(kind);
    if (!found) return Failure(intercept::kNotRecorded);
    return stage.OpenHelper(*found);
  });
  if (comparison.flaw()) throw *comparison.flaw();
  fidelity::FidelityReport report = comparison.Report();
  report.profile = nearest.name;
  report.user = ToString(user);
  return report;
}

}  // namespace bits::doctor
