// A plain HTTP request, to ask a server about a file before BITS is sent for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/api/result.h"

namespace bits {

struct HttpRequest {
  std::string method = "HEAD";
  std::string url;  // http or https
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds timeout{30'000};  // for each of resolving, connecting, sending, receiving
};

// The status line and headers of the last response, redirects followed; a body is not read.
struct HttpResponse {
  std::uint32_t status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Any thread; blocks. Uses the proxy and the identity of the calling process, not those of BITS.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // A response of any status is a success. E_INVALIDARG for a URL that is none; transport failures as WinHTTP names
  // them: ERROR_WINHTTP_CANNOT_CONNECT, ERROR_WINHTTP_NAME_NOT_RESOLVED, ERROR_WINHTTP_TIMEOUT,
  // ERROR_WINHTTP_SECURE_FAILURE, ERROR_WINHTTP_INVALID_SERVER_RESPONSE, ERROR_WINHTTP_CONNECTION_ERROR.
  virtual Result<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace bits
