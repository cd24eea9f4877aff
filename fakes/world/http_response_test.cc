#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/world/network.h"
#include "harness/transfer/preflight.h"

namespace bits::fakes {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

class HttpResponseTest : public ::testing::Test {
 protected:
  HttpResponseTest() { request_.url = "http://files/x"; }

  HttpResponse Send() {
    const Result<HttpResponse> response = network_.Send(request_);
    EXPECT_TRUE(response) << HResultOf(response);
    return response.value_or(HttpResponse{});
  }
  HttpResponse GetRange(std::string_view range) {
    request_.method = "GET";
    request_.headers = {{"range", std::string(range)}};
    return Send();
  }
  HResult Failure() { return HResultOf(network_.Send(request_)); }

  Network network_{[](std::string_view, std::string_view) { return std::nullopt; }};
  HttpServer& server_ = network_.AddHttpServer("http://files");
  HttpResource& resource_ = network_.AddHttpResource("http://files/x", FileContent("0123456789"));
  HttpRequest request_;
};

TEST_F(HttpResponseTest, HeadTellsLengthAndRanges) {
  const HttpResponse response = Send();
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.reason, "OK");
  EXPECT_THAT(response.headers, Contains(Pair("Content-Length", "10")));
  EXPECT_THAT(response.headers, Contains(Pair("Accept-Ranges", "bytes")));
  EXPECT_EQ(server_.requests, 1U);
}

TEST_F(HttpResponseTest, GetTellsTheSame) {
  const HttpResponse head = Send();
  request_.method = "GET";
  EXPECT_EQ(Send().status, 200U);
  EXPECT_EQ(Send().headers, head.headers);
}

TEST_F(HttpResponseTest, ALengthThatIsNotAnnouncedIsNotTold) {
  resource_.announces_length = false;
  EXPECT_THAT(Send().headers, Not(Contains(Key("Content-Length"))));
  EXPECT_THAT(GetRange("bytes=0-0").headers, Contains(Pair("Content-Range", "bytes 0-0/*")));
}

TEST_F(HttpResponseTest, ARangeIsAnsweredWithThatPart) {
  const HttpResponse response = GetRange("bytes=2-4");
  EXPECT_EQ(response.status, 206U);
  EXPECT_THAT(response.headers, Contains(Pair("Content-Range", "bytes 2-4/10")));
  EXPECT_THAT(response.headers, Contains(Pair("Content-Length", "3")));
}

TEST_F(HttpResponseTest, ARangeMayBeOpenAtEitherEndOrTooLong) {
  EXPECT_THAT(GetRange("bytes=7-").headers, Contains(Pair("Content-Range", "bytes 7-9/10")));
  EXPECT_THAT(GetRange("bytes=-2").headers, Contains(Pair("Content-Range", "bytes 8-9/10")));
  EXPECT_THAT(GetRange("bytes=-20").headers, Contains(Pair("Content-Range", "bytes 0-9/10")));
  EXPECT_THAT(GetRange("bytes=7-20").headers, Contains(Pair("Content-Range", "bytes 7-9/10")));
}

TEST_F(HttpResponseTest, ARangePastTheEndIsNotSatisfiable) {
  for (const std::string_view range : {"bytes=10-", "bytes=10-12", "bytes=-0"}) {
    const HttpResponse response = GetRange(range);
    EXPECT_EQ(response.status, 416U) << range;
    EXPECT_THAT(response.headers, Contains(Pair("Content-Range", "bytes */10"))) << range;
  }
}

TEST_F(HttpResponseTest, WhatIsNoSingleRangeIsIgnored) {
  for (const std::string_view range :
       {"bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,4-5", "bytes=a-", "bytes=1-b", "lines=0-1", "0-1"}) {
    EXPECT_EQ(GetRange(range).status, 200U) << range;
  }
}

TEST_F(HttpResponseTest, AServerWithoutRangesIgnoresThem) {
  resource_.ranges = false;
  EXPECT_EQ(GetRange("bytes=2-4").status, 200U);
  EXPECT_THAT(GetRange("bytes=2-4").headers, Contains(Pair("Accept-Ranges", "none")));
}

TEST_F(HttpResponseTest, HeadIgnoresRanges) {
  request_.headers = {{"Range", "bytes=2-4"}};
  EXPECT_EQ(Send().status, 200U);
}

TEST_F(HttpResponseTest, AMethodThatIsNotAllowedIs405) {
  resource_.head_allowed = false;
  EXPECT_EQ(Send().status, 405U);
  EXPECT_THAT(Send().headers, Contains(Pair("Allow", "GET")));
  resource_.head_allowed = true;
  request_.method = "POST";
  EXPECT_EQ(Send().status, 405U);
  EXPECT_THAT(Send().headers, Contains(Pair("Allow", "GET, HEAD")));
}

TEST_F(HttpResponseTest, AStatusIsAResult) {
  resource_.status = 503;
  EXPECT_EQ(Send().status, 503U);
  EXPECT_EQ(Send().reason, "Service Unavailable");
  request_.url = "http://files/none";
  EXPECT_EQ(Send().status, 404U);
  EXPECT_EQ(Send().reason, "Not Found");
}

