#include "fakes/world/paths.h"

#include <gtest/gtest.h>

#include "fakes/world/disk.h"

namespace bits::fakes {
namespace {

TEST(PathKey, IsTheSameForPathsThatMeanTheSame) {
  EXPECT_EQ(PathKey("C:/Data/File"), R"(c:\data\file)");
  EXPECT_EQ(PathKey(R"(\\Server\Share\)"), R"(\\server\share)");
  EXPECT_EQ(PathKey("C:\\"), "c:");
}

TEST(RootOfPath, IsTheDriveOrTheShare) {
  EXPECT_EQ(RootOfPath(R"(C:\data\file)"), "C:");
  EXPECT_EQ(RootOfPath(R"(\\server\share\file)"), R"(\\server\share)");
  EXPECT_EQ(RootOfPath(R"(\\server\share)"), R"(\\server\share)");
}

TEST(RootOfPath, IsEmptyWithoutOne) {
  for (const std::string_view path : {"", "C", "C:file", R"(\file)", R"(\\)", R"(\\server)", R"(\\server\)"}) {
    EXPECT_EQ(RootOfPath(path), "") << path;
  }
}

TEST(DirectoryOfPath, IsThePartBeforeTheName) {
  EXPECT_EQ(DirectoryOfPath(R"(C:\data\file)"), R"(C:\data)");
  EXPECT_EQ(DirectoryOfPath(R"(C:\file)"), "C:");
  EXPECT_EQ(DirectoryOfPath(R"(\\server\share\file)"), R"(\\server\share)");
  EXPECT_EQ(DirectoryOfPath("C:/data/file"), R"(C:\data)");
}

TEST(DirectoryOfPath, IsEmptyForARootAndForNoPath) {
  EXPECT_EQ(DirectoryOfPath("C:"), "");
  EXPECT_EQ(DirectoryOfPath("C:\\"), "");
  EXPECT_EQ(DirectoryOfPath(R"(\\server\share)"), "");
  EXPECT_EQ(DirectoryOfPath("file"), "");
}

TEST(IsFullPath, AcceptsDrivesAndShares) {
  EXPECT_TRUE(IsFullPath(R"(C:\file)"));
  EXPECT_TRUE(IsFullPath(R"(z:\some dir\file.name.ext)"));
  EXPECT_TRUE(IsFullPath(R"(\\server\share\file)"));
}

TEST(IsFullPath, RefusesWhatBitsDoesNotWriteTo) {
  for (const std::string_view path : {"",
                                      "file",
                                      R"(dir\file)",
                                      R"(\file)",
                                      "C:",
                                      R"(C:\)",
                                      "C:file",
                                      R"(C:\dir\)",
                                      R"(1:\file)",
                                      R"(\\server)",
                                      R"(\\server\share)",
                                      R"(\\server\share\)",
                                      R"(\\\share\file)",
                                      R"(C:\a*)",
                                      R"(C:\a?b\file)",
                                      R"(C:\a"b)",
                                      R"(C:\file:stream)",
                                      R"(C:\dir:x\file)",
                                      R"(\\?\C:\file)",
                                      R"(\\?\UNC\server\share\file)",
                                      R"(\\.\C:\file)",
                                      R"(C:\..\file)",
                                      R"(C:\dir\.\file)",
                                      R"(C:\\file)",
                                      "C:\\a\nb"}) {
    EXPECT_FALSE(IsFullPath(path)) << path;
  }
}

TEST(IsFullPath, CountsUtf16UnitsUpToMaxPath) {
  const std::string root = R"(C:\)";
  EXPECT_TRUE(IsFullPath(root + std::string(256, 'a')));
  EXPECT_FALSE(IsFullPath(root + std::string(257, 'a')));
  std::string umlauts = root;
  for (int i = 0; i < 256; ++i) umlauts += "\xC3\xA4";  // one unit each
  EXPECT_TRUE(IsFullPath(umlauts));
  std::string emoji = root;
  for (int i = 0; i < 128; ++i) emoji += "\xF0\x9F\x98\x80";  // two units each
  EXPECT_TRUE(IsFullPath(emoji));
  EXPECT_FALSE(IsFullPath(emoji + "a"));
}

}  // namespace
}  // namespace bits::fakes
