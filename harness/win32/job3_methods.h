// IBackgroundCopyJob3 over COM: what it adds to IBackgroundCopyJob2.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/api/background_copy_job3.h"
#include "harness/win32/com_object.h"
#include "harness/win32/conversions.h"

namespace bits::win32 {

template <class Base>
class Job3Methods : public Base {
 public:
  using Base::Base;

  HResult ReplaceRemotePrefix(std::string_view old_prefix, std::string_view new_prefix) override {
    return WithWide([this](LPCWSTR from, LPCWSTR to) { return this->com()->ReplaceRemotePrefix(from, to); }, old_prefix,
                    new_prefix);
  }

  HResult AddFileWithRanges(std::string_view remote_url, std::string_view local_name,
                            std::span<const FileRange> ranges) override {
    std::vector<BG_FILE_RANGE> native = ToRanges(ranges);
    return WithWide(
        [&](LPCWSTR url, LPCWSTR name) {
          return this->com()->AddFileWithRanges(url, name, static_cast<DWORD>(native.size()), native.data());
        },
        remote_url, local_name);
  }

  HResult SetFileACLFlags(std::uint32_t flags) override { return FromHresult(this->com()->SetFileACLFlags(flags)); }
  Result<std::uint32_t> GetFileACLFlags() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob3::GetFileACLFlags);
  }
};

}  // namespace bits::win32
