// Servers outside the simulation.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/world/network.h"
#include "fakes/world/token_data.h"
#include "harness/api/job_types.h"

namespace bits::fakes {

// What BITS wants of a remote file.
struct RealRequest {
  std::string remote_name;
  std::uint64_t offset = 0;           // bytes that are here: of the file, or of its ranges put together
  std::optional<std::uint64_t> size;  // of the whole when they came
  std::string version;                // of the file when they came; empty: unknown
  std::vector<FileRange> ranges;      // in this order, put together; none: the whole file
  TokenPtr token;                     // whose identity is shown
  std::vector<ExplicitCredentials> credentials;
  std::string headers;         // further ones, a line each
  bool without_proxy = false;  // else as the machine is configured
};

// What comes is known.
struct RealHead {
  std::uint64_t size = 0;    // of the file, or of its ranges put together
  std::uint64_t offset = 0;  // where the bytes begin: as asked for, or 0 where that is not possible
  std::string version;       // empty: unknown
};

// How it ended.
struct RealEnd {
  HResult error;
  ErrorContext context = ErrorContext::kNone;
  bool transient = false;  // worth another try
};

class RealReceiver {
 public:
  virtual ~RealReceiver() = default;
  // Once, before any bytes. False: nobody wants them any more.
  virtual bool Begin(RealHead head) = 0;
  // The next bytes. False: nobody wants more.
  virtual bool Receive(std::string_view bytes) = 0;
};

// Any thread. Contexts and codes are those of Network::Ask.
class RealSource {
 public:
  virtual ~RealSource() = default;
  // Returns when all is here, or nothing more comes; soon after `stop` or false, with any result.
  virtual RealEnd Fetch(const RealRequest& request, RealReceiver& receiver, const std::stop_token& stop) = 0;
};

}  // namespace bits::fakes
