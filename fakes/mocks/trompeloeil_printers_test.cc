// What Trompeloeil's failures look like, and that a mock that allows nothing refuses everything.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/trompeloeil_background_copy_job.h"
#include "fakes/mocks/trompeloeil_background_copy_manager.h"
#include "fakes/mocks/trompeloeil_bits_token_options.h"
#include "fakes/mocks/trompeloeil_com_api.h"

namespace bits::trompeloeil_mocks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(TrompeloeilMocks, RefuseWhatNobodyAllowed) {
  MockBitsTokenOptions options;
  EXPECT_THAT([&] { options.SetHelperToken(); },
              ThrowsMessage<trompeloeil::expectation_violation>(HasSubstr("SetHelperToken")));
}

TEST(TrompeloeilMocks, AllowAllHoldsAsLongAsItsExpectations) {
  MockBitsTokenOptions options;
  {
    const Expectations allowed = AllowAll(options);
    EXPECT_EQ(options.SetHelperToken(), HResult());
  }
  EXPECT_THROW(options.SetHelperToken(), trompeloeil::expectation_violation);
}

TEST(TrompeloeilMocks, AnExpectationGoesBeforeWhatIsAllowed) {
  Allowing<MockBitsTokenOptions> options;
  {
    REQUIRE_CALL(options, SetHelperToken()).RETURN("E_ACCESSDENIED"_hr);
    EXPECT_EQ(options.SetHelperToken(), "E_ACCESSDENIED"_hr);
  }
  EXPECT_EQ(options.SetHelperToken(), HResult());
}

TEST(TrompeloeilMocks, ShowArgumentsAsTheApiPrintsThem) {
  MockBackgroundCopyJob job;
  EXPECT_THAT([&] { job.SetPriority(JobPriority::kForeground); },
              ThrowsMessage<trompeloeil::expectation_violation>(HasSubstr("== FOREGROUND")));
  EXPECT_THAT([&] { job.SetProxyBlanket(ProxyBlanket()); },
              ThrowsMessage<trompeloeil::expectation_violation>(HasSubstr("cloaking dynamic")));
  EXPECT_THAT([&] { job.SetProxySettings(ProxyUsage::kOverride, "proxy:8080", std::nullopt); },
              ThrowsMessage<trompeloeil::expectation_violation>(
                  testing::AllOf(HasSubstr("== proxy:8080"), HasSubstr("== absent"))));
}

}  // namespace
}  // namespace bits::trompeloeil_mocks
