// IBackgroundCopyCallback and IBackgroundCopyCallback2: how a client hears of a job.
#pragma once

#include <cstdint>

#include "harness/api/result.h"

namespace bits {

class BackgroundCopyError;
class BackgroundCopyFile;
class BackgroundCopyJob;

// Implemented by the client, given to SetNotifyInterface.
//
// The service delivers each event at least once, also for events before registration, and repeats one until S_OK is
// returned; a modification may arrive after the transfer's end [nn-bits-ibackgroundcopycallback]. Calls come on the
// STA's own thread while it pumps messages, and on any thread, up to four at once, in an MTA. Arguments are valid
// during the call only. An exception that leaves a method is answered with E_FAIL; it never reaches COM.
class BackgroundCopyCallback {
 public:
  virtual ~BackgroundCopyCallback() = default;

  // Every file of the job is here; Complete makes them visible.
  virtual HResult JobTransferred(BackgroundCopyJob& job) = 0;

  // The job entered ERROR.
  virtual HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) = 0;

  // State, property or progress of the job changed. `reserved` carries nothing.
  virtual HResult JobModification(BackgroundCopyJob& job, std::uint32_t reserved) = 0;
};

// Since BITS 3.0.
class BackgroundCopyCallback2 : public BackgroundCopyCallback {
 public:
  // One file is here; needs BG_NOTIFY_FILE_TRANSFERRED [ibackgroundcopycallback2-filetransferred].
  virtual HResult FileTransferred(BackgroundCopyJob& job, BackgroundCopyFile& file) = 0;
};

}  // namespace bits
