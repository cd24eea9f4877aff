#include "harness/win32/windows_headers.h"

#include "tools/bitsdoctor/simulated_backend.h"

#include <exception>

#include <nlohmann/json.hpp>

#include "fakes/com/remote_bits.h"
#include "harness/win32/environment.h"
#include "tools/bitsdoctor/exit_code.h"

namespace bits::doctor {
namespace {

std::string ScriptFor(const std::string& profile) {
  return nlohmann::json{
      {"profile", profile}, {"cast", true}, {"standard_servers", true}, {"clock", {{"real_time", true}}}}
      .dump();
}

// COM, logons, time and waiting by the code for Windows, whose calls are redirected; the rest is the simulation's.
class ComSimulation final : public SimulatedBackend, private Environment {
 public:
  ComSimulation(const std::string& profile, rules::TokenKind as)
      : remote_(ScriptFor(profile), [as](const fakes::ScriptedWorld& world) { return world.cast->Owner(as); }) {}

  Environment& environment() override { return *this; }
  Token OpenHelper(rules::TokenKind kind) override {
    return remote_.process().Open(remote_.scripted_world().cast->Helper(kind));
  }

 private:
  ComApi& com() override { return windows_->com(); }
  LogonApi& logon() override { return windows_->logon(); }
  Machine& machine() override { return remote_.process().machine(); }
  Clock& clock() override { return windows_->clock(); }
  FileSystem& files() override { return remote_.process().files(); }
  HttpClient& http() override { return remote_.process().http(); }

  fakes::com::RemoteBits remote_;
  std::unique_ptr<Environment> windows_ = win32::CreateEnvironment();
};

}  // namespace

std::unique_ptr<SimulatedBackend> SimulateWindowsByCom(const std::string& profile, rules::TokenKind as) {
  try {
    return std::make_unique<ComSimulation>(profile, as);
  } catch (const std::exception& error) {
    throw Refusal(ExitCode::kCouldNotRun, std::string("--backend com-fake: ") + error.what());
  }
}

}  // namespace bits::doctor
