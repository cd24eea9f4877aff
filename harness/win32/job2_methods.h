// IBackgroundCopyJob2 over COM: what it adds to IBackgroundCopyJob.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/api/background_copy_job2.h"
#include "harness/win32/com_object.h"
#include "harness/win32/conversions.h"

namespace bits::win32 {

template <class Base>
class Job2Methods : public Base {
 public:
  using Base::Base;

  HResult SetNotifyCmdLine(std::optional<std::string_view> program,
                           std::optional<std::string_view> parameters) override {
    return WithWide([this](LPCWSTR file, LPCWSTR line) { return this->com()->SetNotifyCmdLine(file, line); }, program,
                    parameters);
  }

  Result<NotifyCmdLine> GetNotifyCmdLine() override {
    OutText program;
    OutText parameters;
    const HResult result = FromHresult(this->com()->GetNotifyCmdLine(program.Receive(), parameters.Receive()));
    if (result.Failed()) return Failure(result);
    auto file = program.Text();
    if (!file) return Failure(file.error());
    auto line = parameters.Text();
    if (!line) return Failure(line.error());
    return NotifyCmdLine{*std::move(file), *std::move(line)};
  }

  Result<JobReplyProgress> GetReplyProgress() override {
    BG_JOB_REPLY_PROGRESS progress{};
    const HResult result = FromHresult(this->com()->GetReplyProgress(&progress));
    if (result.Failed()) return Failure(result);
    return JobReplyProgress{FromSize(progress.BytesTotal), progress.BytesTransferred};
  }

  Result<std::vector<std::uint8_t>> GetReplyData() override {
    BYTE* data = nullptr;
    UINT64 length = 0;
    const HResult result = FromHresult(this->com()->GetReplyData(&data, &length));
    const CoTaskMemory<BYTE[]> owned(data);
    if (result.Failed()) return Failure(result);
    if (!owned) return std::vector<std::uint8_t>();
    return std::vector<std::uint8_t>(owned.get(), owned.get() + length);
  }

  HResult SetReplyFileName(std::string_view reply_file_name) override {
    return WithWide([this](LPCWSTR name) { return this->com()->SetReplyFileName(name); }, reply_file_name);
  }
  Result<std::string> GetReplyFileName() override {
    return GetText(this->com(), &IBackgroundCopyJob2::GetReplyFileName);
  }

  HResult SetCredentials(const AuthCredentials& credentials) override {
    WideArgument user_name(credentials.user_name);
    if (!user_name.valid()) return "E_INVALIDARG"_hr;
    std::optional<WideSecret> password;
    if (credentials.password != nullptr) {
      Result<WideSecret> wide = WideSecret::From(*credentials.password);
      if (!wide) return wide.error();
      password.emplace(*std::move(wide));
    }
    BG_AUTH_CREDENTIALS native{};
    native.Target = static_cast<BG_AUTH_TARGET>(credentials.target);
    native.Scheme = static_cast<BG_AUTH_SCHEME>(credentials.scheme);
    native.Credentials.Basic.UserName = user_name.get();
    native.Credentials.Basic.Password = password ? password->c_str() : nullptr;
    return FromHresult(this->com()->SetCredentials(&native));
  }

  HResult RemoveCredentials(AuthTarget target, AuthScheme scheme) override {
    return FromHresult(
        this->com()->RemoveCredentials(static_cast<BG_AUTH_TARGET>(target), static_cast<BG_AUTH_SCHEME>(scheme)));
  }
};

}  // namespace bits::win32
