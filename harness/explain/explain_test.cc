#include "harness/explain/explain.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Explanation Explained(std::string_view query) {
  auto explanation = Explain(query);
  EXPECT_TRUE(explanation.has_value()) << query << ": " << (explanation ? "" : explanation.error());
  return explanation ? *std::move(explanation) : Explanation();
}

std::vector<HResult> Matches(std::string_view query) {
  std::vector<HResult> codes;
  for (const CodeReading& match : Explained(query).matches) codes.push_back(match.code);
  return codes;
}

TEST(Explain, ExplainsACodeAndTrimsTheQuery) {
  const Explanation explanation = Explained("  0x80070005\n");
  EXPECT_EQ(explanation.query, "0x80070005");
  EXPECT_EQ(explanation.kind, ExplanationKind::kCodes);
  EXPECT_FALSE(explanation.Unknown());
  EXPECT_THAT(Matches("0x80070005"), ElementsAre("E_ACCESSDENIED"_hr));
}

TEST(Explain, PutsCodesInATextBeforeItsWords) {
  const Explanation explanation = Explained("SetHelperToken: token required? no: hr=0x80010123");
  EXPECT_EQ(explanation.kind, ExplanationKind::kCodes);
  EXPECT_THAT(Matches("SetHelperToken: token required? no: hr=0x80010123"), ElementsAre("CO_E_FAILEDTOIMPERSONATE"_hr));
}

TEST(Explain, SearchesWordsWhereThereIsNoCode) {
  const Explanation explanation = Explained("password wrong for helper");
  EXPECT_EQ(explanation.kind, ExplanationKind::kSearch);
  ASSERT_THAT(explanation.matches, Not(IsEmpty()));
  EXPECT_EQ(explanation.matches.front().code, "ERROR_LOGON_FAILURE"_hr);
  EXPECT_FALSE(explanation.Unknown());
}

TEST(Explain, SuggestsNamesForAMistypedOne) {
  const Explanation explanation = Explained("BG_E_TOKEN_REQIRED");
  EXPECT_EQ(explanation.kind, ExplanationKind::kUnknown);
  EXPECT_TRUE(explanation.Unknown());
  EXPECT_THAT(explanation.matches, IsEmpty());
  ASSERT_THAT(explanation.suggestions, Not(IsEmpty()));
  EXPECT_EQ(explanation.suggestions.front(), "BG_E_TOKEN_REQUIRED");
}

TEST(Explain, SuggestsNoNamesForSeveralWords) { EXPECT_THAT(Explained("proxy password").suggestions, IsEmpty()); }

TEST(Explain, TellsWhatItDoesNotKnow) {
  EXPECT_EQ(Explained("flibbergibbet").kind, ExplanationKind::kUnknown);
  const Explanation unnamed = Explained("0x8007FFFE");
  EXPECT_EQ(unnamed.kind, ExplanationKind::kCodes);
  EXPECT_TRUE(unnamed.Unknown());
}

TEST(Explain, RefusesAnEmptyQueryAndNumbersThatAreNoCodes) {
  for (const std::string_view query : {"", "   ", "\t\r\n"}) {
    const auto explanation = Explain(query);
    ASSERT_FALSE(explanation);
    EXPECT_THAT(explanation.error(), HasSubstr("empty"));
  }
  const auto explanation = Explain("0x123456789");
  ASSERT_FALSE(explanation);
  EXPECT_THAT(explanation.error(), HasSubstr("\"0x123456789\""));
}

TEST(Explain, SurvivesAnyBytes) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_TRUE(Explain(bytes).has_value());
  EXPECT_TRUE(Explain(std::string(100'000, 'a')).has_value());
  EXPECT_TRUE(Explain(std::string(10'000, '_')).has_value());
}

TEST(Meaning, IsOneSentenceForEveryCodeThereCanBe) {
  for (const std::uint32_t value : {0x80070005U, 0x80190194U, 0x80190257U, 0x8007FFFEU, 0x80209999U, 0x00209999U,
                                    0x8ABC1234U, 0x0ABC1234U, 0xC0001234U, 0x80194FFFU, 0xFFFFFFFFU, 2U}) {
    EXPECT_THAT(Meaning(HResult(value)), EndsWith(".")) << std::hex << value;
    EXPECT_THAT(Origin(HResult(value)), EndsWith("."));
    EXPECT_THAT(FirstSteps(HResult(value)), Each(EndsWith(".")));
    EXPECT_THAT(Fixes(HResult(value)), Not(IsEmpty()));
  }
}

TEST(Meaning, DecomposesWhatTheCatalogueLacks) {
  EXPECT_EQ(Meaning(HResult(0x8007FFFE)), "Win32 error 65534, which this catalogue does not have.");
  EXPECT_THAT(Meaning(HResult(0x80190257)), HasSubstr("HTTP status 599, an error of the server"));
  EXPECT_THAT(Meaning(HResult(0x80209999)), HasSubstr("failure of BITS"));
  EXPECT_THAT(Meaning(HResult(0x80244022)), HasSubstr("facility 36 (WINDOWSUPDATE)"));
  EXPECT_THAT(Meaning(HResult(0xC0001234)), HasSubstr("NTSTATUS"));
  EXPECT_EQ(Origin(HResult(0x80244022)), "Severity failure, facility 36 (WINDOWSUPDATE), code 16418.");
}

TEST(FirstSteps, SayHowToLookUpWhatTheCatalogueLacks) {
  EXPECT_THAT(FirstSteps(HResult(0x8007FFFE)),
              ElementsAre("Show Windows' text for it: `net helpmsg 65534`.",
                          "Look it up on a Windows machine: `certutil -error 0x8007FFFE`."));
}

TEST(Origin, TellsWhetherBitsRetriesAStatus) {
  EXPECT_THAT(Origin("BG_E_HTTP_ERROR_404"_hr), HasSubstr("takes 404 for a fatal error"));
  EXPECT_THAT(Origin("BG_E_HTTP_ERROR_503"_hr), HasSubstr("takes 503 for a transient error"));
}

TEST(Fixes, FollowTheCausesOfTheCatalogue) {
  const std::vector<std::string> fixes = Fixes("BG_E_TOKEN_REQUIRED"_hr);
  ASSERT_EQ(fixes.size(), FindEntry("BG_E_TOKEN_REQUIRED"_hr)->Remedies().size());
  EXPECT_THAT(fixes.front(), HasSubstr("call SetHelperToken"));
}

}  // namespace
}  // namespace bits
