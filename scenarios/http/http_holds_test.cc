#include "scenarios/http/http_holds.h"

#include <gtest/gtest.h>

namespace bits::testing {
namespace {

constexpr std::chrono::milliseconds kNow{0};

TEST(HttpHoldsTest, NothingIsHeldAtFirst) {
  HttpHolds holds;
  EXPECT_GT(holds.Allowance("/a", kNothingSent, [] {}), HttpPosition{1} << 40);
  EXPECT_FALSE(holds.WaitUntilHeld("/a", 1, kNow));
}

TEST(HttpHoldsTest, AnAnswerGoesAsFarAsItMay) {
  HttpHolds holds;
  holds.SetLimit("/a", 11);
  EXPECT_EQ(holds.Allowance("/a", kNothingSent, [] {}), 11u);
  EXPECT_EQ(holds.Allowance("/a", 1, [] {}), 10u);
  EXPECT_EQ(holds.Allowance("/a", 11, [] {}), 0u);
  EXPECT_TRUE(holds.WaitUntilHeld("/a", 1, kNow));
  EXPECT_FALSE(holds.WaitUntilHeld("/a", 2, kNow));
  EXPECT_GT(holds.Allowance("/b", 11, [] {}), 0u);
}

TEST(HttpHoldsTest, WhoWaitsIsCalledOnceWhenTheLimitChanges) {
  HttpHolds holds;
  holds.SetLimit("/a", kNothingSent);
  int called = 0;
  EXPECT_EQ(holds.Allowance("/a", kNothingSent, [&] { ++called; }), 0u);
  EXPECT_EQ(called, 0);
  holds.SetLimit("/a", kNoLimit);
  holds.SetLimit("/a", kNothingSent);
  EXPECT_EQ(called, 1);
  EXPECT_FALSE(holds.WaitUntilHeld("/a", 1, kNow));
}

TEST(HttpHoldsTest, ForgottenOnesAreNotCalled) {
  HttpHolds holds;
  holds.SetLimit("/a", kNothingSent);
  int called = 0;
  EXPECT_EQ(holds.Allowance("/a", kNothingSent, [&] { ++called; }), 0u);
  holds.Clear();
  holds.SetLimit("/a", kNoLimit);
  EXPECT_EQ(called, 0);
}

}  // namespace
}  // namespace bits::testing
