// A simulated Windows described by a text, so that several programs can have the same one.
//
//   {"profile": "win10-1607", "cast": true, "standard_servers": true,
//    "accounts": [{"name": "bob", "password": "secret", "administrator": true, "disabled": true}],
//    "http": [{"server": "http://files.example", "latency_ms": 5, "bytes_per_second": 1000000,
//              "resources": [{"path": "/a", "size": 4096, "seed": 1}]}],
//    "services": [{"name": "BITS", "start_type": "disabled", "stopped": true}],
//    "policies": {"MaxJobsPerUser": 10}, "uac": true,
//    "clock": {"real_time": true, "call_cost_us": 100}}
#pragma once

#include <memory>
#include <string_view>

#include "fakes/world/cast.h"
#include "fakes/world/world.h"

namespace bits::fakes {

// A world and, where the script asks for it, the cast in it.
struct ScriptedWorld {
  std::unique_ptr<World> world;
  std::unique_ptr<Cast> cast;  // null without "cast"
};

// Throws std::invalid_argument, which says where in the script something is wrong, what, and what may stand there. The
// same script makes the same accounts, SIDs and sessions, in whatever process.
ScriptedWorld MakeWorld(std::string_view script);

}  // namespace bits::fakes
