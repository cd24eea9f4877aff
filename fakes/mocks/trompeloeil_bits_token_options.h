// Trompeloeil mock of BitsTokenOptions.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/bits_token_options.h"

namespace bits::trompeloeil_mocks {

class MockBitsTokenOptions : public UnknownMock<BitsTokenOptions> {
 public:
  MAKE_MOCK1(SetHelperTokenFlags, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetHelperTokenFlags, Result<std::uint32_t>(), override);
  MAKE_MOCK0(SetHelperToken, HResult(), override);
  MAKE_MOCK0(ClearHelperToken, HResult(), override);
  MAKE_MOCK0(GetHelperTokenSid, Result<std::optional<std::string>>(), override);
};

// As bits::mocks::MockBitsTokenOptions answers.
[[nodiscard]] Expectations AllowAll(MockBitsTokenOptions& mock);

}  // namespace bits::trompeloeil_mocks
