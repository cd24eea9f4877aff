// GoogleMock mock of BackgroundCopyJob3.
#pragma once

#include "fakes/mocks/gmock_background_copy_job2.h"
#include "harness/api/background_copy_job3.h"

namespace bits::mocks {

// Defaults as MockBackgroundCopyJob2; no flags.
template <class Base>
class Job3Mock : public Job2Mock<Base> {
 public:
  Job3Mock();
  ~Job3Mock() override = default;

  MOCK_METHOD(HResult, ReplaceRemotePrefix, (std::string_view old_prefix, std::string_view new_prefix), (override));
  MOCK_METHOD(HResult, AddFileWithRanges,
              (std::string_view remote_url, std::string_view local_name, std::span<const FileRange> ranges),
              (override));
  MOCK_METHOD(HResult, SetFileACLFlags, (std::uint32_t flags), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetFileACLFlags, (), (override));
};

using MockBackgroundCopyJob3 = Job3Mock<BackgroundCopyJob3>;

extern template class JobMock<BackgroundCopyJob3>;
extern template class Job2Mock<BackgroundCopyJob3>;
extern template class Job3Mock<BackgroundCopyJob3>;

}  // namespace bits::mocks
