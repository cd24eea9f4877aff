// IBackgroundCopyManager over COM.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "harness/api/background_copy_manager.h"
#include "harness/win32/com_object.h"
#include "harness/win32/conversions.h"

namespace bits::win32 {

template <class Base>
class ManagerMethods : public Base {
 public:
  using Base::Base;

  Result<CreatedJob> CreateJob(std::string_view display_name, JobType type) override {
    GUID id{};
    ComPtr<IBackgroundCopyJob> job;
    const HResult result = WithWide(
        [&](LPCWSTR name) {
          return this->com()->CreateJob(name, static_cast<BG_JOB_TYPE>(type), &id, job.GetAddressOf());
        },
        display_name);
    if (result.Failed()) return Failure(result);
    if (!job) return Failure("E_UNEXPECTED"_hr);
    return CreatedJob{FromGuid(id), Adapt(std::move(job))};
  }

  Result<std::unique_ptr<BackgroundCopyJob>> GetJob(const Guid& job_id) override {
    const GUID id = ToGuid(job_id);
    return GetInterface<IBackgroundCopyJob>([&](IBackgroundCopyJob** job) { return this->com()->GetJob(id, job); });
  }

  Result<std::unique_ptr<EnumBackgroundCopyJobs>> EnumJobs(std::uint32_t flags) override {
    return GetInterface<IEnumBackgroundCopyJobs>(
        [&](IEnumBackgroundCopyJobs** jobs) { return this->com()->EnumJobs(flags, jobs); });
  }

  Result<std::string> GetErrorDescription(HResult result, std::uint32_t language_id) override {
    return GetText([&](LPWSTR* text) {
      return this->com()->GetErrorDescription(static_cast<HRESULT>(result.value()), language_id, text);
    });
  }
};

}  // namespace bits::win32
