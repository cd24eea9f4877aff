#include "harness/api/utf8.h"

#include <gtest/gtest.h>

namespace bits {
namespace {

TEST(IsUtf8, AcceptsEveryLength) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain"));
  EXPECT_TRUE(IsUtf8("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xBE"));
  EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF"));
}

TEST(IsUtf8, RefusesWhatIsNotWellFormed) {
  EXPECT_FALSE(IsUtf8("\xFF")) << "never a lead";
  EXPECT_FALSE(IsUtf8("\x80")) << "a following byte alone";
  EXPECT_FALSE(IsUtf8("\xC3")) << "cut short";
  EXPECT_FALSE(IsUtf8("\xC0\xAF")) << "over-long";
  EXPECT_FALSE(IsUtf8("\xE0\x80\xAF")) << "over-long";
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80")) << "a surrogate";
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80")) << "past the last code point";
  EXPECT_FALSE(IsUtf8("\xE2\x28\xA1")) << "a wrong second byte";
  EXPECT_FALSE(IsUtf8("\xF0\x9F\x92 ")) << "a wrong last byte";
}

}  // namespace
}  // namespace bits
