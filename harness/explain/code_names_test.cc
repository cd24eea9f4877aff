#include "harness/explain/code_names.h"

#include <cctype>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CodesNamed, FindsEveryNameOfTheTableInAnyCase) {
  for (const ErrorCode& code : kErrorCodes) {
    std::string lower(code.name);
    for (char& character : lower) character = static_cast<char>(std::tolower(character));
    EXPECT_THAT(CodesNamed(code.name), ElementsAre(HResult(code.value))) << code.name;
    EXPECT_THAT(CodesNamed(lower), ElementsAre(HResult(code.value))) << lower;
    EXPECT_THAT(CodesNamed(WithoutPrefix(code.name)), Contains(HResult(code.value))) << code.name;
  }
}

TEST(CodesNamed, TakesBlanksAndHyphensForUnderscores) {
  EXPECT_THAT(CodesNamed("token required"), ElementsAre("BG_E_TOKEN_REQUIRED"_hr));
  EXPECT_THAT(CodesNamed("logon-type-not-granted"), ElementsAre("ERROR_LOGON_TYPE_NOT_GRANTED"_hr));
}

TEST(CodesNamed, FindsAliases) {
  EXPECT_THAT(CodesNamed("ERROR_ACCESS_DENIED"), ElementsAre("E_ACCESSDENIED"_hr));
  EXPECT_THAT(CodesNamed("BG_E_SERVER_EXECUTE_ENABLED"), ElementsAre("BG_E_SERVER_EXECUTE_ENABLE"_hr));
  EXPECT_THAT(CodesNamed("bg_e_file_changed"), ElementsAre("BG_E_LOCAL_FILE_CHANGED"_hr));
  EXPECT_THAT(CodesNamed("STATUS_LOGON_FAILURE"), ElementsAre("ERROR_LOGON_FAILURE"_hr));
}

TEST(CodesNamed, GivesEveryCodeThatSharesAShortNameTheRichestFirst) {
  EXPECT_THAT(CodesNamed("access denied"), ElementsAre("E_ACCESSDENIED"_hr, "RPC_E_ACCESS_DENIED"_hr));
  EXPECT_THAT(CodesNamed("BG_E_TIMEOUT"), ElementsAre("BG_E_TIMEOUT"_hr));
  EXPECT_EQ(CodesNamed("timeout").size(), 4U);
}

TEST(CodesNamed, FindsNothingForOtherTexts) {
  EXPECT_THAT(CodesNamed(""), IsEmpty());
  EXPECT_THAT(CodesNamed(" _-."), IsEmpty());
  EXPECT_THAT(CodesNamed("BG_E_"), IsEmpty());
  EXPECT_THAT(CodesNamed("no such thing"), IsEmpty());
}

TEST(SimilarNames, PutsTheNearestFirst) {
  EXPECT_EQ(SimilarNames("BG_E_TOKEN_REQIRED", 3).front(), "BG_E_TOKEN_REQUIRED");
  EXPECT_EQ(SimilarNames("acessdenied", 3).front(), "E_ACCESSDENIED");
  EXPECT_EQ(SimilarNames("CO_E_FAILED_TO_IMPERSONATED", 1).front(), "CO_E_FAILEDTOIMPERSONATE");
}

TEST(SimilarNames, FindsEveryNameThatLacksALetter) {
  for (const ErrorCode& code : kErrorCodes) {
    if (code.name.size() < 8 || code.name.starts_with("BG_E_HTTP_ERROR_")) continue;
    std::string mistyped(code.name);
    mistyped.erase(mistyped.size() - 3, 1);
    const auto names = SimilarNames(mistyped, 1);
    ASSERT_EQ(names.size(), 1U) << mistyped;
    EXPECT_EQ(names.front(), code.name) << mistyped;
  }
}

TEST(SimilarNames, KeepsToTheCountAndToWhatIsNear) {
  EXPECT_EQ(SimilarNames("BG_E_HTTP_ERROR_4O4", 2).size(), 2U);
  EXPECT_THAT(SimilarNames("xyzzyplugh", 5), IsEmpty());
  EXPECT_THAT(SimilarNames("", 5), IsEmpty());
}

TEST(AliasesOf, ListsThemInTheTablesOrder) {
  EXPECT_THAT(AliasesOf("E_INVALIDARG"_hr), ElementsAre("ERROR_INVALID_PARAMETER", "RPC_S_INVALID_ARG"));
  EXPECT_THAT(AliasesOf("BG_E_EMPTY"_hr), IsEmpty());
}

}  // namespace
}  // namespace bits
