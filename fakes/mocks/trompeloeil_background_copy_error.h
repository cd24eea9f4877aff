// Trompeloeil mock of BackgroundCopyError.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_error.h"

namespace bits::trompeloeil_mocks {

class MockBackgroundCopyError : public UnknownMock<BackgroundCopyError> {
 public:
  MAKE_MOCK0(GetError, Result<JobError>(), override);
  MAKE_MOCK0(GetFile, Result<std::unique_ptr<BackgroundCopyFile>>(), override);
  MAKE_MOCK1(GetErrorDescription, Result<std::string>(std::uint32_t), override);
  MAKE_MOCK1(GetErrorContextDescription, Result<std::string>(std::uint32_t), override);
  MAKE_MOCK0(GetProtocol, Result<std::string>(), override);
};

// As bits::mocks::MockBackgroundCopyError answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyError& mock);

}  // namespace bits::trompeloeil_mocks
