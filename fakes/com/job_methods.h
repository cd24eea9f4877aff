// IBackgroundCopyJob, published.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/com/published.h"

namespace bits::fakes::com {

template <class Base>
class JobMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE AddFileSet(ULONG count, BG_FILE_INFO* file_set) override {
    if (file_set == nullptr) return E_INVALIDARG;
    return this->Call([&](Api& job) -> HResult {
      std::vector<FileInfo> files;
      for (const BG_FILE_INFO& entry : std::span(file_set, count)) {
        const InText remote(entry.RemoteName);
        const InText local(entry.LocalName);
        if (!remote.given() || !local.given()) return "E_INVALIDARG"_hr;
        files.push_back({std::string(remote.view()), std::string(local.view())});
      }
      return job.AddFileSet(files);
    });
  }
  HRESULT STDMETHODCALLTYPE AddFile(LPCWSTR remote_url, LPCWSTR local_name) override {
    return this->Call([&](Api& job) -> HResult {
      const InText remote(remote_url);
      const InText local(local_name);
      if (!remote.given() || !local.given()) return "E_INVALIDARG"_hr;
      return job.AddFile(remote.view(), local.view());
    });
  }
  HRESULT STDMETHODCALLTYPE EnumFiles(IEnumBackgroundCopyFiles** files) override {
    return this->GetObject(files, [](Api& job) { return job.EnumFiles(); });
  }

  HRESULT STDMETHODCALLTYPE Suspend() override {
    return this->Call([](Api& job) { return job.Suspend(); });
  }
  HRESULT STDMETHODCALLTYPE Resume() override {
    return this->Call([](Api& job) { return job.Resume(); });
  }
  HRESULT STDMETHODCALLTYPE Cancel() override {
    return this->Call([](Api& job) { return job.Cancel(); });
  }
  HRESULT STDMETHODCALLTYPE Complete() override {
    return this->Call([](Api& job) { return job.Complete(); });
  }

  HRESULT STDMETHODCALLTYPE GetId(GUID* id) override {
    return this->Get(id, [](Api& job) { return job.GetId(); });
  }
  HRESULT STDMETHODCALLTYPE GetType(BG_JOB_TYPE* type) override {
    return this->Get(type, [](Api& job) { return job.GetType(); });
  }
  HRESULT STDMETHODCALLTYPE GetProgress(BG_JOB_PROGRESS* progress) override {
    return this->Get(progress, [](Api& job) { return job.GetProgress(); });
  }
  HRESULT STDMETHODCALLTYPE GetTimes(BG_JOB_TIMES* times) override {
    return this->Get(times, [](Api& job) { return job.GetTimes(); });
  }
  HRESULT STDMETHODCALLTYPE GetState(BG_JOB_STATE* state) override {
    return this->Get(state, [](Api& job) { return job.GetState(); });
  }
  HRESULT STDMETHODCALLTYPE GetError(IBackgroundCopyError** error) override {
    return this->GetObject(error, [](Api& job) { return job.GetError(); });
  }
  HRESULT STDMETHODCALLTYPE GetOwner(LPWSTR* owner) override {
    return this->Get(owner, [](Api& job) { return job.GetOwner(); });
  }

  HRESULT STDMETHODCALLTYPE SetDisplayName(LPCWSTR display_name) override {
    return this->SetText(display_name, [](Api& job, std::string_view text) { return job.SetDisplayName(text); });
  }
  HRESULT STDMETHODCALLTYPE GetDisplayName(LPWSTR* display_name) override {
    return this->Get(display_name, [](Api& job) { return job.GetDisplayName(); });
  }
  HRESULT STDMETHODCALLTYPE SetDescription(LPCWSTR description) override {
    return this->SetText(description, [](Api& job, std::string_view text) { return job.SetDescription(text); });
  }
  HRESULT STDMETHODCALLTYPE GetDescription(LPWSTR* description) override {
    return this->Get(description, [](Api& job) { return job.GetDescription(); });
  }
  HRESULT STDMETHODCALLTYPE SetPriority(BG_JOB_PRIORITY priority) override {
    return this->Call([&](Api& job) { return job.SetPriority(static_cast<JobPriority>(priority)); });
  }
  HRESULT STDMETHODCALLTYPE GetPriority(BG_JOB_PRIORITY* priority) override {
    return this->Get(priority, [](Api& job) { return job.GetPriority(); });
  }

