#include "scenarios/http/byte_range.h"

#include <ostream>

#include <gtest/gtest.h>

namespace bits::testing {
namespace {

using Kind = ByteRange::Kind;

struct ByteRangeCase {
  std::string_view header;
  std::uint64_t size;
  ByteRange expected;
};

std::ostream& operator<<(std::ostream& out, const ByteRangeCase& range) {
  return out << '\'' << range.header << "' of " << range.size;
}

class ByteRangeTest : public ::testing::TestWithParam<ByteRangeCase> {};

TEST_P(ByteRangeTest, IsRead) { EXPECT_EQ(ParseByteRange(GetParam().header, GetParam().size), GetParam().expected); }

constexpr ByteRange kWhole;
constexpr ByteRange kUnsatisfiable{Kind::kUnsatisfiable};

INSTANTIATE_TEST_SUITE_P(
    Headers, ByteRangeTest,
    ::testing::Values(
        ByteRangeCase{"", 10, kWhole}, ByteRangeCase{"bytes=0-3", 10, {Kind::kPart, 0, 4}},
        ByteRangeCase{"bytes=9-9", 10, {Kind::kPart, 9, 1}}, ByteRangeCase{"bytes=4-", 10, {Kind::kPart, 4, 6}},
        ByteRangeCase{"bytes=4-99", 10, {Kind::kPart, 4, 6}}, ByteRangeCase{"bytes=-3", 10, {Kind::kPart, 7, 3}},
        ByteRangeCase{"bytes=-99", 10, {Kind::kPart, 0, 10}}, ByteRangeCase{"bytes=10-", 10, kUnsatisfiable},
        ByteRangeCase{"bytes=-0", 10, kUnsatisfiable}, ByteRangeCase{"bytes=0-", 0, kUnsatisfiable},
        ByteRangeCase{"bytes=-5", 0, kUnsatisfiable}, ByteRangeCase{"bytes=5-4", 10, kWhole},
        ByteRangeCase{"bytes=0-1,4-5", 10, kWhole}, ByteRangeCase{"bytes=-", 10, kWhole},
        ByteRangeCase{"bytes=x-3", 10, kWhole}, ByteRangeCase{"bytes=1-x", 10, kWhole},
        ByteRangeCase{"bytes=3", 10, kWhole}, ByteRangeCase{"bytes=99999999999999999999-", 10, kWhole},
        ByteRangeCase{"items=0-3", 10, kWhole}));

}  // namespace
}  // namespace bits::testing
