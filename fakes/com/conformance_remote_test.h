// Clients of a BITS that is simulated in another process, for tests with several of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fakes/com/conformance_test.h"
#include "fakes/com/remote_bits.h"
#include "fakes/com/remote_gate.h"
#include "fakes/com/server_classes.h"
#include "fakes/com/server_environment.h"
#include "fakes/com/server_process.h"
#include "fakes/world/world_script.h"

namespace bits::fakes::com {

// The standard servers are in the server's world, and so are the people of the cast.
inline constexpr std::string_view kScript =
    R"({"profile": "win11-24h2", "cast": true, "standard_servers": true, "clock": {"real_time": true}})";

inline constexpr HRESULT kServerUnavailable = static_cast<HRESULT>(0x800706BA);  // RPC_S_SERVER_UNAVAILABLE

// A program of a user's whose BITS is a server that somebody else started: what RemoteBits is for its own server.
class AttachedClient {
 public:
  // In an apartment.
  AttachedClient(const Guid& server, std::string_view user)
      : world_(MakeWorld(kScript)),
        process_(world_.world->Start(world_.world->LogOn(user))),
        environment_(*process_, server),
        bits_(environment_, std::make_unique<RemoteGate>(*process_)) {}

 private:
  ScriptedWorld world_;
  std::unique_ptr<Process> process_;
  ServerEnvironment environment_;
  ScopedFakeBits bits_;
};

// CoCreateInstance of a server's own class, by nobody in particular.
inline HRESULT TryServer(const Guid& server) {
  Out<void*> object;
  const HRESULT result = CoCreateInstance(win32::ToGuid(ServerClassId(server, ManagerClass::k1_0)), nullptr,
                                          CLSCTX_LOCAL_SERVER, __uuidof(IBackgroundCopyManager), object.Receive());
  EXPECT_TRUE(object.cleared());
  return result;
}

inline Bytes BytesOf(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return Bytes(first, first + text.size());
}
inline std::string TextOf(const Bytes& bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Sends a command to another process of this program, and waits for its answer.
inline std::string Ask(SecondProcess& process, std::string_view command) {
  process.connection().Send(BytesOf(command));
  const auto answer = process.connection().Receive();
  return answer ? TextOf(*answer) : "it has ended";
}

}  // namespace bits::fakes::com
