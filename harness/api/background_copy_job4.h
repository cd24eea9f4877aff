// IBackgroundCopyJob4 (BITS 3.0): peer caching, the owner's integrity and elevation, a limit on transfer time.
#pragma once

#include <cstdint>

#include "harness/api/background_copy_job3.h"

namespace bits {

class BackgroundCopyJob4 : public BackgroundCopyJob3 {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyJob4;

  // PeerCachingFlags [ibackgroundcopyjob4-setpeercachingflags].
  virtual HResult SetPeerCachingFlags(std::uint32_t flags) = 0;
  virtual Result<std::uint32_t> GetPeerCachingFlags() = 0;

  // The integrity level (the RID of its SID) of the owner's token when the job was made or taken
  // [ibackgroundcopyjob4-getownerintegritylevel].
  virtual Result<std::uint32_t> GetOwnerIntegrityLevel() = 0;

  // Whether that token was elevated: then every later call must be too [ibackgroundcopyjob4-getownerelevationstate].
  virtual Result<bool> GetOwnerElevationState() = 0;

  // Seconds of CONNECTING and TRANSFERRING after which the job fails with BG_E_MAXDOWNLOAD_TIMEOUT; 7,776,000 by
  // default [ibackgroundcopyjob4-setmaximumdownloadtime].
  virtual HResult SetMaximumDownloadTime(std::uint32_t seconds) = 0;
  virtual Result<std::uint32_t> GetMaximumDownloadTime() = 0;
};

}  // namespace bits
