// IBackgroundCopyFile and IBackgroundCopyFile2: one file of a job.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/api/job_types.h"
#include "harness/api/unknown.h"

namespace bits {

class BackgroundCopyFile : public Unknown {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyFile;

  // The URL or UNC path the file comes from, or goes to [ibackgroundcopyfile-getremotename].
  virtual Result<std::string> GetRemoteName() = 0;

  // The full local path [ibackgroundcopyfile-getlocalname].
  virtual Result<std::string> GetLocalName() = 0;

  // Bytes moved so far; `completed` after the job's Complete [ibackgroundcopyfile-getprogress].
  virtual Result<FileProgress> GetProgress() = 0;
};

// Since BITS 2.0.
class BackgroundCopyFile2 : public BackgroundCopyFile {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyFile2;

  // The ranges asked for, in the order given; empty when the whole file was [ibackgroundcopyfile2-getfileranges].
  virtual Result<std::vector<FileRange>> GetFileRanges() = 0;

  // Changes the source of a download; takes effect at Resume, and restarts a file whose size or time differs there.
  // E_INVALIDARG, E_NOTIMPL (upload), BG_E_INVALID_STATE [ibackgroundcopyfile2-setremotename].
  virtual HResult SetRemoteName(std::string_view remote_name) = 0;
};

}  // namespace bits
