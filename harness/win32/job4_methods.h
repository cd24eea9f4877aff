// IBackgroundCopyJob4 over COM: what it adds to IBackgroundCopyJob3.
#pragma once

#include "harness/api/background_copy_job4.h"
#include "harness/win32/com_object.h"

namespace bits::win32 {

template <class Base>
class Job4Methods : public Base {
 public:
  using Base::Base;

  HResult SetPeerCachingFlags(std::uint32_t flags) override {
    return FromHresult(this->com()->SetPeerCachingFlags(flags));
  }
  Result<std::uint32_t> GetPeerCachingFlags() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob4::GetPeerCachingFlags);
  }

  Result<std::uint32_t> GetOwnerIntegrityLevel() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob4::GetOwnerIntegrityLevel);
  }
  Result<bool> GetOwnerElevationState() override {
    return GetValue<bool>(this->com(), &IBackgroundCopyJob4::GetOwnerElevationState);
  }

  HResult SetMaximumDownloadTime(std::uint32_t seconds) override {
    return FromHresult(this->com()->SetMaximumDownloadTime(seconds));
  }
  Result<std::uint32_t> GetMaximumDownloadTime() override {
    return GetValue<std::uint32_t>(this->com(), &IBackgroundCopyJob4::GetMaximumDownloadTime);
  }
};

}  // namespace bits::win32
