#include "fakes/com/remote_bits.h"

#include "fakes/com/remote_gate.h"

namespace bits::fakes::com {

RemoteBits::RemoteBits(std::string_view script, const std::function<TokenPtr(const ScriptedWorld&)>& choose)
    : world_(MakeWorld(script, {.files = {}, .http = {}, .left_out = true})),
      process_(world_.world->Start(choose(world_))),
      server_(ServerPath(), script),
      environment_(*process_, server_.id()),
      bits_(environment_, std::make_unique<RemoteGate>(*process_)),
      logon_(*process_) {}

RemoteBits::~RemoteBits() = default;

}  // namespace bits::fakes::com
