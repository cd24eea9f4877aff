// GoogleMock mock of BackgroundCopyJob.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_job.h"

namespace bits::mocks {

// By default a download as it is made: SUSPENDED, NORMAL, BITS' own time limits, no callback; objects that it hands out
// are nice mocks. It stays SUSPENDED: what the state becomes is for the test to say.
template <class Base>
class JobMock : public UnknownMock<Base> {
 public:
  JobMock();
  ~JobMock() override = default;

  MOCK_METHOD(HResult, AddFileSet, (std::span<const FileInfo> file_set), (override));
  MOCK_METHOD(HResult, AddFile, (std::string_view remote_url, std::string_view local_name), (override));
  MOCK_METHOD(Result<std::unique_ptr<EnumBackgroundCopyFiles>>, EnumFiles, (), (override));
  MOCK_METHOD(HResult, Suspend, (), (override));
  MOCK_METHOD(HResult, Resume, (), (override));
  MOCK_METHOD(HResult, Cancel, (), (override));
  MOCK_METHOD(HResult, Complete, (), (override));
  MOCK_METHOD(Result<Guid>, GetId, (), (override));
  MOCK_METHOD(Result<JobType>, GetType, (), (override));
  MOCK_METHOD(Result<JobProgress>, GetProgress, (), (override));
  MOCK_METHOD(Result<JobTimes>, GetTimes, (), (override));
  MOCK_METHOD(Result<JobState>, GetState, (), (override));
  MOCK_METHOD(Result<std::unique_ptr<BackgroundCopyError>>, GetError, (), (override));
  MOCK_METHOD(Result<std::string>, GetOwner, (), (override));
  MOCK_METHOD(HResult, SetDisplayName, (std::string_view display_name), (override));
  MOCK_METHOD(Result<std::string>, GetDisplayName, (), (override));
  MOCK_METHOD(HResult, SetDescription, (std::string_view description), (override));
  MOCK_METHOD(Result<std::string>, GetDescription, (), (override));
  MOCK_METHOD(HResult, SetPriority, (JobPriority priority), (override));
  MOCK_METHOD(Result<JobPriority>, GetPriority, (), (override));
  MOCK_METHOD(HResult, SetNotifyFlags, (std::uint32_t flags), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetNotifyFlags, (), (override));
  MOCK_METHOD(HResult, SetNotifyInterface, (std::shared_ptr<BackgroundCopyCallback> callback), (override));
  MOCK_METHOD(Result<std::shared_ptr<BackgroundCopyCallback>>, GetNotifyInterface, (), (override));
  MOCK_METHOD(HResult, SetMinimumRetryDelay, (std::uint32_t seconds), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetMinimumRetryDelay, (), (override));
  MOCK_METHOD(HResult, SetNoProgressTimeout, (std::uint32_t seconds), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetNoProgressTimeout, (), (override));
  MOCK_METHOD(Result<std::uint32_t>, GetErrorCount, (), (override));
  MOCK_METHOD(HResult, SetProxySettings,
              (ProxyUsage usage, std::optional<std::string_view> proxy_list,
               std::optional<std::string_view> bypass_list),
              (override));
  MOCK_METHOD(Result<ProxySettings>, GetProxySettings, (), (override));
  MOCK_METHOD(HResult, TakeOwnership, (), (override));
};

using MockBackgroundCopyJob = JobMock<BackgroundCopyJob>;

extern template class JobMock<BackgroundCopyJob>;

}  // namespace bits::mocks
