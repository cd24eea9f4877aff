#include "tools/bitsdoctor/text_layout.h"

#include <gtest/gtest.h>

#include "tools/bitsdoctor/transfer_progress.h"

namespace bits::doctor {
namespace {

using std::chrono::seconds;

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_EQ(Wrap("one two three", 0, 7), "one two\nthree");
  EXPECT_EQ(Wrap("one two three", 2, 7), "one\n  two\n  three");
  EXPECT_EQ(Wrap("overlongword x", 0, 5), "overlongword\nx");
  EXPECT_EQ(Wrap("", 4, 10), "");
}

TEST(Wrap, CountsCharactersNotBytes) {
  EXPECT_EQ(Wrap("\xC3\xA9\xC3\xA9 \xC3\xA9", 0, 4), "\xC3\xA9\xC3\xA9 \xC3\xA9");
}

TEST(Grouped, SetsCommas) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(104857600), "104,857,600");
}

TEST(Bytes, ChoosesTheUnit) {
  EXPECT_EQ(Bytes(0), "0 bytes");
  EXPECT_EQ(Bytes(999), "999 bytes");
  EXPECT_EQ(Bytes(1000), "1.0 kB");
  EXPECT_EQ(Bytes(999'960), "1.0 MB");
  EXPECT_EQ(Bytes(52'428'800), "52.4 MB");
}

TEST(Paint, OnlyWhenEnabled) {
  EXPECT_EQ(Paint("x", Colour::kRed, false), "x");
  EXPECT_EQ(Paint("x", Colour::kRed, true), "\x1b[31mx\x1b[0m");
}

TEST(ProgressLine, ShowsBarRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine(50'000'000, 100'000'000, seconds(2), 80),
            "[##############..............]   50 %  50.0 MB of 100.0 MB  25.0 MB/s  2 s left");
}

TEST(ProgressLine, WithoutATotalShowsWhatIsKnown) {
  EXPECT_EQ(ProgressLine(2'000'000, std::nullopt, seconds(2), 80), "2.0 MB  1.0 MB/s");
}

TEST(ProgressLine, FitsTheTerminal) {
  for (int width = 20; width < 120; ++width) {
    const std::string line = ProgressLine(123'456'789, 987'654'321, seconds(7), width);
    if (line.front() == '[') {
      EXPECT_LT(static_cast<int>(line.size()), width);
    }
  }
}

TEST(ProgressLine, AnEmptyFileIsDone) {
  EXPECT_NE(ProgressLine(0, 0, seconds(0), 80).find("100 %"), std::string::npos);
}

}  // namespace
}  // namespace bits::doctor
