// GoogleMock mock of HttpClient.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/http_client.h"

namespace bits::mocks {

// By default every request is answered "200 OK", without headers.
class MockHttpClient : public HttpClient {
 public:
  MockHttpClient();
  ~MockHttpClient() override;

  MOCK_METHOD(Result<HttpResponse>, Send, (const HttpRequest& request), (override));
};

}  // namespace bits::mocks
