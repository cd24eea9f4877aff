#include "harness/explain/explanation_json.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace bits {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::ordered_json;

Json Rendered(std::string_view query) { return RenderJson(Explain(query).value()); }

std::vector<std::string> KeysOf(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST(RenderJson, KeepsToItsSchema) {
  const Json document = Rendered("E_ACCESSDENIED");
  EXPECT_THAT(KeysOf(document), ElementsAre("schema", "query", "kind", "unknown", "matches", "suggestions"));
  EXPECT_EQ(document["schema"], "bitsdoctor/explain/1");
  ASSERT_EQ(document["matches"].size(), 1U);
  EXPECT_THAT(KeysOf(document["matches"][0]),
              ElementsAre("code", "signed", "name", "aliases", "known", "read_as", "meaning", "basis", "origin",
                          "facility", "win32", "http_status", "first_steps", "causes", "fixes", "sources", "related"));
}

TEST(RenderJson, RendersACode) {
  const Json match = Rendered("0x80070005")["matches"][0];
  EXPECT_EQ(match["code"], "0x80070005");
  EXPECT_EQ(match["signed"], -2147024891);
  EXPECT_EQ(match["name"], "E_ACCESSDENIED");
  EXPECT_EQ(match["aliases"][0], "ERROR_ACCESS_DENIED");
  EXPECT_EQ(match["known"], true);
  EXPECT_EQ(match["read_as"], nullptr);
  EXPECT_EQ(match["basis"], "documented");
  EXPECT_EQ(match["facility"], (Json{{"number", 7}, {"name", "WIN32"}}));
  EXPECT_EQ(match["win32"], 5);
  EXPECT_EQ(match["http_status"], nullptr);
  EXPECT_EQ(match["sources"][0]["page"], "ibitstokenoptions-sethelpertoken");
  EXPECT_EQ(match["related"][0], "CO_E_FAILEDTOIMPERSONATE");
}

TEST(RenderJson, HasAFixForEveryCauseOfEveryCode) {
  for (const ErrorCode& code : kErrorCodes) {
    const Json match = Rendered(code.name)["matches"][0];
    EXPECT_EQ(match["name"], code.name);
    EXPECT_FALSE(match["causes"].empty()) << code.name;
    EXPECT_EQ(match["causes"].size(), match["fixes"].size()) << code.name;
  }
}

TEST(RenderJson, RendersStatusesWithAndWithoutAConstant) {
  EXPECT_EQ(Rendered("HTTP 404")["matches"][0]["http_status"], 404);
  const Json match = Rendered("HTTP 429")["matches"][0];
  EXPECT_EQ(match["http_status"], 429);
  EXPECT_EQ(match["name"], nullptr);
  EXPECT_EQ(match["known"], true);
  EXPECT_EQ(match["win32"], nullptr);
}

TEST(RenderJson, RendersSuccessesAsPositiveNumbers) {
  const Json match = Rendered("BG_S_PARTIAL_COMPLETE")["matches"][0];
  EXPECT_EQ(match["signed"], 0x00200017);
  EXPECT_EQ(match["facility"]["name"], "BACKGROUNDCOPY");
}

TEST(RenderJson, MarksWhatIsUnknown) {
  const Json unnamed = Rendered("0x8ABC1234");
  EXPECT_EQ(unnamed["unknown"], true);
  EXPECT_EQ(unnamed["kind"], "codes");
  EXPECT_EQ(unnamed["matches"][0]["name"], nullptr);
  EXPECT_EQ(unnamed["matches"][0]["basis"], nullptr);
  EXPECT_EQ(unnamed["matches"][0]["facility"]["name"], nullptr);
  EXPECT_TRUE(unnamed["matches"][0]["causes"].empty());

  const Json mistyped = Rendered("E_ACESSDENIED");
  EXPECT_EQ(mistyped["unknown"], true);
  EXPECT_EQ(mistyped["kind"], "unknown");
  EXPECT_TRUE(mistyped["matches"].empty());
  EXPECT_EQ(mistyped["suggestions"][0], "E_ACCESSDENIED");
}

TEST(RenderJson, CanBeDumpedWhateverTheQueryHolds) {
  const Json document = Rendered("\xFF\xFE no such thing");
  EXPECT_NO_THROW(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace
}  // namespace bits
