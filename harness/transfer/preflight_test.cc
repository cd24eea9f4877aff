#include "harness/transfer/preflight.h"

#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"

namespace bits::transfer {
namespace {

constexpr char kUrl[] = "http://server/f";

class PreflightTest : public ::testing::Test {
 protected:
  fakes::ScriptedWindows world_;
  fakes::ScriptedResource& resource_ = world_.resources[kUrl];

  PreflightFacts Ask() {
    const Result<PreflightFacts> facts = Preflight(world_.http(), kUrl);
    EXPECT_TRUE(facts) << HResultOf(facts);
    return facts.value_or(PreflightFacts{});
  }
};

TEST_F(PreflightTest, HeadTellsLengthAndRanges) {
  resource_.body = "12345";
  EXPECT_EQ(Describe(Ask()), "HTTP 200 to HEAD, 5 bytes, ranges supported");
}

TEST_F(PreflightTest, WhereHeadIsRefusedOneByteIsAskedFor) {
  resource_.body = "12345";
  resource_.head_allowed = false;
  EXPECT_EQ(Describe(Ask()), "HTTP 206 to GET, 5 bytes, ranges supported");
}

TEST_F(PreflightTest, WhereHeadIsRefusedAnEmptyFileIsNoFailure) {
  resource_.head_allowed = false;
  EXPECT_EQ(Describe(Ask()), "HTTP 200 to GET, 0 bytes, ranges supported");
}

TEST_F(PreflightTest, AServerWithoutRangesIsSeen) {
  resource_.body = "12345";
  resource_.head_allowed = false;
  resource_.ranges = false;
  EXPECT_EQ(Describe(Ask()), "HTTP 200 to GET, 5 bytes, ranges not supported");
}

TEST_F(PreflightTest, AnUnannouncedLengthIsSaid) {
  resource_.announces_length = false;
  EXPECT_EQ(Describe(Ask()), "HTTP 200 to HEAD, no length announced, ranges supported");
}

TEST_F(PreflightTest, AStatusIsNoFailureOfTheQuestion) {
  resource_.status = 404;
  EXPECT_EQ(Describe(Ask()), "HTTP 404 to HEAD");
}

TEST_F(PreflightTest, AnUnreachableServerIs) {
  resource_.transport = "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr;
  EXPECT_EQ(HResultOf(Preflight(world_.http(), kUrl)), "ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr);
}

TEST(ResultOfStatus, IsTheCodeThatBitsReports) {
  EXPECT_EQ(ResultOfStatus(200), "S_OK"_hr);
  EXPECT_EQ(ResultOfStatus(206), "S_OK"_hr);
  EXPECT_EQ(ResultOfStatus(404), "BG_E_HTTP_ERROR_404"_hr);
  EXPECT_EQ(ResultOfStatus(304), "BG_E_HTTP_ERROR_304"_hr);
}

TEST(IsHttpUrl, KnowsTheSchemesItCanAsk) {
  EXPECT_TRUE(IsHttpUrl("http://a/"));
  EXPECT_TRUE(IsHttpUrl("HTTPS://a/"));
  EXPECT_FALSE(IsHttpUrl("file:///c:/x"));
  EXPECT_FALSE(IsHttpUrl("\\\\server\\share\\x"));
  EXPECT_FALSE(IsHttpUrl("httpx"));
}

}  // namespace
}  // namespace bits::transfer
