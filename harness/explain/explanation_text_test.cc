#include "harness/explain/explanation_text.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Rendered(std::string_view query, std::size_t width = 96) {
  return RenderText(Explain(query).value(), width);
}

std::size_t LongestLine(const std::string& text, bool without_addresses) {
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (without_addresses && line.find("https://") != std::string::npos) continue;
    // A character of several bytes takes one column.
    longest = std::max(longest, static_cast<std::size_t>(std::ranges::count_if(
                                    line, [](unsigned char byte) { return (byte & 0xC0) != 0x80; })));
  }
  return longest;
}

TEST(RenderText, ShowsACodeInFull) {
  EXPECT_THAT(
      Rendered("BG_E_TOKEN_REQUIRED"),
      AllOf(StartsWith("BG_E_TOKEN_REQUIRED: 0x80200056, -2145386410\n"), HasSubstr("\n  Where it comes from: "),
            HasSubstr("\n  First:\n  - "), HasSubstr("\n   1. "), HasSubstr("\n      -> "),
            HasSubstr("IBitsTokenOptions::SetHelperToken\n    https://learn.microsoft.com/"),
            HasSubstr("\n  Related: E_ACCESSDENIED, "), EndsWith("\n")));
}

TEST(RenderText, SaysHowANumberWasReadAndUnderWhichOtherNames) {
  EXPECT_THAT(Rendered("5"), AllOf(StartsWith("E_ACCESSDENIED: 0x80070005, -2147024891, Win32 error 5\n"),
                                   HasSubstr("also ERROR_ACCESS_DENIED"), HasSubstr("5 read as a Win32 error.")));
  EXPECT_THAT(Rendered("404"), StartsWith("BG_E_HTTP_ERROR_404: 0x80190194, -2145844844, HTTP 404 Not Found\n"));
}

TEST(RenderText, SaysWhatAMeaningRestsOn) {
  EXPECT_THAT(Rendered("BG_E_PIPELINE_FAILURE"), HasSubstr("Only the name of this code is documented"));
  EXPECT_THAT(Rendered("BG_E_NO_PROGRESS"), HasSubstr("No reference page describes this code"));
  EXPECT_THAT(Rendered("BG_E_EMPTY"), Not(HasSubstr("No reference page")));
}

TEST(RenderText, DecomposesAnUnknownCode) {
  EXPECT_EQ(Rendered("0x8007FFFE"),
            "0x8007FFFE, -2146959362, Win32 error 65534\n"
            "\n"
            "  Win32 error 65534, which this catalogue does not have.\n"
            "\n"
            "  Where it comes from: Severity failure, facility 7 (WIN32), code 65534.\n"
            "\n"
            "  First:\n"
            "  - Show Windows' text for it: `net helpmsg 65534`.\n"
            "  - Look it up on a Windows machine: `certutil -error 0x8007FFFE`.\n");
}

TEST(RenderText, ListsTheResultsOfASearchWithOneMeaningEach) {
  EXPECT_THAT(Rendered("proxy name list"),
              AllOf(StartsWith("\"proxy name list\" is no code; these fit its words best:\n"),
                    HasSubstr("BG_E_PROXY_LIST_TOO_LARGE: 0x80200018"),
                    HasSubstr("\nFor one in full: bitsdoctor explain "), Not(HasSubstr("->"))));
}

TEST(RenderText, SuggestsNames) {
  EXPECT_THAT(Rendered("BG_E_TOKEN_REQIRED"), AllOf(StartsWith("\"BG_E_TOKEN_REQIRED\" is neither a code nor a name"),
                                                    EndsWith("\nDid you mean: BG_E_TOKEN_REQUIRED\n")));
}

TEST(RenderText, KeepsToTheWidthForEveryCode) {
  for (const ErrorCode& code : kErrorCodes) {
    EXPECT_LE(LongestLine(Rendered(code.name, 80), /*without_addresses=*/true), 80U) << code.name;
    EXPECT_LE(LongestLine(Rendered(code.name, 100), true), 100U) << code.name;
  }
}

TEST(RenderText, KeepsACommandInOneLine) {
  EXPECT_THAT(Rendered("BG_E_TOKEN_REQUIRED", 80), AllOf(HasSubstr("`bitsadmin /gethelpertokensid JOB`"),
                                                         HasSubstr("`bitsadmin /gethelpertokenflags JOB`")));
}

TEST(RenderText, LeavesNoBlanksAtLineEndsAndNoControlCharacters) {
  for (const ErrorCode& code : kErrorCodes) {
    const std::string text = Rendered(code.name);
    EXPECT_EQ(text.find(" \n"), std::string::npos) << code.name;
    EXPECT_TRUE(std::ranges::none_of(text, [](unsigned char byte) { return byte < 0x20 && byte != '\n'; }))
        << code.name;
  }
}

}  // namespace
}  // namespace bits
