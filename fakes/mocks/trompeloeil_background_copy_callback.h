// Trompeloeil mocks of BackgroundCopyCallback and BackgroundCopyCallback2.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_callback.h"

namespace bits::trompeloeil_mocks {

class MockBackgroundCopyCallback : public BackgroundCopyCallback {
 public:
  MAKE_MOCK1(JobTransferred, HResult(BackgroundCopyJob&), override);
  MAKE_MOCK2(JobError, HResult(BackgroundCopyJob&, BackgroundCopyError&), override);
  MAKE_MOCK2(JobModification, HResult(BackgroundCopyJob&, std::uint32_t), override);
};

class MockBackgroundCopyCallback2 : public BackgroundCopyCallback2 {
 public:
  MAKE_MOCK1(JobTransferred, HResult(BackgroundCopyJob&), override);
  MAKE_MOCK2(JobError, HResult(BackgroundCopyJob&, BackgroundCopyError&), override);
  MAKE_MOCK2(JobModification, HResult(BackgroundCopyJob&, std::uint32_t), override);
  MAKE_MOCK2(FileTransferred, HResult(BackgroundCopyJob&, BackgroundCopyFile&), override);
};

// As bits::mocks::MockBackgroundCopyCallback and MockBackgroundCopyCallback2 answer.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyCallback& mock);
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyCallback2& mock);

}  // namespace bits::trompeloeil_mocks
