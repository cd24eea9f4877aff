// Trompeloeil mock of BackgroundCopyJob4.
#pragma once

#include "fakes/mocks/trompeloeil_background_copy_job3.h"
#include "harness/api/background_copy_job4.h"

namespace bits::trompeloeil_mocks {

class MockBackgroundCopyJob4 : public Job3Mock<BackgroundCopyJob4> {
 public:
  MAKE_MOCK1(SetPeerCachingFlags, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetPeerCachingFlags, Result<std::uint32_t>(), override);
  MAKE_MOCK0(GetOwnerIntegrityLevel, Result<std::uint32_t>(), override);
  MAKE_MOCK0(GetOwnerElevationState, Result<bool>(), override);
  MAKE_MOCK1(SetMaximumDownloadTime, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetMaximumDownloadTime, Result<std::uint32_t>(), override);
};

extern template class JobMock<BackgroundCopyJob4>;
extern template class Job2Mock<BackgroundCopyJob4>;
extern template class Job3Mock<BackgroundCopyJob4>;

// As bits::mocks::MockBackgroundCopyJob4 answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyJob4& mock);

}  // namespace bits::trompeloeil_mocks
