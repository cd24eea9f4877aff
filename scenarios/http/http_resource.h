// How the test server answers for one path.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/http/http_content.h"

namespace bits::testing {

// How a client learns where the body ends.
enum class HttpFraming {
  kContentLength,
  kChunked,     // no Content-Length; HTTP/1.0 clients get kUntilClose
  kUntilClose,  // no Content-Length; the connection ends with the body
};

// Where the server breaks an answer off.
enum class HttpBreak {
  kNever,
  kResetBeforeAnswer,  // the request is read, then the connection is reset
  kCloseInBody,        // after `break_after` bytes of the body, though more were announced
  kResetInBody,        // the same, with a reset; what the client has not read by then may be lost
};

// A value; fields not named keep their defaults: HttpResource{.status = 404}.
struct HttpResource {
  std::uint32_t status = 200;
  HttpContent content = {};                                       // the body, of any status
  std::vector<std::pair<std::string, std::string>> headers = {};  // further ones, such as Location

  HttpFraming framing = HttpFraming::kContentLength;
  bool head_allowed = true;      // else HEAD is answered with 405
  bool ranges_supported = true;  // only with status 200 and kContentLength; else Range is ignored

  HttpBreak breaks = HttpBreak::kNever;
  std::uint64_t break_after = 0;  // bytes

  // A pause after every 64 KB of the body, for people to watch. Tests that want to stop an answer use
  // HttpServer::Hold.
  std::chrono::milliseconds pause{0};
};

}  // namespace bits::testing
