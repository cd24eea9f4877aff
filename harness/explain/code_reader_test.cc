#include "harness/explain/code_reader.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<HResult> CodesOf(const std::vector<CodeReading>& readings) {
  std::vector<HResult> codes;
  for (const CodeReading& reading : readings) codes.push_back(reading.code);
  return codes;
}

std::vector<HResult> Parsed(std::string_view text) {
  const auto readings = ParseCode(text);
  EXPECT_TRUE(readings.has_value()) << text << ": " << (readings ? "" : readings.error());
  return readings ? CodesOf(*readings) : std::vector<HResult>();
}

std::vector<HResult> Found(std::string_view text) { return CodesOf(FindCodes(text)); }

TEST(ParseCode, ReadsAnHResultInEveryFormOfEveryCode) {
  for (const ErrorCode& code : kErrorCodes) {
    const HResult expected(code.value);
    for (const std::string& form :
         {fmt::format("0x{:08X}", code.value), fmt::format("0x{:08x}", code.value), fmt::format("{:08X}", code.value),
          fmt::format("0X{:08X}L", code.value), fmt::format("&H{:08X}", code.value),
          fmt::format("hr=0x{:08x}", code.value), fmt::format(" (0x{:08X}). ", code.value), std::string(code.name)}) {
      EXPECT_THAT(Parsed(form), ElementsAre(expected)) << form;
    }
    if (expected.Failed()) {
      EXPECT_THAT(Parsed(fmt::format("{}", code.value)), ElementsAre(expected)) << code.name;
      EXPECT_THAT(Parsed(fmt::format("{}", static_cast<std::int32_t>(code.value))), ElementsAre(expected)) << code.name;
      EXPECT_THAT(Parsed(fmt::format("0xFFFFFFFF{:08X}", code.value)), ElementsAre(expected)) << code.name;
    }
  }
}

TEST(ParseCode, ReadsSmallNumbersAsWin32Errors) {
  EXPECT_THAT(Parsed("5"), ElementsAre("E_ACCESSDENIED"_hr));
  EXPECT_THAT(Parsed("0x5"), ElementsAre("E_ACCESSDENIED"_hr));
  EXPECT_THAT(Parsed("1326"), ElementsAre("ERROR_LOGON_FAILURE"_hr));
  EXPECT_THAT(Parsed("12029"), ElementsAre("ERROR_WINHTTP_CANNOT_CONNECT"_hr));
  EXPECT_THAT(Parsed("GetLastError() = 1385"), ElementsAre("ERROR_LOGON_TYPE_NOT_GRANTED"_hr));
  EXPECT_THAT(Parsed("65535"), ElementsAre(HResult(0x8007FFFF)));
  EXPECT_THAT(Parsed("0"), ElementsAre("S_OK"_hr));
}

TEST(ParseCode, GivesBothReadingsOfANumberThatCanBeTwoThingsAndSaysWhich) {
  EXPECT_THAT(Parsed("1"), ElementsAre("ERROR_INVALID_FUNCTION"_hr, "S_FALSE"_hr));
  const auto readings = ParseCode("206");
  ASSERT_TRUE(readings);
  EXPECT_THAT(CodesOf(*readings), ElementsAre("ERROR_FILENAME_EXCED_RANGE"_hr, "BG_E_HTTP_ERROR_206"_hr));
  EXPECT_EQ(readings->front().how, "206 read as a Win32 error.");
  EXPECT_EQ(readings->back().how, "206 read as an HTTP status.");
}

TEST(ParseCode, PrefersTheReadingThatHasAName) {
  const auto readings = ParseCode("404");
  ASSERT_TRUE(readings);
  EXPECT_THAT(CodesOf(*readings), ElementsAre("BG_E_HTTP_ERROR_404"_hr));
  EXPECT_EQ(readings->front().how, "404 read as an HTTP status.");
}

TEST(ParseCode, LetsTheWordsBeforeANumberDecide) {
  for (const std::string_view text :
       {"HTTP 404", "http/1.1 404", "HTTP404", "http_404", "status 404", "status code: 404"}) {
    EXPECT_THAT(Parsed(text), ElementsAre("BG_E_HTTP_ERROR_404"_hr)) << text;
  }
  EXPECT_THAT(Parsed("win32 404"), ElementsAre(HResult(0x80070194)));
  EXPECT_THAT(Parsed("win32 error 206"), ElementsAre("ERROR_FILENAME_EXCED_RANGE"_hr));
  EXPECT_THAT(Parsed("http 206"), ElementsAre("BG_E_HTTP_ERROR_206"_hr));
  EXPECT_THAT(Parsed("http 599"), ElementsAre(HResult(0x80190257)));
  EXPECT_THAT(Parsed("HRESULT 1"), ElementsAre("S_FALSE"_hr));
  EXPECT_THAT(Parsed("status 0x80070005"), ElementsAre("E_ACCESSDENIED"_hr));
}

