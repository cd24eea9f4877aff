// IBackgroundCopyJob over a job of the simulated service.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/bits/job_access.h"
#include "fakes/bits/job_text.h"
#include "harness/api/utf8.h"

namespace bits::fakes {

inline constexpr std::size_t kLongestProxyList = 16'384;  // decision D5, in UTF-16 units

template <class Base>
class JobMethods : public JobPointer<Base> {
 public:
  using JobPointer<Base>::JobPointer;

  HResult AddFileSet(std::span<const FileInfo> file_set) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      const std::size_t before = job->files.size();
      for (const FileInfo& file : file_set) {
        const HResult added = this->service().AddFile(*job, caller, file.remote_name, file.local_name, {});
        if (added.Succeeded()) continue;
        // None of the set, or all of it.
        job->files.resize(before);
        return added;
      }
      return HResult();
    });
  }
  HResult AddFile(std::string_view remote_url, std::string_view local_name) override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) {
      return this->service().AddFile(*job, caller, remote_url, local_name, {});
    });
  }
  Result<std::unique_ptr<EnumBackgroundCopyFiles>> EnumFiles() override {
    return this->Read([&](const JobPtr& job, const Caller&) -> Result<std::unique_ptr<EnumBackgroundCopyFiles>> {
      return MakeFileEnumerator(this->process(), job);
    });
  }
  HResult Suspend() override {
    return this->Modify([&](const JobPtr& job, const Caller&) { return this->service().Suspend(job); });
  }
  HResult Resume() override {
    return this->Modify([&](const JobPtr& job, const Caller&) { return this->service().Resume(job); });
  }
  HResult Cancel() override {
    return this->Modify([&](const JobPtr& job, const Caller&) { return this->service().Cancel(job); });
  }
  HResult Complete() override {
    return this->Modify([&](const JobPtr& job, const Caller& caller) { return this->service().Complete(job, caller); });
  }

  Result<Guid> GetId() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<Guid> { return job->id; });
  }
  Result<JobType> GetType() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<JobType> { return job->type; });
  }
  Result<JobProgress> GetProgress() override {
    return this->Read([&](const JobPtr& job, const Caller&) -> Result<JobProgress> {
      JobProgress progress;
      progress.bytes_total = 0;
      for (std::size_t i = 0; i < job->files.size(); ++i) {
        const JobFile& file = job->files[i];
        progress.bytes_transferred += job->BytesTransferred(i, this->world().events().Now());
        if (progress.bytes_total && file.bytes_total) {
          *progress.bytes_total += *file.bytes_total;
        } else {
          progress.bytes_total.reset();
        }
        ++progress.files_total;
        if (file.transferred) ++progress.files_transferred;
      }
      return progress;
    });
  }
  Result<JobTimes> GetTimes() override {
    return this->Read([&](const JobPtr& job, const Caller&) -> Result<JobTimes> {
      // Bytes that move are a modification.
      const bool moves = job->active && job->active->body;
      return JobTimes{job->creation_time, moves ? this->world().FileTimeNow() : job->modification_time,
                      job->completion_time};
    });
  }
  Result<JobState> GetState() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<JobState> { return job->state; });
  }
  Result<std::unique_ptr<BackgroundCopyError>> GetError() override {
    return this->Read([&](const JobPtr& job, const Caller&) -> Result<std::unique_ptr<BackgroundCopyError>> {
      const bool available = job->failure && (job->state == JobState::kError ||
                                              this->world().options().decisions.error_in_transient_state);
      if (!available) return Failure("BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr);  // decision D3
      return MakeError(this->process(), job);
    });
  }
  Result<std::string> GetOwner() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::string> { return job->owner->sid(); });
  }
  HResult SetDisplayName(std::string_view display_name) override {
    return SetText(display_name, 256, [](Job& job) -> std::string& { return job.display_name; });
  }
  Result<std::string> GetDisplayName() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::string> { return job->display_name; });
  }
  HResult SetDescription(std::string_view description) override {
    return SetText(description, 1024, [](Job& job) -> std::string& { return job.Extras().description; });
  }
  Result<std::string> GetDescription() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::string> {
      return job->extras ? job->extras->description : std::string();
    });
  }
  HResult SetPriority(JobPriority priority) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if (NameOf(priority).empty()) return "E_NOTIMPL"_hr;
      this->service().engine().SetPriority(job, priority);
      return HResult();
    });
  }
  Result<JobPriority> GetPriority() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<JobPriority> { return job->priority; });
  }
  HResult SetNotifyFlags(std::uint32_t flags) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if ((flags & ~0x3FU) != 0) return "E_NOTIMPL"_hr;
      job->notify_flags = flags;
      return HResult();
    });
  }
  Result<std::uint32_t> GetNotifyFlags() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::uint32_t> { return job->notify_flags; });
  }
  // `callback` leaves with the one that was there before, when the lock is no longer held.
  HResult SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      std::swap(job->callback, callback);
      job->client = job->callback ? &this->process() : nullptr;
      job->client_thread = this->process().ApartmentThread();
      job->modification_pending = false;
      if (job->callback) this->service().notifications().OnRegistered(job);
      return HResult();
    });
  }
  Result<std::shared_ptr<BackgroundCopyCallback>> GetNotifyInterface() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::shared_ptr<BackgroundCopyCallback>> {
      return job->callback;
    });
  }
  HResult SetMinimumRetryDelay(std::uint32_t seconds) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      job->minimum_retry_delay = std::max(seconds, 5U);
      return HResult();
    });
  }
  Result<std::uint32_t> GetMinimumRetryDelay() override {
    return this->Read(
        [](const JobPtr& job, const Caller&) -> Result<std::uint32_t> { return job->minimum_retry_delay; });
  }
  HResult SetNoProgressTimeout(std::uint32_t seconds) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      job->no_progress_timeout = seconds;
      return HResult();
    });
  }
  Result<std::uint32_t> GetNoProgressTimeout() override {
    return this->Read(
        [](const JobPtr& job, const Caller&) -> Result<std::uint32_t> { return job->no_progress_timeout; });
  }
  Result<std::uint32_t> GetErrorCount() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<std::uint32_t> { return job->error_count; });
  }
  HResult SetProxySettings(ProxyUsage usage, std::optional<std::string_view> proxy_list,
                           std::optional<std::string_view> bypass_list) override {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if (NameOf(usage).empty()) return "E_NOTIMPL"_hr;
      const bool own = usage == ProxyUsage::kOverride;
      if (own != proxy_list.has_value() || (!own && bypass_list)) return "E_INVALIDARG"_hr;
      if (proxy_list && Utf16Length(*proxy_list) > kLongestProxyList) return "BG_E_PROXY_LIST_TOO_LARGE"_hr;
      if (bypass_list && Utf16Length(*bypass_list) > kLongestProxyList) return "BG_E_PROXY_BYPASS_LIST_TOO_LARGE"_hr;
      ProxySettings& settings = job->Extras().proxy;
      settings = {usage, std::nullopt, std::nullopt};
      if (proxy_list) settings.proxy_list = std::string(*proxy_list);
      if (bypass_list) settings.bypass_list = std::string(*bypass_list);
      return HResult();
    });
  }
  Result<ProxySettings> GetProxySettings() override {
    return this->Read([](const JobPtr& job, const Caller&) -> Result<ProxySettings> {
      return job->extras ? job->extras->proxy : ProxySettings{};
    });
  }
  HResult TakeOwnership() override {
    return this->Modify(
        [&](const JobPtr& job, const Caller& caller) { return this->service().TakeOwnership(job, caller); });
  }

 private:
  template <class Field>
  HResult SetText(std::string_view text, std::size_t longest, Field field) {
    return this->Modify([&](const JobPtr& job, const Caller&) {
      if (!IsUtf8(text)) return "E_INVALIDARG"_hr;  // it has no UTF-16 form
      if (Utf16Length(text) > longest) return "BG_E_STRING_TOO_LONG"_hr;
      field(*job) = text;
      return HResult();
    });
  }
};

}  // namespace bits::fakes