TEST_F(HttpResponseTest, AChallengeNamesEveryScheme) {
  resource_.challenges = {AuthScheme::kNegotiate, AuthScheme::kBasic};
  const HttpResponse response = Send();
  EXPECT_EQ(response.status, 401U);
  EXPECT_THAT(response.headers, Contains(Pair("WWW-Authenticate", "Negotiate")));
  EXPECT_THAT(response.headers, Contains(Pair("WWW-Authenticate", "Basic realm=\"simulation\"")));
  EXPECT_THAT(response.headers, Not(Contains(Pair("WWW-Authenticate", "NTLM"))));
}

TEST_F(HttpResponseTest, RedirectsAreFollowed) {
  network_.AddHttpResource("http://files/y", FileContent("12345"));
  resource_.redirect = "/y";
  EXPECT_THAT(Send().headers, Contains(Pair("Content-Length", "5")));
  EXPECT_EQ(server_.requests, 2U);
}

TEST_F(HttpResponseTest, AChallengeComesBeforeARedirect) {
  network_.AddHttpResource("http://files/y", FileContent("12345"));
  resource_.redirect = "/y";
  resource_.challenges = {AuthScheme::kNegotiate};
  EXPECT_EQ(Send().status, 401U);
}

TEST_F(HttpResponseTest, RedirectsEndSomewhere) {
  resource_.redirect = "/x";
  EXPECT_EQ(Failure(), "ERROR_WINHTTP_INVALID_SERVER_RESPONSE"_hr);
  EXPECT_EQ(server_.requests, 11U);
}

TEST_F(HttpResponseTest, WhatIsNoUrlIsRefused) {
  request_.url = "file:///C:/x";
  EXPECT_EQ(Failure(), "E_INVALIDARG"_hr);
}

TEST_F(HttpResponseTest, ANameNobodyKnowsIsNotResolved) {
  request_.url = "http://unknown/x";
  EXPECT_EQ(Failure(), "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr);
}

TEST_F(HttpResponseTest, WithoutTheCableNoNameIsResolved) {
  network_.connected = false;
  EXPECT_EQ(Failure(), "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr);
}

TEST_F(HttpResponseTest, AFailureHasTheNameThatWinHttpGivesIt) {
  const std::pair<HResult, HResult> names[] = {
      {"BG_E_NAME_RESOLUTION_FAILURE"_hr, "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr},
      {"BG_E_CONNECT_FAILURE"_hr, "ERROR_WINHTTP_CANNOT_CONNECT"_hr},
      {"BG_E_TIMEOUT"_hr, "ERROR_WINHTTP_TIMEOUT"_hr},
      {"BG_E_TRUST_FAILURE"_hr, "ERROR_WINHTTP_SECURE_FAILURE"_hr},
      {"BG_E_UNKNOWN_ERROR"_hr, "ERROR_WINHTTP_CANNOT_CONNECT"_hr},
      {"ERROR_WINHTTP_SECURE_FAILURE"_hr, "ERROR_WINHTTP_SECURE_FAILURE"_hr},
  };
  for (const auto& [failure, expected] : names) {
    server_.failure = failure;
    EXPECT_EQ(Failure(), expected) << failure;
  }
}

TEST_F(HttpResponseTest, AServerSlowerThanTheTimeoutIsOne) {
  server_.latency = request_.timeout + std::chrono::milliseconds(1);
  EXPECT_EQ(Failure(), "ERROR_WINHTTP_TIMEOUT"_hr);
  server_.latency = request_.timeout;
  EXPECT_EQ(Failure(), HResult());
}

TEST_F(HttpResponseTest, TheClientHasNoCertificate) {
  server_.needs_client_certificate = true;
  EXPECT_EQ(Failure(), "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr);
}

// --- what a transfer asks before it starts ---

class NetworkPreflightTest : public HttpResponseTest, public HttpClient {
 protected:
  Result<HttpResponse> Send(const HttpRequest& request) override { return network_.Send(request); }

  std::string Ask() {
    const Result<transfer::PreflightFacts> facts = transfer::Preflight(*this, "http://files/x");
    return facts ? Describe(*facts) : ToString(facts.error());
  }
};

TEST_F(NetworkPreflightTest, HeadIsEnough) { EXPECT_EQ(Ask(), "HTTP 200 OK to HEAD, 10 bytes, ranges supported"); }

TEST_F(NetworkPreflightTest, WhereHeadIsRefusedOneByteIsAskedFor) {
  resource_.head_allowed = false;
  EXPECT_EQ(Ask(), "HTTP 206 Partial Content to GET, 10 bytes, ranges supported");
  resource_.ranges = false;
  EXPECT_EQ(Ask(), "HTTP 200 OK to GET, 10 bytes, ranges not supported");
}

TEST_F(NetworkPreflightTest, AnEmptyFileIsNoFailure) {
  resource_.head_allowed = false;
  resource_.content = FileContent();
  EXPECT_EQ(Ask(), "HTTP 200 Range Not Satisfiable to GET, 0 bytes, ranges supported");
}

}  // namespace
}  // namespace bits::fakes
