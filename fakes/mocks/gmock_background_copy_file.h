// GoogleMock mocks of BackgroundCopyFile and BackgroundCopyFile2.
#pragma once

#include "fakes/mocks/gmock_unknown.h"
#include "harness/api/background_copy_file.h"

namespace bits::mocks {

// By default "http://server.test/file", to "C:\file", nothing moved yet.
template <class Base>
class FileMock : public UnknownMock<Base> {
 public:
  FileMock();
  ~FileMock() override = default;

  MOCK_METHOD(Result<std::string>, GetRemoteName, (), (override));
  MOCK_METHOD(Result<std::string>, GetLocalName, (), (override));
  MOCK_METHOD(Result<FileProgress>, GetProgress, (), (override));
};

using MockBackgroundCopyFile = FileMock<BackgroundCopyFile>;

class MockBackgroundCopyFile2 : public FileMock<BackgroundCopyFile2> {
 public:
  MockBackgroundCopyFile2();
  ~MockBackgroundCopyFile2() override;

  MOCK_METHOD(Result<std::vector<FileRange>>, GetFileRanges, (), (override));
  MOCK_METHOD(HResult, SetRemoteName, (std::string_view remote_name), (override));
};

extern template class FileMock<BackgroundCopyFile>;
extern template class FileMock<BackgroundCopyFile2>;

}  // namespace bits::mocks
