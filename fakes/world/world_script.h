// A simulated Windows described by a text, so that several programs can have the same one.
//
//   {"profile": "win10-1607", "cast": true, "standard_servers": true,
//    "accounts": [{"name": "bob", "password": "secret", "administrator": true, "disabled": true}],
//    "http": [{"server": "http://files.example", "latency_ms": 5, "bytes_per_second": 1000000,
//              "resources": [{"path": "/a", "size": 4096, "seed": 1}]}],
//    "services": [{"name": "BITS", "start_type": "disabled", "stopped": true}],
//    "policies": {"MaxJobsPerUser": 10}, "uac": true,
//    "clock": {"real_time": true, "call_cost_us": 100},
//    "decisions": {"identify_result": "E_ACCESSDENIED"},
//    "faults": [{"server": "http://files.example", "failure": "BG_E_CONNECT_FAILURE", "from_ms": 10, "until_ms": 90},
//               {"server": "http://files.example", "path": "/a", "status": 503, "until_ms": 2000},
//               {"call": "IBitsTokenOptions::SetHelperToken#2=E_ACCESSDENIED"}],
//    "real_files": [{"root": "C:\\dir", "allowed": ["bob"]}, {"root": "C:\\all"}], "real_http": true}
//
// decisions: what is taken to be true where the documentation is silent, by the names of rules::Decisions.
//
// faults: what goes wrong, from a moment after the world was made (from the start) until another (for ever): then it is
// as it was before. Each is about one of
//   server             failure (not reached at all), latency_ms, bytes_per_second, needs_client_certificate
//   server and path    status, cut_after (the connection breaks after so many bytes of each answer), redirect,
//                      announces_length, ranges, merges_ranges, head_allowed: see HttpResource
//   proxy              failure, latency_ms
//   file_server        failure, latency_ms, bytes_per_second
//   service            state: "stopped" (BITS; the next client starts it again, or until_ms does), start_type
//   network            "disconnected"
// and two may not set the same thing at the same time. What begins or ends at one moment does so in their order.
// Servers and services must be there. Or it is about a call: which one fails, and how, is said as in
// intercept::ParseFault.
//
// real_files: the files below these directories of the machine that this runs on are a part of the simulated one; what
// the people of the simulation download there is there. Without "allowed" everybody may. With "sddl" it says what real
// tokens may, in place of the file system. real_http: servers that the simulated network does not have are real ones;
// needs clock.real_time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/world/cast.h"
#include "fakes/world/world.h"

namespace bits::intercept {
class FaultInjector;
}

namespace bits::fakes {

// A world and, where the script asks for it, the cast in it.
struct ScriptedWorld {
  std::unique_ptr<World> world;
  std::unique_ptr<Cast> cast;  // null without "cast"
  // What "faults" says of calls, for the environments of the clients: intercept::Intercept. Null when that is nothing.
  std::shared_ptr<intercept::FaultInjector> call_faults;
};

// A directory of "real_files".
struct ScriptedRoot {
  std::string directory;
  SecurityDescriptor security;
  std::string sddl;
};

// What can be real in this build (fakes/com/real_parts.h); what is empty cannot, and a script that asks for it is
// refused.
struct RealParts {
  std::function<std::unique_ptr<FileStore>(std::vector<ScriptedRoot>)> files;
  std::function<std::unique_ptr<RealSource>()> http;
  // The world is only looked at, while another one of the same script does what is real: nothing in this one is, time
  // included. (So a fault that begins later does not begin here.)
  bool left_out = false;
};

// Throws std::invalid_argument, which says where in the script something is wrong, what, and what may stand there. The
// same script makes the same accounts, SIDs and sessions, in whatever process.
ScriptedWorld MakeWorld(std::string_view script, const RealParts& real = {});

}  // namespace bits::fakes
