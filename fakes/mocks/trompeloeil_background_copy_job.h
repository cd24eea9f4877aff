// Trompeloeil mock of BackgroundCopyJob.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_job.h"

namespace bits::trompeloeil_mocks {

template <class Base>
class JobMock : public UnknownMock<Base> {
 public:
  MAKE_MOCK1(AddFileSet, HResult(std::span<const FileInfo>), override);
  MAKE_MOCK2(AddFile, HResult(std::string_view, std::string_view), override);
  MAKE_MOCK0(EnumFiles, Result<std::unique_ptr<EnumBackgroundCopyFiles>>(), override);
  MAKE_MOCK0(Suspend, HResult(), override);
  MAKE_MOCK0(Resume, HResult(), override);
  MAKE_MOCK0(Cancel, HResult(), override);
  MAKE_MOCK0(Complete, HResult(), override);
  MAKE_MOCK0(GetId, Result<Guid>(), override);
  MAKE_MOCK0(GetType, Result<JobType>(), override);
  MAKE_MOCK0(GetProgress, Result<JobProgress>(), override);
  MAKE_MOCK0(GetTimes, Result<JobTimes>(), override);
  MAKE_MOCK0(GetState, Result<JobState>(), override);
  MAKE_MOCK0(GetError, Result<std::unique_ptr<BackgroundCopyError>>(), override);
  MAKE_MOCK0(GetOwner, Result<std::string>(), override);
  MAKE_MOCK1(SetDisplayName, HResult(std::string_view), override);
  MAKE_MOCK0(GetDisplayName, Result<std::string>(), override);
  MAKE_MOCK1(SetDescription, HResult(std::string_view), override);
  MAKE_MOCK0(GetDescription, Result<std::string>(), override);
  MAKE_MOCK1(SetPriority, HResult(JobPriority), override);
  MAKE_MOCK0(GetPriority, Result<JobPriority>(), override);
  MAKE_MOCK1(SetNotifyFlags, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetNotifyFlags, Result<std::uint32_t>(), override);
  MAKE_MOCK1(SetNotifyInterface, HResult(std::shared_ptr<BackgroundCopyCallback>), override);
  MAKE_MOCK0(GetNotifyInterface, Result<std::shared_ptr<BackgroundCopyCallback>>(), override);
  MAKE_MOCK1(SetMinimumRetryDelay, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetMinimumRetryDelay, Result<std::uint32_t>(), override);
  MAKE_MOCK1(SetNoProgressTimeout, HResult(std::uint32_t), override);
  MAKE_MOCK0(GetNoProgressTimeout, Result<std::uint32_t>(), override);
  MAKE_MOCK0(GetErrorCount, Result<std::uint32_t>(), override);
  MAKE_MOCK3(SetProxySettings, HResult(ProxyUsage, std::optional<std::string_view>, std::optional<std::string_view>),
             override);
  MAKE_MOCK0(GetProxySettings, Result<ProxySettings>(), override);
  MAKE_MOCK0(TakeOwnership, HResult(), override);
};

using MockBackgroundCopyJob = JobMock<BackgroundCopyJob>;

extern template class JobMock<BackgroundCopyJob>;

// As bits::mocks::MockBackgroundCopyJob answers.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyJob& mock);

}  // namespace bits::trompeloeil_mocks
