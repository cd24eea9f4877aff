// Trompeloeil mock of BackgroundCopyManager.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_manager.h"

namespace bits::trompeloeil_mocks {

class MockBackgroundCopyManager : public UnknownMock<BackgroundCopyManager> {
 public:
  MAKE_MOCK2(CreateJob, Result<CreatedJob>(std::string_view, JobType), override);
  MAKE_MOCK1(GetJob, Result<std::unique_ptr<BackgroundCopyJob>>(const Guid&), override);
  MAKE_MOCK1(EnumJobs, Result<std::unique_ptr<EnumBackgroundCopyJobs>>(std::uint32_t), override);
  MAKE_MOCK2(GetErrorDescription, Result<std::string>(HResult, std::uint32_t), override);
};

// As bits::mocks::MockBackgroundCopyManager answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyManager& mock);

}  // namespace bits::trompeloeil_mocks
