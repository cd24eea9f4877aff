// A program whose BITS is a fakebits_server that another program started.
#pragma once

#include <memory>
#include <string_view>

#include "fakes/com/remote_gate.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/com/server_environment.h"
#include "fakes/world/world_script.h"

namespace bits::crash {

// While it lives, what this program asks of BITS goes to that server, and its logons to a simulated Windows with the
// same people, where it runs as alice.
class AttachedBits {
 public:
  AttachedBits(const Guid& server, std::string_view script)
      : world_(fakes::MakeWorld(script, {.files = {}, .http = {}, .left_out = true})),
        process_(world_.world->Start(world_.cast->Owner(rules::TokenKind::kUser))),
        environment_(*process_, server),
        bits_(environment_, std::make_unique<fakes::com::RemoteGate>(*process_)),
        logon_(*process_) {}

  Token OpenHelper() { return process_->Open(world_.cast->Helper(rules::TokenKind::kUser)); }

 private:
  fakes::ScriptedWorld world_;
  std::unique_ptr<fakes::Process> process_;
  fakes::com::ServerEnvironment environment_;
  fakes::com::ScopedFakeBits bits_;
  fakes::com::ScopedFakeLogon logon_;
};

}  // namespace bits::crash
