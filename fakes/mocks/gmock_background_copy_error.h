// GoogleMock mock of BackgroundCopyError.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_error.h"

namespace bits::mocks {

// By default E_FAIL in context UNKNOWN, over http, with a nice mock as its file and empty descriptions.
class MockBackgroundCopyError : public UnknownMock<BackgroundCopyError> {
 public:
  MockBackgroundCopyError();
  ~MockBackgroundCopyError() override;

  MOCK_METHOD(Result<JobError>, GetError, (), (override));
  MOCK_METHOD(Result<std::unique_ptr<BackgroundCopyFile>>, GetFile, (), (override));
  MOCK_METHOD(Result<std::string>, GetErrorDescription, (std::uint32_t language_id), (override));
  MOCK_METHOD(Result<std::string>, GetErrorContextDescription, (std::uint32_t language_id), (override));
  MOCK_METHOD(Result<std::string>, GetProtocol, (), (override));
};

}  // namespace bits::mocks