TEST(ParseCode, ReadsNtStatusesWithAWin32Equivalent) {
  EXPECT_THAT(Parsed("0xC000006D"), ElementsAre("ERROR_LOGON_FAILURE"_hr));
  EXPECT_THAT(Parsed("0xD0000022"), ElementsAre("E_ACCESSDENIED"_hr));  // HRESULT_FROM_NT
  EXPECT_THAT(Parsed("-1073741710"), ElementsAre("ERROR_ACCOUNT_DISABLED"_hr));
  EXPECT_THAT(ParseCode("0xC000006D")->front().how, HasSubstr("STATUS_LOGON_FAILURE"));
}

TEST(ParseCode, AddsTheFailureBitWhereOnlyThatMakesACode) {
  EXPECT_THAT(Parsed("0x70005"), ElementsAre("E_ACCESSDENIED"_hr));
  EXPECT_THAT(ParseCode("0x72F9A")->front().how, HasSubstr("0x80072F9A"));
  EXPECT_THAT(Parsed("0x200017"), ElementsAre("BG_S_PARTIAL_COMPLETE"_hr));
}

TEST(ParseCode, RefusesNumbersOfMoreThan32BitsAndNamesThem) {
  for (const std::string_view text : {"0x180070005", "99999999999", "-2147483649", "0x80070005800700058007",
                                      "0x7FFFFFFF80070005", "123456789012345678901234567890"}) {
    const auto readings = ParseCode(text);
    ASSERT_FALSE(readings) << text;
    EXPECT_THAT(readings.error(), HasSubstr(text));
    EXPECT_THAT(readings.error(), HasSubstr("32 bits"));
  }
}

TEST(ParseCode, TakesTheLimitsOf32Bits) {
  EXPECT_THAT(Parsed("4294967295"), ElementsAre(HResult(0xFFFFFFFF)));
  EXPECT_THAT(Parsed("-2147483648"), ElementsAre(HResult(0x80000000)));
  EXPECT_THAT(Parsed("0xFFFFFFFF"), ElementsAre(HResult(0xFFFFFFFF)));
  EXPECT_THAT(Parsed("65536"), ElementsAre(HResult(65536)));
}

TEST(ParseCode, LeavesOtherTextsAlone) {
  for (const std::string_view text : {"", "  ", "0x", "-", "&H", "L", "0xZZ", "error", "HTTP", "http 4x4",
                                      "the download failed with 0x80070005", "\xFF\xFE", "-0x5"}) {
    EXPECT_THAT(Parsed(text), IsEmpty()) << text;
  }
}

TEST(FindCodes, FindsCodesOfEveryFormInALine) {
  EXPECT_THAT(Found("12:01 job {8A2B10C0-1111-2222-3333-80070005ABCD} failed: hr=0x80070005, then BG_E_EMPTY; "
                    "(-2147012715) last 2149580886 bg_e_token_required 80072f9a"),
              ElementsAre("E_ACCESSDENIED"_hr, "BG_E_EMPTY"_hr, HResult(0x80072F95), "BG_E_TOKEN_REQUIRED"_hr,
                          "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"_hr));
}

TEST(FindCodes, FindsSmallNumbersBehindAWordThatMakesThemCodes) {
  EXPECT_THAT(Found("LogonUser failed, error 1326 (DOMAIN\\user)"), ElementsAre("ERROR_LOGON_FAILURE"_hr));
  EXPECT_THAT(Found("the server answered HTTP/1.1 403 Forbidden"), ElementsAre("BG_E_HTTP_ERROR_403"_hr));
  EXPECT_THAT(Found("BITS has stopped transferring. The status code was 0x80072EE7."),
              ElementsAre("ERROR_WINHTTP_NAME_NOT_RESOLVED"_hr));
}

TEST(FindCodes, LeavesOutWhatIsNoTrouble) {
  EXPECT_THAT(Found("GET /a HTTP/1.1 200 OK; QueryInterface S_OK; SetHelperToken E_ACCESSDENIED"),
              ElementsAre("E_ACCESSDENIED"_hr));
  EXPECT_THAT(Found("CreateJob S_OK"), ElementsAre("S_OK"_hr));
}

TEST(FindCodes, GivesEachCodeOnce) {
  EXPECT_THAT(Found("E_ACCESSDENIED 0x80070005 -2147024891 ERROR_ACCESS_DENIED"), ElementsAre("E_ACCESSDENIED"_hr));
}

TEST(FindCodes, FindsNothingInOrdinaryText) {
  EXPECT_THAT(Found(""), IsEmpty());
  EXPECT_THAT(Found("5 files of 12 on 20240131, flags 0x3, address 0x7FFE12345678, not_found, version 10.0.14393"),
              IsEmpty());
  EXPECT_THAT(Found("{8A2B10C0-1111-2222-3333-444455556666}"), IsEmpty());
}

}  // namespace
}  // namespace bits
