// A recording in the place of Windows.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "harness/api/environment.h"
#include "harness/intercept/interceptor.h"
#include "harness/intercept/recorded_calls.h"
#include "harness/intercept/recording.h"

namespace bits::intercept {

// The Environment of whoever is to do once more what was recorded: each call gets the answer that it had, objects are
// stand-ins, and time is what it was at the last answer. Nothing is reached but the recording, so it runs anywhere.
//
// A call that the recording does not have fails with kNotRecorded, but for those that undo something (RevertToSelf,
// CloseHandle, CoUninitialize), which succeed. RevertToSelf always does: a program must not go on after its failure.
class Replay {
 public:
  // The recording must outlive this.
  explicit Replay(const Recording& recording);
  ~Replay();

  Environment& environment();

  // "IBackgroundCopyJob::GetOwner" of each call that was not recorded, in the order of the calls.
  const std::vector<std::string>& not_recorded() const;

  // The first value that was none of its method's type; what() tells the line.
  const std::optional<RecordingError>& flaw() const;

 private:
  class Answers;
  class Nowhere;
  std::unique_ptr<Answers> answers_;
  std::unique_ptr<Nowhere> nowhere_;
  std::unique_ptr<Environment> environment_;
};

}  // namespace bits::intercept