  HRESULT STDMETHODCALLTYPE SetNotifyFlags(ULONG flags) override {
    return this->Call([&](Api& job) { return job.SetNotifyFlags(flags); });
  }
  HRESULT STDMETHODCALLTYPE GetNotifyFlags(ULONG* flags) override {
    return this->Get(flags, [](Api& job) { return job.GetNotifyFlags(); });
  }
  HRESULT STDMETHODCALLTYPE SetNotifyInterface(IUnknown* callback) override {
    return this->Call([&](Api& job) -> HResult {
      Result<std::shared_ptr<BackgroundCopyCallback>> client = this->publisher().CallbackFrom(callback);
      if (!client) return client.error();
      return job.SetNotifyInterface(*std::move(client));
    });
  }
  HRESULT STDMETHODCALLTYPE GetNotifyInterface(IUnknown** callback) override {
    if (callback == nullptr) return E_INVALIDARG;
    *callback = nullptr;
    return this->CallAndPut([](Api& job) { return job.GetNotifyInterface(); },
                            [&](const std::shared_ptr<BackgroundCopyCallback>& client) {
                              *callback = this->publisher().CallbackTo(client).Detach();
                              return S_OK;
                            });
  }

  HRESULT STDMETHODCALLTYPE SetMinimumRetryDelay(ULONG seconds) override {
    return this->Call([&](Api& job) { return job.SetMinimumRetryDelay(seconds); });
  }
  HRESULT STDMETHODCALLTYPE GetMinimumRetryDelay(ULONG* seconds) override {
    return this->Get(seconds, [](Api& job) { return job.GetMinimumRetryDelay(); });
  }
  HRESULT STDMETHODCALLTYPE SetNoProgressTimeout(ULONG seconds) override {
    return this->Call([&](Api& job) { return job.SetNoProgressTimeout(seconds); });
  }
  HRESULT STDMETHODCALLTYPE GetNoProgressTimeout(ULONG* seconds) override {
    return this->Get(seconds, [](Api& job) { return job.GetNoProgressTimeout(); });
  }
  HRESULT STDMETHODCALLTYPE GetErrorCount(ULONG* errors) override {
    return this->Get(errors, [](Api& job) { return job.GetErrorCount(); });
  }

  HRESULT STDMETHODCALLTYPE SetProxySettings(BG_JOB_PROXY_USAGE usage, const WCHAR* proxy_list,
                                             const WCHAR* bypass_list) override {
    return this->Call([&](Api& job) -> HResult {
      const InText proxies(proxy_list);
      const InText bypassed(bypass_list);
      if (!proxies.valid() || !bypassed.valid()) return "E_INVALIDARG"_hr;
      return job.SetProxySettings(static_cast<ProxyUsage>(usage), proxies.optional(), bypassed.optional());
    });
  }
  HRESULT STDMETHODCALLTYPE GetProxySettings(BG_JOB_PROXY_USAGE* usage, LPWSTR* proxy_list,
                                             LPWSTR* bypass_list) override {
    if (usage == nullptr || proxy_list == nullptr || bypass_list == nullptr) return E_INVALIDARG;
    *usage = BG_JOB_PROXY_USAGE_PRECONFIG;
    *proxy_list = nullptr;
    *bypass_list = nullptr;
    return this->CallAndPut([](Api& job) { return job.GetProxySettings(); },
                            [&](const ProxySettings& settings) {
                              Put(settings.usage, usage);
                              return PutBoth(settings.proxy_list, proxy_list, settings.bypass_list, bypass_list);
                            });
  }

  HRESULT STDMETHODCALLTYPE TakeOwnership() override {
    return this->Call([](Api& job) { return job.TakeOwnership(); });
  }
};

}  // namespace bits::fakes::com
