#include "harness/win32/windows_headers.h"

#include "tools/bitsdoctor/simulated_backend.h"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "fakes/com/remote_bits.h"
#include "fakes/world/disk.h"
#include "fakes/world/paths.h"
#include "fakes/world/remote_names.h"
#include "harness/win32/environment.h"
#include "harness/win32/file_system.h"
#include "harness/win32/http_client.h"
#include "tools/bitsdoctor/exit_code.h"

namespace bits::doctor {
namespace {

std::vector<std::string> RealDirectories(const std::optional<TransferNames>& transfer) {
  std::vector<std::string> directories;
  if (!transfer) return directories;
  win32::FileSystem files;
  const auto add = [&](const Result<std::string>& path) {
    if (!path) return;
    std::string directory = fakes::WithBackslashes(*path);
    const bool is_there = files.IsDirectory(directory + "\\").value_or(false) && fakes::FlawOfPath(directory).empty();
    if (is_there) directories.push_back(std::move(directory));
  };
  add(files.GetFullPath("."));
  if (const Result<std::string> file = files.GetFullPath(transfer->file)) add(fakes::DirectoryOfPath(*file));
  if (const auto source = fakes::PathOfRemoteName(transfer->url)) add(fakes::DirectoryOfPath(*source));
  return directories;
}

std::string ScriptFor(const std::string& profile, const std::vector<std::string>& real_directories) {
  nlohmann::json script{
      {"profile", profile}, {"cast", true}, {"standard_servers", true}, {"clock", {{"real_time", true}}}};
  for (const std::string& directory : real_directories) script["real_files"].push_back({{"root", directory}});
  if (!real_directories.empty()) script["real_http"] = true;
  return script.dump();
}

// The simulated servers, and where those are real, all others.
class PartlyRealHttp final : public HttpClient {
 public:
  PartlyRealHttp(fakes::Process& process, bool real) : process_(process), has_real_(real) {}

  Result<HttpResponse> Send(const HttpRequest& request) override {
    bool simulated = true;
    process_.world().Change([&] { simulated = !has_real_ || process_.world().network().Knows(request.url); });
    return simulated ? process_.http().Send(request) : real_.Send(request);
  }

 private:
  fakes::Process& process_;
  const bool has_real_;
  win32::HttpClient real_;
};

// COM, logons, time and waiting by the code for Windows, whose calls are redirected; the rest is the simulation's.
class ComSimulation final : public SimulatedBackend, private Environment {
 public:
  ComSimulation(const std::string& profile, rules::TokenKind as, const std::vector<std::string>& real_directories)
      : remote_(ScriptFor(profile, real_directories),
                [as](const fakes::ScriptedWorld& world) { return world.cast->Owner(as); }),
        is_real_(!real_directories.empty()),
        http_(remote_.process(), !real_directories.empty()) {}

  Environment& environment() override { return *this; }
  Token OpenHelper(rules::TokenKind kind) override {
    return remote_.process().Open(remote_.scripted_world().cast->Helper(kind));
  }

 private:
  ComApi& com() override { return windows_->com(); }
  LogonApi& logon() override { return windows_->logon(); }
  Machine& machine() override { return remote_.process().machine(); }
  Clock& clock() override { return windows_->clock(); }
  // What the server has on its simulated disk is not to be seen from here: with real files there are no others.
  FileSystem& files() override { return is_real_ ? windows_->files() : remote_.process().files(); }
  HttpClient& http() override { return http_; }

  fakes::com::RemoteBits remote_;
  const bool is_real_;
  PartlyRealHttp http_;
  std::unique_ptr<Environment> windows_ = win32::CreateEnvironment();
};

}  // namespace

std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string& profile, rules::TokenKind as,
                                                       const std::optional<TransferNames>& transfer) {
  try {
    return std::make_unique<ComSimulation>(profile, as, RealDirectories(transfer));
  } catch (const std::exception& error) {
    throw Refusal(ExitCode::kCouldNotRun, std::string("--backend com-fake: ") + error.what());
  }
}

}  // namespace bits::doctor
