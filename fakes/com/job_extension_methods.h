// IBackgroundCopyJob2, 3 and 4, published: what each adds.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fakes/com/job_methods.h"
#include "harness/api/background_copy_job4.h"

namespace bits::fakes::com {

template <class Base>
class Job2Methods : public JobMethods<Base> {
 public:
  using JobMethods<Base>::JobMethods;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE SetNotifyCmdLine(LPCWSTR program, LPCWSTR parameters) override {
    return this->Call([&](Api& job) -> HResult {
      const InText file(program);
      const InText line(parameters);
      if (!file.valid() || !line.valid()) return "E_INVALIDARG"_hr;
      return job.SetNotifyCmdLine(file.optional(), line.optional());
    });
  }
  HRESULT STDMETHODCALLTYPE GetNotifyCmdLine(LPWSTR* program, LPWSTR* parameters) override {
    if (program == nullptr || parameters == nullptr) return E_INVALIDARG;
    *program = nullptr;
    *parameters = nullptr;
    return this->CallAndPut(
        [](Api& job) { return job.GetNotifyCmdLine(); },
        [&](const NotifyCmdLine& line) { return PutBoth(line.program, program, line.parameters, parameters); });
  }

  HRESULT STDMETHODCALLTYPE GetReplyProgress(BG_JOB_REPLY_PROGRESS* progress) override {
    return this->Get(progress, [](Api& job) { return job.GetReplyProgress(); });
  }
  HRESULT STDMETHODCALLTYPE GetReplyData(byte** data, UINT64* length) override {
    if (data == nullptr || length == nullptr) return E_INVALIDARG;
    *data = nullptr;
    *length = 0;
    return this->CallAndPut([](Api& job) { return job.GetReplyData(); },
                            [&](const std::vector<std::uint8_t>& reply) {
                              *data = CopyForCaller(std::span<const byte>(reply));
                              *length = reply.size();
                              return S_OK;
                            });
  }
  HRESULT STDMETHODCALLTYPE SetReplyFileName(LPCWSTR reply_file_name) override {
    return this->SetText(reply_file_name, [](Api& job, std::string_view text) { return job.SetReplyFileName(text); });
  }
  HRESULT STDMETHODCALLTYPE GetReplyFileName(LPWSTR* reply_file_name) override {
    return this->Get(reply_file_name, [](Api& job) { return job.GetReplyFileName(); });
  }

  HRESULT STDMETHODCALLTYPE SetCredentials(BG_AUTH_CREDENTIALS* credentials) override {
    if (credentials == nullptr) return E_INVALIDARG;
    return this->Call([&](Api& job) -> HResult {
      const BG_BASIC_CREDENTIALS& basic = credentials->Credentials.Basic;
      const InText user_name(basic.UserName);
      if (!user_name.valid()) return "E_INVALIDARG"_hr;
      std::optional<Secret> password;
      if (basic.Password != nullptr) {
        Result<Secret> text = win32::SecretFromWide(basic.Password);
        if (!text) return text.error();
        password.emplace(*std::move(text));
      }
      return job.SetCredentials({.target = static_cast<AuthTarget>(credentials->Target),
                                 .scheme = static_cast<AuthScheme>(credentials->Scheme),
                                 .user_name = user_name.optional(),
                                 .password = password ? &*password : nullptr});
    });
  }
  HRESULT STDMETHODCALLTYPE RemoveCredentials(BG_AUTH_TARGET target, BG_AUTH_SCHEME scheme) override {
    return this->Call([&](Api& job) {
      return job.RemoveCredentials(static_cast<AuthTarget>(target), static_cast<AuthScheme>(scheme));
    });
  }
};

template <class Base>
class Job3Methods : public Job2Methods<Base> {
 public:
  using Job2Methods<Base>::Job2Methods;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE ReplaceRemotePrefix(LPCWSTR old_prefix, LPCWSTR new_prefix) override {
    return this->Call([&](Api& job) -> HResult {
      const InText from(old_prefix);
      const InText to(new_prefix);
      if (!from.given() || !to.given()) return "E_INVALIDARG"_hr;
      return job.ReplaceRemotePrefix(from.view(), to.view());
    });
  }
  HRESULT STDMETHODCALLTYPE AddFileWithRanges(LPCWSTR remote_url, LPCWSTR local_name, DWORD count,
                                              BG_FILE_RANGE* ranges) override {
    if (ranges == nullptr) return E_INVALIDARG;
    return this->Call([&](Api& job) -> HResult {
      const InText remote(remote_url);
      const InText local(local_name);
      if (!remote.given() || !local.given()) return "E_INVALIDARG"_hr;
      return job.AddFileWithRanges(remote.view(), local.view(), win32::FromRanges({ranges, count}));
    });
  }
  HRESULT STDMETHODCALLTYPE SetFileACLFlags(DWORD flags) override {
    return this->Call([&](Api& job) { return job.SetFileACLFlags(flags); });
  }
  HRESULT STDMETHODCALLTYPE GetFileACLFlags(DWORD* flags) override {
    return this->Get(flags, [](Api& job) { return job.GetFileACLFlags(); });
  }
};

template <class Base>
class Job4Methods : public Job3Methods<Base> {
 public:
  using Job3Methods<Base>::Job3Methods;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE SetPeerCachingFlags(DWORD flags) override {
    return this->Call([&](Api& job) { return job.SetPeerCachingFlags(flags); });
  }
  HRESULT STDMETHODCALLTYPE GetPeerCachingFlags(DWORD* flags) override {
    return this->Get(flags, [](Api& job) { return job.GetPeerCachingFlags(); });
  }
  HRESULT STDMETHODCALLTYPE GetOwnerIntegrityLevel(ULONG* level) override {
    return this->Get(level, [](Api& job) { return job.GetOwnerIntegrityLevel(); });
  }
  HRESULT STDMETHODCALLTYPE GetOwnerElevationState(BOOL* elevated) override {
    return this->Get(elevated, [](Api& job) { return job.GetOwnerElevationState(); });
  }
  HRESULT STDMETHODCALLTYPE SetMaximumDownloadTime(ULONG seconds) override {
    return this->Call([&](Api& job) { return job.SetMaximumDownloadTime(seconds); });
  }
  HRESULT STDMETHODCALLTYPE GetMaximumDownloadTime(ULONG* seconds) override {
    return this->Get(seconds, [](Api& job) { return job.GetMaximumDownloadTime(); });
  }
};

}  // namespace bits::fakes::com
