#include "tools/bitsdoctor/simulated_backend.h"

#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "tools/bitsdoctor/simulated_queue.h"

namespace bits::doctor {
namespace {

class Simulation final : public SimulatedBackend {
 public:
  Simulation(const std::string& profile, rules::TokenKind as, bool with_jobs)
      : world_(profile), cast_(world_), process_(world_.Start(cast_.Owner(as))) {
    AddStandardServers(world_);
    if (with_jobs) busy_process_ = FillQueue(world_, cast_, as);
  }

  Environment& environment() override { return *process_; }
  Token OpenHelper(rules::TokenKind kind) override { return process_->Open(cast_.Helper(kind)); }

 private:
  fakes::World world_;
  fakes::Cast cast_;
  std::unique_ptr<fakes::Process> process_;
  std::unique_ptr<fakes::Process> busy_process_;
};

}  // namespace

std::unique_ptr<SimulatedBackend> SimulateWindows(const std::string& profile, rules::TokenKind as, bool with_jobs) {
  return std::make_unique<Simulation>(profile, as, with_jobs);
}

}  // namespace bits::doctor
