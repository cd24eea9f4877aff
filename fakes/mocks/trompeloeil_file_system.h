// Trompeloeil mock of FileSystem.
#pragma once

#include "fakes/mocks/trompeloeil_unknown.h"
#include "harness/api/file_system.h"

namespace bits::trompeloeil_mocks {

class MockFileSystem : public FileSystem {
 public:
  MAKE_MOCK1(GetFullPath, Result<std::string>(std::string_view), override);
  MAKE_MOCK1(GetFileSize, Result<std::optional<std::uint64_t>>(std::string_view), override);
  MAKE_MOCK1(IsDirectory, Result<bool>(std::string_view), override);
  MAKE_MOCK1(HashSha256, Result<std::string>(std::string_view), override);
  MAKE_MOCK3(Rename, HResult(std::string_view, std::string_view, ReplaceExisting), override);
  MAKE_MOCK1(Remove, HResult(std::string_view), override);
};

// As bits::mocks::MockFileSystem answers.
[[nodiscard]] Expectations AllowAll(MockFileSystem& mock);

}  // namespace bits::trompeloeil_mocks
