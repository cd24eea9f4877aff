#include "scenarios/http/http_answer.h"

#include <algorithm>
#include <string_view>

#include <gtest/gtest.h>

namespace bits::testing {
namespace {

const HttpResource kTenBytes{.content = HttpContent::Bytes("0123456789")};

std::string Header(const HttpAnswer& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.headers, name, &std::pair<std::string, std::string>::first);
  return found == answer.headers.end() ? "(none)" : found->second;
}

TEST(HttpAnswerTest, GetSendsAll) {
  const HttpAnswer answer = AnswerFor(kTenBytes, {.method = "GET"});
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.first, 0u);
  EXPECT_EQ(answer.length, 10u);
  EXPECT_TRUE(answer.body_sent);
  EXPECT_EQ(Header(answer, "Accept-Ranges"), "bytes");
  EXPECT_NE(Header(answer, "Last-Modified"), "(none)");
}

TEST(HttpAnswerTest, HeadAnnouncesAllAndSendsNothing) {
  const HttpAnswer answer = AnswerFor(kTenBytes, {.method = "HEAD"});
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.length, 10u);
  EXPECT_FALSE(answer.body_sent);
}

TEST(HttpAnswerTest, HeadCanBeRefused) {
  HttpResource resource = kTenBytes;
  resource.head_allowed = false;
  const HttpAnswer answer = AnswerFor(resource, {.method = "HEAD"});
  EXPECT_EQ(answer.status, 405u);
  EXPECT_EQ(Header(answer, "Allow"), "GET");
  EXPECT_FALSE(answer.body_sent);
  EXPECT_EQ(AnswerFor(resource, {.method = "GET"}).status, 200u);
}

TEST(HttpAnswerTest, OtherMethodsAreRefused) {
  const HttpAnswer answer = AnswerFor(kTenBytes, {.method = "BITS_POST"});
  EXPECT_EQ(answer.status, 405u);
  EXPECT_EQ(Header(answer, "Allow"), "GET, HEAD");
}

TEST(HttpAnswerTest, ARangeIsAPart) {
  const HttpAnswer answer = AnswerFor(kTenBytes, {.method = "GET", .range = "bytes=3-5"});
  EXPECT_EQ(answer.status, 206u);
  EXPECT_EQ(answer.first, 3u);
  EXPECT_EQ(answer.length, 3u);
  EXPECT_EQ(Header(answer, "Content-Range"), "bytes 3-5/10");
}

TEST(HttpAnswerTest, ARangeBeyondTheEndIsRefused) {
  const HttpAnswer answer = AnswerFor(kTenBytes, {.method = "GET", .range = "bytes=10-"});
  EXPECT_EQ(answer.status, 416u);
  EXPECT_EQ(answer.length, 0u);
  EXPECT_EQ(Header(answer, "Content-Range"), "bytes */10");
}

TEST(HttpAnswerTest, ARangeOfAnotherVersionIsTheWhole) {
  const std::string etag = Header(AnswerFor(kTenBytes, {.method = "GET"}), "ETag");
  EXPECT_EQ(AnswerFor(kTenBytes, {.method = "GET", .range = "bytes=1-", .if_range = etag}).status, 206u);
  EXPECT_EQ(AnswerFor(kTenBytes, {.method = "GET", .range = "bytes=1-", .if_range = "\"old\""}).status, 200u);
}

TEST(HttpAnswerTest, RangesCanBeUnknown) {
  HttpResource resource = kTenBytes;
  resource.ranges_supported = false;
  const HttpAnswer answer = AnswerFor(resource, {.method = "GET", .range = "bytes=3-5"});
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.length, 10u);
  EXPECT_EQ(Header(answer, "Accept-Ranges"), "none");
}

TEST(HttpAnswerTest, AnErrorHasItsBodyAndHeaders) {
  const HttpResource resource{
      .status = 401, .content = HttpContent::Bytes("who?"), .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
  const HttpAnswer answer = AnswerFor(resource, {.method = "GET", .range = "bytes=0-1"});
  EXPECT_EQ(answer.status, 401u);
  EXPECT_EQ(answer.length, 4u);
  EXPECT_EQ(Header(answer, "WWW-Authenticate"), "Basic realm=\"x\"");
}

}  // namespace
}  // namespace bits::testing
