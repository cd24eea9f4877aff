#include "harness/win32/http_client.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/win32/test_http_server.h"

namespace bits::win32 {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

HttpRequest RequestTo(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

TEST(HttpClient, ReadsTheStatusAndTheHeaders) {
  TestHttpServer server(TestHttpServer::Answers{
      {"/file?part=1", "HTTP/1.1 200 Very Well\r\nContent-Length: 5\r\nAccept-Ranges: bytes\r\nX-Empty:\r\n\r\n"}});
  HttpClient http;
  HttpRequest request = RequestTo(server.Url("/file?part=1#fragment"));
  request.headers = {{"X-Test", "one: two"}};
  const Result<HttpResponse> response = http.Send(request);
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->reason, "Very Well");
  EXPECT_THAT(response->headers, Contains(Pair("Content-Length", "5")));
  EXPECT_THAT(response->headers, Contains(Pair("Accept-Ranges", "bytes")));
  EXPECT_THAT(response->headers, Contains(Pair("X-Empty", "")));
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_THAT(server.requests()[0], StartsWith("HEAD /file?part=1 HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("\r\nX-Test: one: two\r\n"));
}

TEST(HttpClient, ReportsEveryStatusAsAResponse) {
  TestHttpServer server(TestHttpServer::Answers{{"/broken", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"}});
  HttpClient http;
  EXPECT_EQ(http.Send(RequestTo(server.Url("/broken"))).value().status, 503U);
  EXPECT_EQ(http.Send(RequestTo(server.Url("/nothing"))).value().status, 404U);
}

TEST(HttpClient, FollowsRedirects) {
  TestHttpServer server(
      TestHttpServer::Answers{{"/old", "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n"},
                              {"/new", "HTTP/1.1 200 OK\r\nX-Here: yes\r\nContent-Length: 0\r\n\r\n"}});
  HttpClient http;
  const HttpResponse response = http.Send(RequestTo(server.Url("/old"))).value();
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.headers, Contains(Pair("X-Here", "yes")));
}

TEST(HttpClient, DoesNotReadTheBody) {
  // Announces a body that never comes.
  TestHttpServer server(TestHttpServer::Answers{{"/large", "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"}});
  HttpClient http;
  HttpRequest request = RequestTo(server.Url("/large"));
  request.method = "GET";
  EXPECT_EQ(http.Send(request).value().status, 200U);
}

TEST(HttpClient, ReportsAServerThatDoesNotAnswer) {
  TestHttpServer server(TestHttpServer::Answers{{"/silent", ""}});
  HttpClient http;
  HttpRequest request = RequestTo(server.Url("/silent"));
  request.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(HResultOf(http.Send(request)), "ERROR_WINHTTP_TIMEOUT"_hr);
}

TEST(HttpClient, ReportsARefusedConnection) {
  HttpClient http;
  // Nobody listens on the port of tcpmux.
  EXPECT_EQ(HResultOf(http.Send(RequestTo("http://127.0.0.1:1/file"))), "ERROR_WINHTTP_CANNOT_CONNECT"_hr);
}

TEST(HttpClient, RefusesWhatIsNoUrl) {
  HttpClient http;
  for (const char* url : {"", "nonsense", "ftp://server/file", "http://", "\xFF"}) {
    EXPECT_EQ(HResultOf(http.Send(RequestTo(url))), "E_INVALIDARG"_hr) << url;
  }
}

TEST(HttpClient, RefusesHeadersThatWouldBeTwo) {
  HttpClient http;
  const std::pair<std::string, std::string> kHeaders[] = {{"A", "b\r\nC: d"}, {"A\n", "b"}, {"A: b", "c"}, {"", "b"}};
  for (const auto& header : kHeaders) {
    HttpRequest request = RequestTo("http://127.0.0.1:1/");
    request.headers = {header};
    EXPECT_EQ(HResultOf(http.Send(request)), "E_INVALIDARG"_hr) << header.first;
  }
}

}  // namespace
}  // namespace bits::win32
