// GoogleMock mock of BackgroundCopyJob4.
#pragma once

#include "fakes/mocks/gmock_background_copy_job3.h"
#include "harness/api/background_copy_job4.h"

namespace bits::mocks {

// Defaults as MockBackgroundCopyJob3; the owner is not elevated and has medium integrity.
class MockBackgroundCopyJob4 : public Job3Mock<BackgroundCopyJob4> {
 public:
  MockBackgroundCopyJob4();
  ~MockBackgroundCopyJob4() override;

  MOCK_METHOD(HResult, SetPeerCachingFlags, (std::uint32_t flags), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetPeerCachingFlags, (), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetOwnerIntegrityLevel, (), (override));
  MOCK_METHOD(Result<bool>, GetOwnerElevationState, (), (override));
  MOCK_METHOD(HResult, SetMaximumDownloadTime, (std::uint32_t seconds), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetMaximumDownloadTime, (), (override));
};

extern template class JobMock<BackgroundCopyJob4>;
extern template class Job2Mock<BackgroundCopyJob4>;
extern template class Job3Mock<BackgroundCopyJob4>;

}  // namespace bits::mocks
