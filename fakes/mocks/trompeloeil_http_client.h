// Trompeloeil mock of HttpClient.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/http_client.h"

namespace bits::trompeloeil_mocks {

class MockHttpClient : public HttpClient {
 public:
  MAKE_MOCK1(Send, Result<HttpResponse>(const HttpRequest&), override);
};

// As bits::mocks::MockHttpClient answers.
[[nodiscard]] Expectations AllowAll(MockHttpClient& mock);

}  // namespace bits::trompeloeil_mocks
