#include "scenarios/http/http_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(HttpRoutesTest, SizesAreInThePath) {
  EXPECT_EQ(ResourceAt("/bytes/0")->content.size(), 0u);
  EXPECT_EQ(ResourceAt("/bytes/104857600")->content.size(), 104857600u);
  EXPECT_EQ(ResourceAt("/bytes/5?query=1")->content.size(), 5u);
}

TEST(HttpRoutesTest, EveryResourceOfOneSizeHasTheSameBytes) {
  const std::string bytes = ResourceAt("/bytes/99")->content.ToString();
  for (const char* target : {"/truncated/99/9", "/reset/99/9", "/head-refused/99", "/no-ranges/99", "/no-length/99",
                             "/chunked/99", "/slow/99"}) {
    const std::optional<HttpResource> resource = ResourceAt(target);
    ASSERT_TRUE(resource) << target;
    EXPECT_EQ(resource->content.ToString(), bytes) << target;
  }
}

TEST(HttpRoutesTest, EachBehavesAsItsNameSays) {
  EXPECT_EQ(ResourceAt("/status/503")->status, 503u);
  EXPECT_EQ(ResourceAt("/truncated/10/4")->breaks, HttpBreak::kCloseInBody);
  EXPECT_EQ(ResourceAt("/truncated/10/4")->break_after, 4u);
  EXPECT_EQ(ResourceAt("/reset")->breaks, HttpBreak::kResetBeforeAnswer);
  EXPECT_EQ(ResourceAt("/reset/10/4")->breaks, HttpBreak::kResetInBody);
  EXPECT_FALSE(ResourceAt("/head-refused/10")->head_allowed);
  EXPECT_FALSE(ResourceAt("/no-ranges/10")->ranges_supported);
  EXPECT_EQ(ResourceAt("/no-length/10")->framing, HttpFraming::kUntilClose);
  EXPECT_EQ(ResourceAt("/chunked/10")->framing, HttpFraming::kChunked);
  EXPECT_GT(ResourceAt("/slow/10")->pause.count(), 0);
}

TEST(HttpRoutesTest, ARedirectLeadsToTheRestOfThePath) {
  const std::optional<HttpResource> resource = ResourceAt("/redirect/redirect/bytes/7");
  ASSERT_TRUE(resource);
  EXPECT_EQ(resource->status, 302u);
  EXPECT_THAT(resource->headers, ElementsAre(Pair("Location", "/redirect/bytes/7")));
}

TEST(HttpRoutesTest, WhatIsNotInTheTableIsNotThere) {
  for (const char* target : {"", "/bytes", "/bytes/", "/bytes/x", "/bytes/-1", "/bytes/1x", "/bytes/1/2", "/status/99",
                             "/status/600", "/truncated/5", "/bytes/99999999999999999999999", "/nothing"}) {
    EXPECT_FALSE(ResourceAt(target)) << target;
  }
}

TEST(HttpRoutesTest, TheTopListsThem) {
  const std::string text = ResourceAt("/")->content.ToString();
  EXPECT_THAT(text, HasSubstr("/truncated/N/M"));
  EXPECT_THAT(text, HasSubstr("/redirect/PATH"));
}

}  // namespace
}  // namespace bits::testing
