// HTTP by WinHTTP.
#pragma once

#include "harness/api/http_client.h"

namespace bits::win32 {

class HttpClient final : public bits::HttpClient {
 public:
  // E_INVALIDARG also for a header with a line break in it, or a name with a colon.
  Result<HttpResponse> Send(const HttpRequest& request) override;
};

}  // namespace bits::win32
