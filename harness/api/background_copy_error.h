// IBackgroundCopyError: why a job is in ERROR or TRANSIENT_ERROR.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "harness/api/background_copy_file.h"
#include "harness/api/job_types.h"
#include "harness/api/unknown.h"

namespace bits {

// What IBackgroundCopyError::GetError yields.
struct JobError {
  ErrorContext context = ErrorContext::kNone;
  HResult code;
  friend bool operator==(const JobError&, const JobError&) = default;
};

// A snapshot of a job's error; it does not change when the job goes on.
class BackgroundCopyError : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyError;

  // The context and the code [ibackgroundcopyerror-geterror]. BG_E_ERROR_INFORMATION_UNAVAILABLE.
  virtual Result<JobError> GetError() = 0;

  // The file at fault; the caller owns it. BG_E_FILE_NOT_AVAILABLE where no file is involved
  // [ibackgroundcopyerror-getfile].
  virtual Result<std::unique_ptr<BackgroundCopyFile>> GetFile() = 0;

  // Texts in the language asked for (LANGID). HRESULT_FROM_WIN32(ERROR_RESOURCE_LANG_NOT_FOUND)
  // [ibackgroundcopyerror-geterrordescription, -geterrorcontextdescription].
  virtual Result<std::string> GetErrorDescription(std::uint32_t language_id) = 0;
  virtual Result<std::string> GetErrorContextDescription(std::uint32_t language_id) = 0;

  // "http" or "file". BG_E_PROTOCOL_NOT_AVAILABLE where no protocol is involved [ibackgroundcopyerror-getprotocol].
  virtual Result<std::string> GetProtocol() = 0;
};

}  // namespace bits
