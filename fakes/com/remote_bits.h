// A BITS that is simulated in another process, in place of the system's.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/com/server_environment.h"
#include "fakes/com/server_process.h"
#include "fakes/world/world_script.h"
#include "harness/win32/lasting_stubs.h"

namespace bits::fakes::com {

// While it lives, what this program asks of BITS goes to a fakebits_server, through all of COM that there is between
// two processes; and its logons and tokens are those of the same simulated Windows.
//
// The client has a world of its own, made from the same script: there it runs as `token`, there its users log on. What
// the server knows of a token came with the calls. So what happens to a session in the server's world (a log-off)
// happens there, and the client's does not hear of it.
class RemoteBits {
 public:
  // `choose` says who this program is. Throws as MakeWorld, ServerProcess and ScopedFakeBits do.
  RemoteBits(std::string_view script, const std::function<TokenPtr(const ScriptedWorld&)>& choose);
  ~RemoteBits();
  RemoteBits(const RemoteBits&) = delete;
  RemoteBits& operator=(const RemoteBits&) = delete;

  // This program on the simulated Windows: machine(), logon(). Its com() is the client world's own, not the server's.
  Process& process() { return *process_; }
  const ScriptedWorld& scripted_world() const { return world_; }
  ServerProcess& server() { return server_; }

 private:
  // The multi-threaded apartment lives as long as the server: Wine 8 hangs when one ends while the server is still
  // letting go of an object in it.
  class ApartmentUsage {
   public:
    ApartmentUsage() { CoIncrementMTAUsage(&cookie_); }
    ~ApartmentUsage() {
      if (cookie_ != nullptr) CoDecrementMTAUsage(cookie_);
    }
    ApartmentUsage(const ApartmentUsage&) = delete;
    ApartmentUsage& operator=(const ApartmentUsage&) = delete;

   private:
    CO_MTA_USAGE_COOKIE cookie_ = nullptr;
  };

  ApartmentUsage apartment_usage_;
  const win32::LastingStubs stubs_{win32::CallbackInterfaces()};
  ScriptedWorld world_;
  std::unique_ptr<Process> process_;
  ServerProcess server_;
  ServerEnvironment environment_;
  ScopedFakeBits bits_;
  ScopedFakeLogon logon_;
};

}  // namespace bits::fakes::com
