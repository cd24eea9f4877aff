#include "harness/win32/utf.h"

#include <string>

#include <gtest/gtest.h>

namespace bits::win32 {
namespace {

struct Pair {
  std::string utf8;
  std::wstring wide;
};

const Pair kPairs[] = {
    {"", L""},
    {"C:\\file.txt", L"C:\\file.txt"},
    {"gr\xC3\xBC\xC3\x9F", L"gr\u00FC\u00DF"},
    {"\xE2\x82\xAC", L"\u20AC"},
    {"\xF0\x9F\x9A\x80", L"\xD83D\xDE80"},
};

TEST(Utf, ConvertsBothWays) {
  for (const Pair& pair : kPairs) {
    EXPECT_EQ(WideFromUtf8(pair.utf8).value(), pair.wide) << pair.utf8;
    EXPECT_EQ(Utf8FromWide(pair.wide).value(), pair.utf8) << pair.utf8;
  }
}

TEST(Utf, RefusesWhatIsNotUtf8) {
  const std::string kInvalid[] = {"\xFF", "a\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80"};
  for (const std::string& text : kInvalid) EXPECT_EQ(HResultOf(WideFromUtf8(text)), "E_INVALIDARG"_hr) << text;
}

TEST(Utf, RefusesTextThatWindowsWouldReadOnlyInPart) {
  EXPECT_EQ(HResultOf(WideFromUtf8(std::string_view("a\0b", 3))), "E_INVALIDARG"_hr);
  EXPECT_EQ(HResultOf(WideFromUtf8(std::string_view("a\0", 2))), "E_INVALIDARG"_hr);
}

TEST(Utf, RefusesALoneSurrogate) {
  for (const wchar_t unit : {L'\xD83D', L'\xDE80'}) {
    EXPECT_EQ(HResultOf(Utf8FromWide(std::wstring(1, unit))), "E_INVALIDARG"_hr);
  }
}

TEST(WideSecret, HoldsThePasswordWithANullBehindIt) {
  Result<WideSecret> secret = WideSecret::From(Secret("p\xC3\xA4ss"));
  ASSERT_TRUE(secret);
  EXPECT_EQ(std::wstring(secret->c_str()), L"p\u00E4ss");
}

TEST(WideSecret, IsEmptyTextForAnEmptyPassword) {
  Result<WideSecret> secret = WideSecret::From(Secret());
  ASSERT_TRUE(secret);
  EXPECT_EQ(std::wstring(secret->c_str()), L"");
}

TEST(WideSecret, RefusesAPasswordWithANullInside) {
  EXPECT_EQ(HResultOf(WideSecret::From(Secret(std::string_view("a\0b", 3)))), "E_INVALIDARG"_hr);
}

}  // namespace
}  // namespace bits::win32
