// IEnumBackgroundCopyJobs and IEnumBackgroundCopyFiles: a snapshot, read in portions.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "harness/api/unknown.h"

namespace bits {

class BackgroundCopyFile;
class BackgroundCopyJob;

// The list is fixed when the enumerator is made; what each entry tells of itself is read live
// [enumerating-jobs-in-the-transfer-queue]. The order is arbitrary. T must be complete where entries are used.
template <class T, InterfaceId kId>
class Enumerator : public Unknown {
 public:
  using Entry = T;
  static constexpr InterfaceId kInterfaceId = kId;

  // The next `count` entries, owned by the caller. Fewer than asked for is the SDK's S_FALSE: the end was reached
  // [ienumbackgroundcopyjobs-next, ienumbackgroundcopyfiles-next].
  virtual Result<std::vector<std::unique_ptr<T>>> Next(std::uint32_t count) = 0;

  // Passes over `count` entries; S_FALSE past the end [ienumbackgroundcopyjobs-skip].
  virtual HResult Skip(std::uint32_t count) = 0;

  // Back to the first entry [ienumbackgroundcopyjobs-reset].
  virtual HResult Reset() = 0;

  // Another enumerator of the same snapshot, at the same position [ienumbackgroundcopyjobs-clone].
  virtual Result<std::unique_ptr<Enumerator>> Clone() = 0;

  // The number of entries in the snapshot, wherever the position is [ienumbackgroundcopyjobs-getcount].
  virtual Result<std::uint32_t> GetCount() = 0;
};

using EnumBackgroundCopyJobs = Enumerator<BackgroundCopyJob, InterfaceId::kEnumBackgroundCopyJobs>;
using EnumBackgroundCopyFiles = Enumerator<BackgroundCopyFile, InterfaceId::kEnumBackgroundCopyFiles>;

}  // namespace bits
