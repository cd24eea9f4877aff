#include "harness/explain/word_search.h"

#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bits {
namespace {

using ::testing::IsEmpty;

std::string_view Best(std::string_view text) {
  const auto found = SearchEntries(text, 1);
  return found.empty() ? "nothing" : found.front()->name();
}

TEST(SearchEntries, FindsWhatAdministratorsAskFor) {
  EXPECT_EQ(Best("helper token access denied"), "E_ACCESSDENIED");
  EXPECT_EQ(Best("helper token lost after the owner logged off"), "BG_E_TOKEN_REQUIRED");
  EXPECT_EQ(Best("client certificate private key"), "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY");
  EXPECT_EQ(Best("wrong password"), "ERROR_LOGON_FAILURE");
  EXPECT_EQ(Best("proxy authentication"), "BG_E_HTTP_ERROR_407");
  EXPECT_EQ(Best("the service is disabled"), "ERROR_SERVICE_DISABLED");
  EXPECT_EQ(Best("too many jobs per user"), "BG_E_TOO_MANY_JOBS_PER_USER");
}

TEST(SearchEntries, FindsWordsWithAnotherEnding) {
  EXPECT_EQ(Best("impersonated callers"), Best("impersonate caller"));
}

TEST(SearchEntries, KeepsToTheCount) { EXPECT_EQ(SearchEntries("job", 3).size(), 3U); }

TEST(SearchEntries, FindsNothingWhereFewerThanHalfOfTheWordsFit) {
  EXPECT_THAT(SearchEntries("token flibber gibbet", 5), IsEmpty());
  EXPECT_THAT(SearchEntries("", 5), IsEmpty());
  EXPECT_THAT(SearchEntries("what is the", 5), IsEmpty());
}

}  // namespace
}  // namespace bits
