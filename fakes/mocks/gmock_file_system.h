// GoogleMock mock of FileSystem.
#pragma once

#include <gmock/gmock.h>

#include "fakes/mocks/printers.h"
#include "harness/api/file_system.h"

namespace bits::mocks {

// By default every path is a full path and a directory, no file exists, and every content hashes as the empty one.
class MockFileSystem : public FileSystem {
 public:
  MockFileSystem();
  ~MockFileSystem() override;

  MOCK_METHOD(Result<std::string>, GetFullPath, (std::string_view path), (override));
  MOCK_METHOD(Result<std::optional<std::uint64_t>>, GetFileSize, (std::string_view path), (override));
  MOCK_METHOD(Result<bool>, IsDirectory, (std::string_view path), (override));
  MOCK_METHOD(Result<std::string>, HashSha256, (std::string_view path), (override));
  MOCK_METHOD(HResult, Rename, (std::string_view from, std::string_view to, ReplaceExisting replace), (override));
  MOCK_METHOD(HResult, Remove, (std::string_view path), (override));
};

}  // namespace bits::mocks
