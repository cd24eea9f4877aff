// GoogleMock mock of BackgroundCopyManager.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_manager.h"

namespace bits::mocks {

// By default every job is there, a nice mock; CreateJob's id is all zeros, the queue is empty, descriptions too.
class MockBackgroundCopyManager : public UnknownMock<BackgroundCopyManager> {
 public:
  MockBackgroundCopyManager();
  ~MockBackgroundCopyManager() override;

  MOCK_METHOD(Result<CreatedJob>, CreateJob, (std::string_view display_name, JobType type), (override));
  MOCK_METHOD(Result<std::unique_ptr<BackgroundCopyJob>>, GetJob, (const Guid& job_id), (override));
  MOCK_METHOD(Result<std::unique_ptr<EnumBackgroundCopyJobs>>, EnumJobs, (std::uint32_t flags), (override));
  MOCK_METHOD(Result<std::string>, GetErrorDescription, (HResult result, std::uint32_t language_id), (override));
};

}  // namespace bits::mocks
