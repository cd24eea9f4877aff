#include <gtest/gtest.h>

#include "fakes/world/network.h"
#include "fakes/world/test_tokens.h"

namespace bits::fakes {
namespace {

using std::chrono::milliseconds;

// A server with one file of ten bytes. Alice's password is "secret".
class HttpExchangeTest : public ::testing::Test {
 protected:
  HttpExchangeTest() { request_.remote_name = "http://files/x"; }

  TransferAnswer Ask() { return network_.Ask(request_, local_); }

  void ExpectTransient(HResult error) {
    const TransferAnswer answer = Ask();
    EXPECT_EQ(answer.error, error);
    EXPECT_EQ(answer.context, ErrorContext::kGeneralTransport);
    EXPECT_TRUE(answer.transient);
    EXPECT_TRUE(answer.http);
  }

  void ExpectFatal(HResult error, ErrorContext context = ErrorContext::kRemoteFile) {
    const TransferAnswer answer = Ask();
    EXPECT_EQ(answer.error, error);
    EXPECT_EQ(answer.context, context);
    EXPECT_FALSE(answer.transient);
    EXPECT_TRUE(answer.http);
  }

  Network network_{[](std::string_view user, std::string_view password) {
    return user == "alice" && password == "secret" ? std::optional<std::string>(kAliceSid) : std::nullopt;
  }};
  Disk local_;
  HttpServer& server_ = network_.AddHttpServer("http://files");
  HttpResource& resource_ = network_.AddHttpResource("http://files/x", FileContent("0123456789"));
  TransferRequest request_;
};

// --- downloads ---

TEST_F(HttpExchangeTest, AnswersWithTheWholeFile) {
  server_.latency = milliseconds(7);
  server_.bytes_per_second = 42;
  const TransferAnswer answer = Ask();
  EXPECT_EQ(answer.error, HResult());
  EXPECT_EQ(answer.context, ErrorContext::kNone);
  EXPECT_TRUE(answer.http);
  EXPECT_EQ(answer.content.Bytes(), "0123456789");
  EXPECT_EQ(answer.offset, 0U);
  EXPECT_EQ(answer.total, 10U);
  EXPECT_EQ(answer.cut_after, std::nullopt);
  EXPECT_EQ(answer.latency, milliseconds(7));
  EXPECT_EQ(answer.bytes_per_second, 42U);
  EXPECT_EQ(server_.requests, 1U);
}

TEST_F(HttpExchangeTest, GoesOnWhereItWas) {
  request_.offset = 4;
  EXPECT_EQ(Ask().offset, 4U);
  EXPECT_EQ(Ask().content.Bytes(), "456789");
  EXPECT_EQ(Ask().total, 10U);
}

TEST_F(HttpExchangeTest, WithoutRangesItStartsAgain) {
  resource_.ranges = false;
  request_.offset = 4;
  EXPECT_EQ(Ask().offset, 0U);
  EXPECT_EQ(Ask().content.Bytes(), "0123456789");
}

TEST_F(HttpExchangeTest, AConnectionThatBreaksIsTold) {
  resource_.cut_after = 3;
  EXPECT_EQ(Ask().error, HResult());
  EXPECT_EQ(Ask().cut_after, 3U);
}

TEST_F(HttpExchangeTest, ARangesRequestNeedsAServerWithRanges) {
  request_.range_count = 1;
  EXPECT_EQ(Ask().error, HResult());
  resource_.ranges = false;
  ExpectFatal("BG_E_INSUFFICIENT_RANGE_SUPPORT"_hr);
}

TEST_F(HttpExchangeTest, MergedRangesAreNoValidAnswer) {
  resource_.merges_ranges = true;
  request_.range_count = 1;
  EXPECT_EQ(Ask().error, HResult());
  request_.range_count = 2;
  ExpectFatal("BG_E_INVALID_SERVER_RESPONSE"_hr);
}

TEST_F(HttpExchangeTest, AFileWithoutALengthIsRefused) {
  resource_.announces_length = false;
  ExpectFatal("BG_E_MISSING_FILE_SIZE"_hr);
}

TEST_F(HttpExchangeTest, AServerMustAnswerHead) {
  resource_.head_allowed = false;
  ExpectFatal("BG_E_HTTP_ERROR_405"_hr);
}

TEST_F(HttpExchangeTest, WhatIsNotThereIs404) {
  request_.remote_name = "http://files/X";  // paths mind the case
  ExpectFatal("BG_E_HTTP_ERROR_404"_hr);
  EXPECT_EQ(server_.requests, 1U);
}

TEST_F(HttpExchangeTest, AServerThatIsUnavailableIsTransientOneThatRefusesIsNot) {
  for (const std::uint32_t status : {408U, 449U, 500U, 502U, 503U, 504U}) {
    resource_.status = status;
    EXPECT_EQ(Ask().error, HResult(0x80190000U + status));
    EXPECT_EQ(Ask().context, ErrorContext::kRemoteFile) << status;
    EXPECT_TRUE(Ask().transient) << status;
  }
  for (const std::uint32_t status : {204U, 304U, 400U, 401U, 403U, 404U, 410U, 416U, 501U, 505U, 999U}) {
    resource_.status = status;
    EXPECT_EQ(Ask().error, HResult(0x80190000U + status));
    EXPECT_EQ(Ask().context, ErrorContext::kRemoteFile) << status;
    EXPECT_FALSE(Ask().transient) << status;
  }
}

TEST_F(HttpExchangeTest, AnUnknownHostMayBecomeKnown) {
  request_.remote_name = "http://unknown/x";
  ExpectTransient("BG_E_NAME_RESOLUTION_FAILURE"_hr);
  request_.remote_name = "http://files:81/x";
  ExpectTransient("BG_E_NAME_RESOLUTION_FAILURE"_hr);
}

TEST_F(HttpExchangeTest, AServerThatFailsMayComeBack) {
  server_.failure = "BG_E_CONNECT_FAILURE"_hr;
  ExpectTransient("BG_E_CONNECT_FAILURE"_hr);
  EXPECT_EQ(server_.requests, 0U);
}

// --- redirects ---

TEST_F(HttpExchangeTest, ARedirectIsFollowedToAnotherServer) {
  HttpServer& mirror = network_.AddHttpServer("https://mirror");
  network_.AddHttpResource("https://mirror/y", FileContent("mirrored"));
  resource_.redirect = "https://mirror/y";
  mirror.latency = milliseconds(5);
  server_.latency = milliseconds(2);
  mirror.bytes_per_second = 42;
  const TransferAnswer answer = Ask();
  EXPECT_EQ(answer.content.Bytes(), "mirrored");
  EXPECT_EQ(answer.latency, milliseconds(7));
  EXPECT_EQ(answer.bytes_per_second, 42U);
}

TEST_F(HttpExchangeTest, ARedirectMayNameAPathOnly) {
  network_.AddHttpResource("http://files/y", FileContent("other"));
  resource_.redirect = "/y";
  EXPECT_EQ(Ask().content.Bytes(), "other");
}

TEST_F(HttpExchangeTest, TenRedirectsAreFollowedAndNoMore) {
  for (int i = 1; i <= 10; ++i) {
    const std::string next = std::to_string(i);
    resource_.redirect = "/1";
    network_.AddHttpResource("http://files/" + next, FileContent("end")).redirect = "/" + std::to_string(i + 1);
  }
  HttpResource& tenth = server_.resources.at("/10");
  tenth.redirect.reset();
  EXPECT_EQ(Ask().content.Bytes(), "end");
  tenth.redirect = "/11";
  network_.AddHttpResource("http://files/11", FileContent("too far"));
  ExpectFatal("BG_E_INVALID_SERVER_RESPONSE"_hr);
}

TEST_F(HttpExchangeTest, ARedirectToNoUrlIsNoValidAnswer) {
  resource_.redirect = "nowhere";
  ExpectFatal("BG_E_INVALID_SERVER_RESPONSE"_hr);
}

// --- client certificates ---

TEST_F(HttpExchangeTest, AClientCertificateThatIsNeededMustBeThere) {
  server_.needs_client_certificate = true;
  ExpectFatal("ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr, ErrorContext::kGeneralTransport);
  request_.client_certificate = "CN=client";
  EXPECT_EQ(Ask().error, HResult());
}

TEST_F(HttpExchangeTest, OnlyTheCertificatesThatTheServerTakesCount) {
  server_.needs_client_certificate = true;
  server_.client_certificates = {"CN=client"};
  request_.client_certificate = "CN=other";
  ExpectFatal("ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr, ErrorContext::kGeneralTransport);
  request_.client_certificate = "CN=client";
  EXPECT_EQ(Ask().error, HResult());
}

// --- uploads ---

class HttpUploadTest : public HttpExchangeTest {
 protected:
  HttpUploadTest() {
    resource_.accepts_upload = true;
    request_.upload = true;
    request_.upload_content = FileContent("to be sent");
  }
};

TEST_F(HttpUploadTest, IsStoredAndAnswered) {
  resource_.reply = FileContent("thanks");
  const TransferAnswer answer = Ask();
  EXPECT_EQ(answer.error, HResult());
  EXPECT_EQ(answer.total, 10U);
  EXPECT_EQ(answer.reply.Bytes(), "thanks");
  ASSERT_TRUE(server_.uploads.contains("/x"));
  EXPECT_EQ(server_.uploads.at("/x").Bytes(), "to be sent");
}

TEST_F(HttpUploadTest, IsRefusedWithoutTheServerExtension) {
  resource_.accepts_upload = false;
  ExpectFatal("BG_E_HTTP_ERROR_501"_hr);
  EXPECT_TRUE(server_.uploads.empty());
}

TEST_F(HttpUploadTest, IsNotStoredWhenTheConnectionBreaks) {
  resource_.cut_after = 4;
  EXPECT_EQ(Ask().cut_after, 4U);
  EXPECT_TRUE(server_.uploads.empty());
}

TEST_F(HttpUploadTest, IsStoredWholeWhenItsRestArrives) {
  resource_.cut_after = 4;
  request_.offset = 6;
  EXPECT_EQ(Ask().cut_after, std::nullopt);
  EXPECT_EQ(Ask().offset, 6U);
  EXPECT_EQ(server_.uploads.at("/x").Bytes(), "to be sent");
}

TEST_F(HttpUploadTest, NeedsNeitherHeadNorALength) {
  resource_.head_allowed = false;
  resource_.announces_length = false;
  EXPECT_EQ(Ask().error, HResult());
}

}  // namespace
}  // namespace bits::fakes
