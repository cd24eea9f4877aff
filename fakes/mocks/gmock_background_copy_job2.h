// GoogleMock mock of BackgroundCopyJob2.
#pragma once

#include "fakes/mocks/gmock_background_copy_job.h"
#include "harness/api/background_copy_job2.h"

namespace bits::mocks {

// Defaults as MockBackgroundCopyJob; no command line, no reply.
template <class Base>
class Job2Mock : public JobMock<Base> {
 public:
  Job2Mock();
  ~Job2Mock() override = default;

  MOCK_METHOD(HResult, SetNotifyCmdLine,
              (std::optional<std::string_view> program, std::optional<std::string_view> parameters), (override));
  MOCK_METHOD(Result<NotifyCmdLine>, GetNotifyCmdLine, (), (override));
  MOCK_METHOD(Result<JobReplyProgress>, GetReplyProgress, (), (override));
  MOCK_METHOD(Result<std::vector<std::uint8_t>>, GetReplyData, (), (override));
  MOCK_METHOD(HResult, SetReplyFileName, (std::string_view reply_file_name), (override));
  MOCK_METHOD(Result<std::string>, GetReplyFileName, (), (override));
  MOCK_METHOD(HResult, SetCredentials, (const AuthCredentials& credentials), (override));
  MOCK_METHOD(HResult, RemoveCredentials, (AuthTarget target, AuthScheme scheme), (override));
};

using MockBackgroundCopyJob2 = Job2Mock<BackgroundCopyJob2>;

extern template class JobMock<BackgroundCopyJob2>;
extern template class Job2Mock<BackgroundCopyJob2>;

}  // namespace bits::mocks
