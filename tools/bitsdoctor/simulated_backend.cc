#include "tools/bitsdoctor/simulated_backend.h"

#include "fakes/world/cast.h"
#include "fakes/world/process.h"

namespace bits::doctor {
namespace {

class Simulation final : public SimulatedBackend {
 public:
  Simulation(const std::string& profile, rules::TokenKind as)
      : world_(profile), cast_(world_), process_(world_.Start(cast_.Owner(as))) {
    AddStandardServers(world_);
  }

  Environment& environment() override { return *process_; }
  Token OpenHelper(rules::TokenKind kind) override { return process_->Open(cast_.Helper(kind)); }

 private:
  fakes::World world_;
  fakes::Cast cast_;
  std::unique_ptr<fakes::Process> process_;
};

}  // namespace

std::unique_ptr<SimulatedBackend> SimulateWindows(const std::string& profile, rules::TokenKind as) {
  return std::make_unique<Simulation>(profile, as);
}

}  // namespace bits::doctor
