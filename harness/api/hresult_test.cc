#include "harness/api/hresult.h"

#include <set>

#include <gtest/gtest.h>

namespace bits {
namespace {

TEST(HResult, PrintsNameAndValue) {
  EXPECT_EQ(ToString("E_ACCESSDENIED"_hr), "E_ACCESSDENIED (0x80070005)");
  EXPECT_EQ(ToString("S_OK"_hr), "S_OK (0x00000000)");
  EXPECT_EQ(ToString("BG_E_TOKEN_REQUIRED"_hr), "BG_E_TOKEN_REQUIRED (0x80200056)");
}

TEST(HResult, PrintsWhatItHasNoNameFor) {
  EXPECT_EQ(ToString(HResult::FromWin32(1234)), "HRESULT_FROM_WIN32(1234) (0x800704D2)");
  EXPECT_EQ(ToString(HResult(0x87654321)), "0x87654321");
}

TEST(HResult, TakesAWin32ErrorAsTheSdkDoes) {
  EXPECT_EQ(HResult::FromWin32(0), "S_OK"_hr);
  EXPECT_EQ(HResult::FromWin32(5), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(HResult::FromWin32(1326), "ERROR_LOGON_FAILURE"_hr);
}

TEST(HResult, DecomposesAsTheSdkDoes) {
  constexpr HResult result = "CO_E_FAILEDTOIMPERSONATE"_hr;
  EXPECT_TRUE(result.Failed());
  EXPECT_EQ(result.facility(), 1U);
  EXPECT_EQ(result.code(), 0x123U);
  EXPECT_TRUE("BG_S_PARTIAL_COMPLETE"_hr.Succeeded());
}

TEST(ErrorCodes, EachValueAndNameStandsOnce) {
  std::set<std::uint32_t> values;
  std::set<std::string_view> names;
  for (const ErrorCode& code : kErrorCodes) {
    EXPECT_TRUE(values.insert(code.value).second) << code.name;
    EXPECT_TRUE(names.insert(code.name).second) << code.name;
    EXPECT_EQ(NameOf(HResult(code.value)), code.name);
  }
}

TEST(ErrorCodes, AnUnknownNameThrows) { EXPECT_THROW(ErrorCodeNamed("E_NOSUCHTHING"), std::invalid_argument); }

}  // namespace
}  // namespace bits
