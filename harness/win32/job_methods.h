// IBackgroundCopyJob over COM.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/api/background_copy_job.h"
#include "harness/win32/callback_object.h"
#include "harness/win32/com_object.h"
#include "harness/win32/conversions.h"
#include "harness/win32/lasting_stubs.h"

namespace bits::win32 {

template <class Base>
class JobMethods : public Base {
 public:
  using Base::Base;

  HResult AddFileSet(std::span<const FileInfo> file_set) override {
    std::vector<WideArgument> texts;
    texts.reserve(file_set.size() * 2);
    std::vector<BG_FILE_INFO> native;
    // One more, so that an empty set has an address too: the service judges it, not the marshalling.
    native.reserve(file_set.size() + 1);
    for (const FileInfo& file : file_set) {
      WideArgument& remote_name = texts.emplace_back(std::string_view(file.remote_name));
      WideArgument& local_name = texts.emplace_back(std::string_view(file.local_name));
      if (!remote_name.valid() || !local_name.valid()) return "E_INVALIDARG"_hr;
      native.push_back({remote_name.get(), local_name.get()});
    }
    return FromHresult(this->com()->AddFileSet(static_cast<ULONG>(native.size()), native.data()));
  }

  HResult AddFile(std::string_view remote_url, std::string_view local_name) override {
    return WithWide([this](LPCWSTR url, LPCWSTR name) { return this->com()->AddFile(url, name); }, remote_url,
                    local_name);
  }

  Result<std::unique_ptr<EnumBackgroundCopyFiles>> EnumFiles() override {
    return GetInterface(this->com(), &IBackgroundCopyJob::EnumFiles);
  }

  HResult Suspend() override { return FromHresult(this->com()->Suspend()); }
  HResult Resume() override { return FromHresult(this->com()->Resume()); }
  HResult Cancel() override { return FromHresult(this->com()->Cancel()); }
  HResult Complete() override { return FromHresult(this->com()->Complete()); }

  Result<Guid> GetId() override {
    GUID id{};
    if (const HResult result = FromHresult(this->com()->GetId(&id)); result.Failed()) return Failure(result);
    return FromGuid(id);
  }

  Result<JobType> GetType() override { return GetValue<JobType>(this->com(), &IBackgroundCopyJob::GetType); }

  Result<JobProgress> GetProgress() override {
    BG_JOB_PROGRESS progress{};
    const HResult result = FromHresult(this->com()->GetProgress(&progress));
    if (result.Failed()) return Failure(result);
    return JobProgress{FromSize(progress.BytesTotal), progress.BytesTransferred, progress.FilesTotal,
                       progress.FilesTransferred};
  }

  Result<JobTimes> GetTimes() override {
    BG_JOB_TIMES times{};
    if (const HResult result = FromHresult(this->com()->GetTimes(&times)); result.Failed()) return Failure(result);
    const FILETIME& completion = times.TransferCompletionTime;
    const bool completed = completion.dwLowDateTime != 0 || completion.dwHighDateTime != 0;
    return JobTimes{FromFileTime(times.CreationTime), FromFileTime(times.ModificationTime),
                    completed ? std::optional(FromFileTime(completion)) : std::nullopt};
  }

  Result<JobState> GetState() override { return GetValue<JobState>(this->com(), &IBackgroundCopyJob::GetState); }

  Result<std::unique_ptr<BackgroundCopyError>> GetError() override {
    return GetInterface(this->com(), &IBackgroundCopyJob::GetError);
  }

  Result<std::string> GetOwner() override { return GetText(this->com(), &IBackgroundCopyJob::GetOwner); }

  HResult SetDisplayName(std::string_view display_name) override {
    return WithWide([this](LPCWSTR text) { return this->com()->SetDisplayName(text); }, display_name);
  }
  Result<std::string> GetDisplayName() override { return GetText(this->com(), &IBackgroundCopyJob::GetDisplayName); }

  HResult SetDescription(std::string_view description) override {
    return WithWide([this](LPCWSTR text) { return this->com()->SetDescription(text); }, description);
  }
  Result<std::string> GetDescription() override { return GetText(this->com(), &IBackgroundCopyJob::GetDescription); }

  HResult SetPriority(JobPriority priority) override {
    return FromHresult(this->com()->SetPriority(static_cast<BG_JOB_PRIORITY>(priority)));
  }
  Result<JobPriority> GetPriority() override {
    return GetValue<JobPriority>(this->com(), &IBackgroundCopyJob::GetPriority);
  }

  HResult SetNotifyFlags(std::uint32_t flags) override { return FromHresult(this->com()->SetNotifyFlags(flags)); }
  Result<std::uint32_t> GetNotifyFlags() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob::GetNotifyFlags);
  }

  HResult SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) override {
    if (callback) KeepCallbackStubs();
    return FromHresult(this->com()->SetNotifyInterface(ToCom(std::move(callback)).Get()));
  }
  Result<std::shared_ptr<BackgroundCopyCallback>> GetNotifyInterface() override {
    ComPtr<IUnknown> callback;
    const HResult result = FromHresult(this->com()->GetNotifyInterface(callback.GetAddressOf()));
    if (result.Failed()) return Failure(result);
    return FromCom(callback.Get());
  }

  HResult SetMinimumRetryDelay(std::uint32_t seconds) override {
    return FromHresult(this->com()->SetMinimumRetryDelay(seconds));
  }
  Result<std::uint32_t> GetMinimumRetryDelay() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob::GetMinimumRetryDelay);
  }

  HResult SetNoProgressTimeout(std::uint32_t seconds) override {
    return FromHresult(this->com()->SetNoProgressTimeout(seconds));
  }
  Result<std::uint32_t> GetNoProgressTimeout() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob::GetNoProgressTimeout);
  }

  Result<std::uint32_t> GetErrorCount() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob::GetErrorCount);
  }

  HResult SetProxySettings(ProxyUsage usage, std::optional<std::string_view> proxy_list,
                           std::optional<std::string_view> bypass_list) override {
    return WithWide(
        [&](LPCWSTR proxies, LPCWSTR bypassed) {
          return this->com()->SetProxySettings(static_cast<BG_JOB_PROXY_USAGE>(usage), proxies, bypassed);
        },
        proxy_list, bypass_list);
  }

  Result<ProxySettings> GetProxySettings() override {
    BG_JOB_PROXY_USAGE usage{};
    OutText proxy_list;
    OutText bypass_list;
    const HResult result =
        FromHresult(this->com()->GetProxySettings(&usage, proxy_list.Receive(), bypass_list.Receive()));
    if (result.Failed()) return Failure(result);
    auto proxies = proxy_list.Text();
    if (!proxies) return Failure(proxies.error());
    auto bypassed = bypass_list.Text();
    if (!bypassed) return Failure(bypassed.error());
    return ProxySettings{static_cast<ProxyUsage>(usage), *std::move(proxies), *std::move(bypassed)};
  }

  HResult TakeOwnership() override { return FromHresult(this->com()->TakeOwnership()); }
};

}  // namespace bits::win32
