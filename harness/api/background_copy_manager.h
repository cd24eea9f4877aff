// IBackgroundCopyManager: the way into the service.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/api/background_copy_job.h"
#include "harness/api/enumerator.h"
#include "harness/api/guid.h"
#include "harness/api/unknown.h"

namespace bits {

// The registered classes of the service, one a BITS version. CoCreateInstance with a newer class than the machine has
// yields REGDB_E_CLASSNOTREG [determining-the-version-of-bits-on-a-computer].
enum class ManagerClass { k1_0, k1_5, k2_0, k2_5, k3_0, k4_0, k5_0, k10_1, k10_2, k10_3 };

template <>
struct EnumNames<ManagerClass> {
  static constexpr EnumName<ManagerClass> kNames[] = {
      {ManagerClass::k1_0, "1.0"},   {ManagerClass::k1_5, "1.5"},   {ManagerClass::k2_0, "2.0"},
      {ManagerClass::k2_5, "2.5"},   {ManagerClass::k3_0, "3.0"},   {ManagerClass::k4_0, "4.0"},
      {ManagerClass::k5_0, "5.0"},   {ManagerClass::k10_1, "10.1"}, {ManagerClass::k10_2, "10.2"},
      {ManagerClass::k10_3, "10.3"},
  };
};

// What CreateJob yields.
struct CreatedJob {
  Guid id;
  std::unique_ptr<BackgroundCopyJob> job;
};

class BackgroundCopyManager : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyManager;

  // A new job in SUSPENDED, owned by the caller's identity; `display_name` has at most 256 characters and need not be
  // unique. E_INVALIDARG, BG_E_TOO_MANY_JOBS_PER_USER, BG_E_TOO_MANY_JOBS_PER_MACHINE
  // [ibackgroundcopymanager-createjob].
  [[nodiscard]] virtual Result<CreatedJob> CreateJob(std::string_view display_name, JobType type) = 0;

  // BG_E_NOT_FOUND, E_ACCESSDENIED [ibackgroundcopymanager-getjob].
  [[nodiscard]] virtual Result<std::unique_ptr<BackgroundCopyJob>> GetJob(const Guid& job_id) = 0;

  // EnumJobsFlags; kAllUsers needs an administrator: E_ACCESSDENIED [ibackgroundcopymanager-enumjobs].
  virtual Result<std::unique_ptr<EnumBackgroundCopyJobs>> EnumJobs(std::uint32_t flags) = 0;

  // The service's own text for a code, in a language (LANGID). HRESULT_FROM_WIN32(ERROR_RESOURCE_LANG_NOT_FOUND)
  // [ibackgroundcopymanager-geterrordescription].
  virtual Result<std::string> GetErrorDescription(HResult result, std::uint32_t language_id) = 0;
};

}  // namespace bits
