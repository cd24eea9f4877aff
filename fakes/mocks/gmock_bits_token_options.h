// GoogleMock mock of BitsTokenOptions.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/bits_token_options.h"

namespace bits::mocks {

// By default no token is set, and stays unset: SetHelperToken succeeds, GetHelperTokenSid has none to tell.
class MockBitsTokenOptions : public UnknownMock<BitsTokenOptions> {
 public:
  MockBitsTokenOptions();
  ~MockBitsTokenOptions() override;

  MOCK_METHOD(HResult, SetHelperTokenFlags, (std::uint32_t usage_flags), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetHelperTokenFlags, (), (override));
  MOCK_METHOD(HResult, SetHelperToken, (), (override));
  MOCK_METHOD(HResult, ClearHelperToken, (), (override));
  MOCK_METHOD(Result<std::optional<std::string>>, GetHelperTokenSid, (), (override));
};

}  // namespace bits::mocks
