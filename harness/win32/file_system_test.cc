#include "harness/win32/file_system.h"

#include <string>

#include <gtest/gtest.h>

#include "harness/win32/test_directory.h"

namespace bits::win32 {
namespace {

class FileSystemTest : public testing::Test {
 protected:
  TestDirectory directory_;
  FileSystem files_;
};

TEST_F(FileSystemTest, MakesPathsFull) {
  EXPECT_EQ(files_.GetFullPath("C:\\a\\..\\b.txt").value(), "C:\\b.txt");
  const std::string relative = files_.GetFullPath("b.txt").value();
  EXPECT_EQ(relative.substr(1, 2), ":\\");
  EXPECT_TRUE(relative.ends_with("\\b.txt"));
  const std::string long_path = "C:\\" + std::string(1000, 'a');
  EXPECT_EQ(files_.GetFullPath(long_path).value(), long_path);
  EXPECT_EQ(HResultOf(files_.GetFullPath("")), "E_INVALIDARG"_hr);
  EXPECT_EQ(HResultOf(files_.GetFullPath("\xFF")), "E_INVALIDARG"_hr);
}

TEST_F(FileSystemTest, TellsFilesFromDirectoriesFromNothing) {
  const std::string file = directory_.Write("gr\xC3\xBC\xC3\x9F.bin", "12345");
  EXPECT_EQ(files_.GetFileSize(file).value(), 5U);
  EXPECT_FALSE(files_.IsDirectory(file).value());

  EXPECT_EQ(HResultOf(files_.GetFileSize(directory_.Path(""))), "ERROR_DIRECTORY"_hr);
  EXPECT_TRUE(files_.IsDirectory(directory_.Path("")).value());

  for (const char* nothing : {"nothing", "no\\thing"}) {
    EXPECT_EQ(files_.GetFileSize(directory_.Path(nothing)).value(), std::nullopt);
    EXPECT_FALSE(files_.IsDirectory(directory_.Path(nothing)).value());
  }
}

TEST_F(FileSystemTest, HashesContent) {
  EXPECT_EQ(files_.HashSha256(directory_.Write("empty", "")).value(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(files_.HashSha256(directory_.Write("abc", "abc")).value(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // A million times "a", which is close to the size of the buffer, and more than it.
  EXPECT_EQ(files_.HashSha256(directory_.Write("million", std::string(1'000'000, 'a'))).value(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_NE(files_.HashSha256(directory_.Write("more", std::string(3'000'000, 'a'))).value(),
            files_.HashSha256(directory_.Write("less", std::string(2'999'999, 'a'))).value());
  EXPECT_EQ(HResultOf(files_.HashSha256(directory_.Path("nothing"))), "ERROR_FILE_NOT_FOUND"_hr);
}

TEST_F(FileSystemTest, RenamesOnlyOntoANameThatIsFreeUnlessAskedTo) {
  const std::string from = directory_.Write("from", "new");
  const std::string to = directory_.Write("to", "older");
  EXPECT_EQ(files_.Rename(from, to, ReplaceExisting::kNo), "ERROR_ALREADY_EXISTS"_hr);
  EXPECT_EQ(files_.GetFileSize(to).value(), 5U);
  EXPECT_EQ(files_.Rename(from, to, ReplaceExisting::kYes), HResult());
  EXPECT_EQ(files_.GetFileSize(to).value(), 3U);
  EXPECT_EQ(files_.GetFileSize(from).value(), std::nullopt);
  EXPECT_EQ(files_.Rename(to, directory_.Path("free"), ReplaceExisting::kNo), HResult());
  EXPECT_EQ(files_.Rename(to, from, ReplaceExisting::kNo), "ERROR_FILE_NOT_FOUND"_hr);
}

TEST_F(FileSystemTest, RemovesWhatIsThere) {
  const std::string file = directory_.Write("file", "");
  EXPECT_EQ(files_.Remove(file), HResult());
  EXPECT_EQ(files_.Remove(file), "S_FALSE"_hr);
  EXPECT_EQ(files_.Remove(directory_.Path("no\\such\\file")), "S_FALSE"_hr);
}

}  // namespace
}  // namespace bits::win32
