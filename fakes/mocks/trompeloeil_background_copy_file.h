// Trompeloeil mocks of BackgroundCopyFile and BackgroundCopyFile2.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/background_copy_file.h"

namespace bits::trompeloeil_mocks {

template <class Base>
class FileMock : public UnknownMock<Base> {
 public:
  MAKE_MOCK0(GetRemoteName, Result<std::string>(), override);
  MAKE_MOCK0(GetLocalName, Result<std::string>(), override);
  MAKE_MOCK0(GetProgress, Result<FileProgress>(), override);
};

using MockBackgroundCopyFile = FileMock<BackgroundCopyFile>;

class MockBackgroundCopyFile2 : public FileMock<BackgroundCopyFile2> {
 public:
  MAKE_MOCK0(GetFileRanges, Result<std::vector<FileRange>>(), override);
  MAKE_MOCK1(SetRemoteName, HResult(std::string_view), override);
};

// As bits::mocks::MockBackgroundCopyFile and MockBackgroundCopyFile2 answer.
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyFile& mock);
[[nodiscard]] Expectations AllowAll(MockBackgroundCopyFile2& mock);

}  // namespace bits::trompeloeil_mocks
