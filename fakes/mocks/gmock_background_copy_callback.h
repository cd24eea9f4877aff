// GoogleMock mocks of BackgroundCopyCallback and BackgroundCopyCallback2.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/background_copy_callback.h"

namespace bits::mocks {

// Answers S_OK by default: the event is taken.
class MockBackgroundCopyCallback : public BackgroundCopyCallback {
 public:
  MockBackgroundCopyCallback();
  ~MockBackgroundCopyCallback() override;

  MOCK_METHOD(HResult, JobTransferred, (BackgroundCopyJob & job), (override));
  MOCK_METHOD(HResult, JobError, (BackgroundCopyJob & job, BackgroundCopyError& error), (override));
  MOCK_METHOD(HResult, JobModification, (BackgroundCopyJob & job, std::uint32_t reserved), (override));
};

// The same.
class MockBackgroundCopyCallback2 : public BackgroundCopyCallback2 {
 public:
  MockBackgroundCopyCallback2();
  ~MockBackgroundCopyCallback2() override;

  MOCK_METHOD(HResult, JobTransferred, (BackgroundCopyJob & job), (override));
  MOCK_METHOD(HResult, JobError, (BackgroundCopyJob & job, BackgroundCopyError& error), (override));
  MOCK_METHOD(HResult, JobModification, (BackgroundCopyJob & job, std::uint32_t reserved), (override));
  MOCK_METHOD(HResult, FileTransferred, (BackgroundCopyJob & job, BackgroundCopyFile& file), (override));
};

}  // namespace bits::mocks
