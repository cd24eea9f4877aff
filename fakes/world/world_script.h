// A simulated Windows described by a text, so that several programs can have the same one.
//
//   {"profile": "win10-1607", "cast": true, "standard_servers": true,
//    "accounts": [{"name": "bob", "password": "secret", "administrator": true, "disabled": true}],
//    "http": [{"server": "http://files.example", "latency_ms": 5, "bytes_per_second": 1000000,
//              "resources": [{"path": "/a", "size": 4096, "seed": 1}]}],
//    "services": [{"name": "BITS", "start_type": "disabled", "stopped": true}],
//    "policies": {"MaxJobsPerUser": 10}, "uac": true,
//    "clock": {"real_time": true, "call_cost_us": 100},
//    "real_files": [{"root": "C:\\dir", "allowed": ["bob"]}, {"root": "C:\\all"}], "real_http": true}
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

namespace bits::fakes {

// A world and, where the script asks for it, the cast in it.
struct ScriptedWorld {
  std::unique_ptr<World> world;
  std::unique_ptr<Cast> cast;  // null without "cast"
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
  // included.
  bool left_out = false;
};

// Throws std::invalid_argument, which says where in the script something is wrong, what, and what may stand there. The
// same script makes the same accounts, SIDs and sessions, in whatever process.
ScriptedWorld MakeWorld(std::string_view script, const RealParts& real = {});

}  // namespace bits::fakes
