// IBackgroundCopyJob: one transfer job.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "harness/api/background_copy_callback.h"
#include "harness/api/background_copy_error.h"
#include "harness/api/background_copy_file.h"
#include "harness/api/enumerator.h"
#include "harness/api/guid.h"
#include "harness/api/job_types.h"
#include "harness/api/unknown.h"

namespace bits {

// A job in the service's queue. Destroying this object releases the reference; the job stays in the queue until
// Complete or Cancel, so hold it in a ScopedJob.
//
// Only the owner and administrators may call: E_ACCESSDENIED, since Windows 7 already from QueryInterface or GetJob.
// Every setter and the four state calls yield BG_E_INVALID_STATE once the job is ACKNOWLEDGED or CANCELLED.
class BackgroundCopyJob : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyJob;

  // Adds several files; with BG_E_TOO_MANY_FILES none of the set is added. Results as AddFile
  // [ibackgroundcopyjob-addfileset].
  virtual HResult AddFileSet(std::span<const FileInfo> file_set) = 0;

  // Adds one file: `remote_url` is http, https or SMB, at most 2,200 characters; `local_name` a full path of at most
  // MAX_PATH characters in an existing directory. E_INVALIDARG, E_ACCESSDENIED, BG_E_TOO_MANY_FILES (a second file of
  // an upload), BG_E_TOO_MANY_FILES_IN_JOB [ibackgroundcopyjob-addfile, bg_file_info].
  virtual HResult AddFile(std::string_view remote_url, std::string_view local_name) = 0;

  // A snapshot of the job's files; the caller owns it [ibackgroundcopyjob-enumfiles].
  virtual Result<std::unique_ptr<EnumBackgroundCopyFiles>> EnumFiles() = 0;

  // To SUSPENDED; a suspended job stays so [ibackgroundcopyjob-suspend].
  virtual HResult Suspend() = 0;

  // To QUEUED, from SUSPENDED, ERROR or TRANSIENT_ERROR. BG_E_EMPTY for a job without files
  // [ibackgroundcopyjob-resume].
  virtual HResult Resume() = 0;

  // Ends the job and deletes its temporary files. BG_S_UNABLE_TO_DELETE_FILES when some are left
  // [ibackgroundcopyjob-cancel]. On Wine an existing destination is deleted too.
  virtual HResult Cancel() = 0;

  // Ends the job and makes its files visible; the caller owns them. BG_S_PARTIAL_COMPLETE when only a part was there;
  // BG_S_UNABLE_TO_DELETE_FILES; a rename's error leaves the job in TRANSFERRED; uploads only in TRANSFERRED
  // [ibackgroundcopyjob-complete].
  [[nodiscard]] virtual HResult Complete() = 0;

  virtual Result<Guid> GetId() = 0;               // [ibackgroundcopyjob-getid]
  virtual Result<JobType> GetType() = 0;          // [ibackgroundcopyjob-gettype]
  virtual Result<JobProgress> GetProgress() = 0;  // [ibackgroundcopyjob-getprogress]
  virtual Result<JobTimes> GetTimes() = 0;        // [ibackgroundcopyjob-gettimes]
  virtual Result<JobState> GetState() = 0;        // [ibackgroundcopyjob-getstate]

  // Why the job is in ERROR or TRANSIENT_ERROR; the caller owns the object. BG_E_ERROR_INFORMATION_UNAVAILABLE in any
  // other state [ibackgroundcopyjob-geterror].
  virtual Result<std::unique_ptr<BackgroundCopyError>> GetError() = 0;

  // The owner's SID, as text [ibackgroundcopyjob-getowner].
  virtual Result<std::string> GetOwner() = 0;

  // At most 256 characters. E_INVALIDARG, BG_E_STRING_TOO_LONG [ibackgroundcopyjob-setdisplayname].
  virtual HResult SetDisplayName(std::string_view display_name) = 0;
  virtual Result<std::string> GetDisplayName() = 0;

  // At most 1,024 characters. BG_E_STRING_TOO_LONG [ibackgroundcopyjob-setdescription].
  virtual HResult SetDescription(std::string_view description) = 0;
  virtual Result<std::string> GetDescription() = 0;

  // NORMAL by default. E_NOTIMPL for an unknown value [ibackgroundcopyjob-setpriority].
  virtual HResult SetPriority(JobPriority priority) = 0;
  virtual Result<JobPriority> GetPriority() = 0;

  // NotifyFlags. E_NOTIMPL for unknown bits [ibackgroundcopyjob-setnotifyflags].
  virtual HResult SetNotifyFlags(std::uint32_t flags) = 0;
  virtual Result<std::uint32_t> GetNotifyFlags() = 0;

  // Who is told; null removes. The service keeps a reference until it is replaced, removed or the client ends; a
  // BackgroundCopyCallback2 is found by its type. The last caller wins [ibackgroundcopyjob-setnotifyinterface].
  virtual HResult SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) = 0;

  // The callback set last, or null; one set by another program is a proxy to it
  // [ibackgroundcopyjob-getnotifyinterface].
  virtual Result<std::shared_ptr<BackgroundCopyCallback>> GetNotifyInterface() = 0;

  // Seconds between retries after a transient error; 600 by default, at least 5
  // [ibackgroundcopyjob-setminimumretrydelay].
  virtual HResult SetMinimumRetryDelay(std::uint32_t seconds) = 0;
  virtual Result<std::uint32_t> GetMinimumRetryDelay() = 0;

  // Seconds without progress after which a transient error becomes ERROR; 1,209,600 by default; 0 makes every error
  // fatal [ibackgroundcopyjob-setnoprogresstimeout].
  virtual HResult SetNoProgressTimeout(std::uint32_t seconds) = 0;
  virtual Result<std::uint32_t> GetNoProgressTimeout() = 0;

  // How often the transfer was interrupted; never reset [ibackgroundcopyjob-geterrorcount].
  virtual Result<std::uint32_t> GetErrorCount() = 0;

  // Lists only, and always, with kOverride. E_NOTIMPL (unknown usage), E_INVALIDARG, BG_E_PROXY_LIST_TOO_LARGE,
  // BG_E_PROXY_BYPASS_LIST_TOO_LARGE [ibackgroundcopyjob-setproxysettings].
  virtual HResult SetProxySettings(ProxyUsage usage, std::optional<std::string_view> proxy_list,
                                   std::optional<std::string_view> bypass_list) = 0;
  virtual Result<ProxySettings> GetProxySettings() = 0;

  // Makes the caller, an elevated administrator, the owner; credentials, certificates, custom headers and the command
  // line are dropped. E_ACCESSDENIED, BG_E_NEW_OWNER_NO_FILE_ACCESS, BG_E_NEW_OWNER_DIFF_MAPPING
  // [ibackgroundcopyjob-takeownership].
  virtual HResult TakeOwnership() = 0;
};

}  // namespace bits
