// IBackgroundCopyJob3 (BITS 2.0): ranges, moved servers, access lists of copied files.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/api/background_copy_job2.h"

namespace bits {

class BackgroundCopyJob3 : public BackgroundCopyJob2 {
 public:
  static constexpr InterfaceId kInterfaceId = InterfaceId::kBackgroundCopyJob3;

  // Replaces the beginning of every remote name that has it; case-sensitive; downloads only. S_FALSE when none has it,
  // E_INVALIDARG, E_NOTIMPL (upload) [ibackgroundcopyjob3-replaceremoteprefix].
  virtual HResult ReplaceRemotePrefix(std::string_view old_prefix, std::string_view new_prefix) = 0;

  // AddFile for 1 to 500 ranges of a file, in the order wanted; downloads only, not from SMB. E_INVALIDARG, E_NOTIMPL,
  // E_ACCESSDENIED, BG_E_INVALID_RANGE, BG_E_OVERLAPPING_RANGES, BG_E_TOO_MANY_RANGES_IN_FILE
  // [ibackgroundcopyjob3-addfilewithranges].
  virtual HResult AddFileWithRanges(std::string_view remote_url, std::string_view local_name,
                                    std::span<const FileRange> ranges) = 0;

  // FileAclFlags: what of an SMB file's security is copied; before TRANSFERRED. E_INVALIDARG
  // [ibackgroundcopyjob3-setfileaclflags].
  virtual HResult SetFileACLFlags(std::uint32_t flags) = 0;
  virtual Result<std::uint32_t> GetFileACLFlags() = 0;
};

}  // namespace bits
