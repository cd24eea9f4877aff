// Trompeloeil mock of BackgroundCopyJob2.
#pragma once

#include "fakes/mocks/trompeloeil_background_copy_job.h"
#include "harness/api/background_copy_job2.h"

namespace bits::trompeloeil_mocks {

template <class Base>
class Job2Mock : public JobMock<Base> {
 public:
  MAKE_MOCK2(SetNotifyCmdLine, HResult(std::optional<std::string_view>, std::optional<std::string_view>), override);
  MAKE_MOCK0(GetNotifyCmdLine, Result<NotifyCmdLine>(), override);
  MAKE_MOCK0(GetReplyProgress, Result<JobReplyProgress>(), override);
  MAKE_MOCK0(GetReplyData, Result<std::vector<std::uint8_t>>(), override);
  MAKE_MOCK1(SetReplyFileName, HResult(std::string_view), override);
  MAKE_MOCK0(GetReplyFileName, Result<std::string>(), override);
  MAKE_MOCK1(SetCredentials, HResult(const AuthCredentials&), override);
  MAKE_MOCK2(RemoveCredentials, HResult(AuthTarget, AuthScheme), override);
};

using MockBackgroundCopyJob2 = Job2Mock<BackgroundCopyJob2>;

extern template class JobMock<BackgroundCopyJob2>;
extern template class Job2Mock<BackgroundCopyJob2>;

// As bits::mocks::MockBackgroundCopyJob2 answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyJob2& mock);

}  // namespace bits::trompeloeil_mocks
