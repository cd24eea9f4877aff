// Trompeloeil mock of BackgroundCopyJob3.
#pragma once

#include "fakes/mocks/trompeloeil_background_copy_job2.h"
#include "harness/api/background_copy_job3.h"

namespace bits::trompeloeil_mocks {

template <class Base>
class Job3Mock : public Job2Mock<Base> {
 public:
  MAKE_MOCK2(ReplaceRemotePrefix, HResult(std::string_view, std::string_view), override);
  MAKE_MOCK3(AddFileWithRanges, HResult(std::string_view, std::string_view, std::span<const FileRange>), override);
  MAKE_MOCK1(SetFileACLFlags, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetFileACLFlags, Result<std::uint32_t>(), override);
};

using MockBackgroundCopyJob3 = Job3Mock<BackgroundCopyJob3>;

extern template class JobMock<BackgroundCopyJob3>;
extern template class Job2Mock<BackgroundCopyJob3>;
extern template class Job3Mock<BackgroundCopyJob3>;

// As bits::mocks::MockBackgroundCopyJob3 answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyJob3& mock);

}  // namespace bits::trompeloeil_mocks
