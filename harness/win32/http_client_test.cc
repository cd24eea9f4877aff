#include "harness/win32/windows_headers.h"

#include "harness/win32/http_client.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace bits::win32 {
namespace {

HttpRequest RequestTo(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
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
