#include "fakes/world/disk.h"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/world/test_tokens.h"

namespace bits::fakes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

constexpr HResult kNotSameDevice = HResult::FromWin32(17);
constexpr std::uint32_t kRead = AccessRights::kRead;
constexpr std::uint32_t kWrite = AccessRights::kWrite;

// C:\data for everybody, C:\private for Alice.
class DiskTest : public ::testing::Test {
 protected:
  DiskTest() {
    disk_.AddDirectory(R"(C:\data)");
    disk_.AddDirectory(R"(C:\private)", AllowOnly({kAliceSid}));
    disk_.AddFile(R"(C:\data\file)", FileContent("content"));
  }

  HResult ReadAs(const TokenFacts& token, std::string_view path) { return HResultOf(disk_.Read(token, path)); }

  std::string BytesOf(std::string_view path) {
    const DiskFile* const file = disk_.Find(path);
    return file == nullptr ? "(no such file)" : file->content.Bytes();
  }

  Disk disk_;
};

auto Refuses(std::string_view part) { return ThrowsMessage<std::invalid_argument>(HasSubstr(std::string(part))); }

// --- set-up ---

TEST_F(DiskTest, CaseDoesNotMatter) {
  EXPECT_TRUE(disk_.IsDirectory(R"(c:\DATA)"));
  EXPECT_EQ(ReadAs(Alice(), R"(c:\Data\FILE)"), HResult());
}

TEST_F(DiskTest, ABackslashAtTheEndOfADirectoryDoesNotMatter) {
  EXPECT_TRUE(disk_.IsDirectory("C:\\data\\"));
  EXPECT_TRUE(disk_.IsDirectory("C:\\"));
}

TEST_F(DiskTest, ADirectoryBringsItsParents) {
  disk_.AddDirectory(R"(\\server\share\a\b)");
  EXPECT_TRUE(disk_.IsDirectory(R"(\\server\share\a)"));
  EXPECT_TRUE(disk_.IsDirectory(R"(\\server\share)"));
  EXPECT_FALSE(disk_.IsDirectory(R"(\\server)"));
}

TEST_F(DiskTest, NewParentsGetTheSameProtectionAndOldOnesKeepTheirs) {
  disk_.AddDirectory(R"(D:\a\b)", AllowOnly({kAliceSid}));
  EXPECT_EQ(disk_.CheckDirectory(Bob(), R"(D:\a)", kRead), "E_ACCESSDENIED"_hr);
  disk_.AddDirectory(R"(C:\data\sub)", AllowOnly({kAliceSid}));
  EXPECT_EQ(disk_.CheckDirectory(Bob(), R"(C:\data)", kRead), HResult());
}

TEST_F(DiskTest, AddingADirectoryAgainChangesItsProtection) {
  disk_.AddDirectory(R"(C:\data)", AllowOnly({kAliceSid}));
  EXPECT_EQ(ReadAs(Bob(), R"(C:\data\file)"), "E_ACCESSDENIED"_hr);
}

TEST_F(DiskTest, ADirectoryWithoutAListIsProtectedAsTheOneAbove) {
  disk_.AddDirectory(R"(C:\private\sub\deep)");
  EXPECT_EQ(disk_.CheckDirectory(Bob(), R"(C:\private\sub\deep)", kRead), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(disk_.CheckDirectory(Alice(), R"(C:\private\sub\deep)", kRead), HResult());
}

TEST_F(DiskTest, ADirectoryWithAListOfItsOwnIsProtectedByThat) {
  disk_.AddDirectory(R"(C:\private\open)", AllowOnly({std::string(kEveryoneSid)}));
  EXPECT_EQ(disk_.CheckDirectory(Bob(), R"(C:\private\open)", kRead), HResult());
}

TEST_F(DiskTest, SetUpRefusesPathsThatWindowsDoesNotHave) {
  EXPECT_THAT([&] { disk_.AddDirectory("C:/data"); }, Refuses("\"C:/data\": write \\"));
  EXPECT_THAT([&] { disk_.AddDirectory("data"); }, Refuses("\"data\": it begins with neither"));
  EXPECT_THAT([&] { disk_.AddDirectory(R"(\\server)"); }, Refuses("neither a drive nor"));
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\data\..\x)", {}); }, Refuses("relative"));
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\data\a*)", {}); }, Refuses("cannot have"));
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\data\a:s)", {}); }, Refuses("colon"));
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\data\\a)", {}); }, Refuses("empty part"));
}

TEST_F(DiskTest, SetUpRefusesAFileWithoutItsDirectory) {
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\none\x)", {}); }, Refuses(R"(there is no directory "C:\none")"));
}

TEST_F(DiskTest, SetUpRefusesAFileWithoutAName) {
  EXPECT_THAT([&] { disk_.AddFile("C:\\data\\", {}); }, Refuses("names no file"));
  EXPECT_THAT([&] { disk_.AddFile("C:", {}); }, Refuses("names no file"));
}

TEST_F(DiskTest, SetUpRefusesAFileAndADirectoryOfOneName) {
  EXPECT_THAT([&] { disk_.AddFile(R"(C:\DATA)", {}); }, Refuses("is a directory"));
  EXPECT_THAT([&] { disk_.AddDirectory(R"(C:\data\FILE\x)"); }, Refuses(R"("C:\data\file" is a file)"));
}

TEST_F(DiskTest, SetUpRefusesToLockAFileThatIsNotThere) {
  EXPECT_THAT([&] { disk_.SetLocked(R"(C:\data\none)", true); }, Refuses("no such file"));
}

TEST_F(DiskTest, SetUpRefusesADirectoryAsAVolume) {
  EXPECT_THAT([&] { disk_.SetVolumeFailure(R"(C:\data)", "E_FAIL"_hr); }, Refuses("is no volume"));
}

TEST_F(DiskTest, AddingAFileAgainReplacesItButLeavesItLocked) {
  disk_.SetLocked(R"(C:\data\file)", true);
  disk_.AddFile(R"(C:\data\file)", FileContent("new"));
  EXPECT_EQ(BytesOf(R"(C:\data\file)"), "new");
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\file)"), "ERROR_SHARING_VIOLATION"_hr);
}

// --- reading ---

TEST_F(DiskTest, ReadsWhatIsThere) {
  const Result<FileContent> content = disk_.Read(Alice(), R"(C:\data\file)");
  ASSERT_TRUE(content) << content.error();
  EXPECT_EQ(content->Bytes(), "content");
}

TEST_F(DiskTest, ASlashSeparatesForPrograms) { EXPECT_EQ(ReadAs(Alice(), "C:/data/file"), HResult()); }

TEST_F(DiskTest, ReadTellsWhatIsMissing) {
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\none)"), "ERROR_FILE_NOT_FOUND"_hr);
  EXPECT_EQ(ReadAs(Alice(), R"(C:\none\file)"), "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_EQ(ReadAs(Alice(), R"(Z:\file)"), "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_EQ(ReadAs(Alice(), "file"), "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_EQ(ReadAs(Alice(), ""), "ERROR_PATH_NOT_FOUND"_hr);
}

TEST_F(DiskTest, ADirectoryIsNotRead) { EXPECT_EQ(ReadAs(Alice(), R"(C:\data)"), "ERROR_DIRECTORY"_hr); }

TEST_F(DiskTest, TheDirectoryProtectsItsFiles) {
  disk_.AddFile(R"(C:\private\file)", FileContent("x"));
  EXPECT_EQ(ReadAs(Alice(), R"(C:\private\file)"), HResult());
  EXPECT_EQ(ReadAs(Bob(), R"(C:\private\file)"), "E_ACCESSDENIED"_hr);
}

TEST_F(DiskTest, AFileIsProtectedByItsOwnListBesides) {
  disk_.AddFile(R"(C:\data\mine)", FileContent("x"), AllowOnly({kAliceSid}));
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\mine)"), HResult());
  EXPECT_EQ(ReadAs(Bob(), R"(C:\data\mine)"), "E_ACCESSDENIED"_hr);
}

TEST_F(DiskTest, ReadingNeedsTheRightToRead) {
  disk_.AddFile(R"(C:\data\box)", FileContent("x"), AllowOnly({kAliceSid}, kWrite));
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\box)"), "E_ACCESSDENIED"_hr);
}

TEST_F(DiskTest, ALockedFileIsInUseUntilItIsUnlocked) {
  disk_.SetLocked(R"(C:\data\FILE)", true);
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\file)"), "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\data\file)", {}), "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(disk_.Remove(Alice(), R"(C:\data\file)"), "ERROR_SHARING_VIOLATION"_hr);
  disk_.SetLocked(R"(C:\data\file)", false);
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\file)"), HResult());
}

TEST_F(DiskTest, AFailingVolumeFailsEverythingOnItUntilItIsMended) {
  disk_.AddDirectory(R"(D:\data)");
  disk_.SetVolumeFailure("c:", "BG_E_DESTINATION_LOCKED"_hr);
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\file)"), "BG_E_DESTINATION_LOCKED"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\data\new)", {}), "BG_E_DESTINATION_LOCKED"_hr);
  EXPECT_EQ(disk_.CheckDirectory(Alice(), R"(C:\data)", kRead), "BG_E_DESTINATION_LOCKED"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(D:\data\new)", {}), HResult());
  disk_.SetVolumeFailure("C:", HResult());
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\file)"), HResult());
}

TEST_F(DiskTest, AShareIsAVolume) {
  disk_.AddDirectory(R"(\\server\a)");
  disk_.AddDirectory(R"(\\server\b)");
  disk_.SetVolumeFailure(R"(\\SERVER\a)", "ERROR_BAD_NETPATH"_hr);
  EXPECT_EQ(disk_.CheckDirectory(Alice(), R"(\\server\a)", kRead), "ERROR_BAD_NETPATH"_hr);
  EXPECT_EQ(disk_.CheckDirectory(Alice(), R"(\\server\b)", kRead), HResult());
}

// --- writing ---

TEST_F(DiskTest, ANewFileBelongsToItsWriter) {
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\data\New)", FileContent("x"), /*hidden=*/true), HResult());
  const DiskFile* const file = disk_.Find(R"(C:\data\new)");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->path, R"(C:\data\New)");
  EXPECT_EQ(file->security.owner, kAliceSid);
  EXPECT_EQ(file->content.Bytes(), "x");
  EXPECT_TRUE(file->hidden);
}

TEST_F(DiskTest, WritingAgainKeepsProtectionAndSpelling) {
  disk_.AddFile(R"(C:\data\Mine)", FileContent("x"), {.owner = kAliceSid, .dacl = AllowOnly({kBobSid}).dacl});
  EXPECT_EQ(disk_.Write(Bob(), R"(C:\data\mine)", FileContent("y")), HResult());
  const DiskFile* const file = disk_.Find(R"(C:\data\mine)");
  EXPECT_EQ(file->path, R"(C:\data\Mine)");
  EXPECT_EQ(file->security.owner, kAliceSid);
  EXPECT_EQ(file->content.Bytes(), "y");
  EXPECT_EQ(ReadAs(Alice(), R"(C:\data\mine)"), "E_ACCESSDENIED"_hr);
}

TEST_F(DiskTest, WritingNeedsTheDirectoryAndTheFile) {
  disk_.AddFile(R"(C:\data\read-only)", FileContent("x"), AllowOnly({kAliceSid}, kRead));
  EXPECT_EQ(disk_.Write(Bob(), R"(C:\private\new)", {}), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\data\read-only)", {}), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\none\new)", {}), "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_EQ(disk_.Write(Alice(), R"(C:\data)", {}), "ERROR_DIRECTORY"_hr);
  EXPECT_EQ(BytesOf(R"(C:\data\read-only)"), "x");
  EXPECT_EQ(disk_.Find(R"(C:\private\new)"), nullptr);
}

TEST_F(DiskTest, RemoveRemoves) {
  EXPECT_EQ(disk_.Remove(Alice(), R"(C:\data\file)"), HResult());
  EXPECT_EQ(disk_.Find(R"(C:\data\file)"), nullptr);
  EXPECT_EQ(disk_.Remove(Alice(), R"(C:\data\file)"), "ERROR_FILE_NOT_FOUND"_hr);
}

TEST_F(DiskTest, RemovingNeedsTheRightToWrite) {
  disk_.AddFile(R"(C:\data\read-only)", {}, AllowOnly({kAliceSid}, kRead));
  EXPECT_EQ(disk_.Remove(Alice(), R"(C:\data\read-only)"), "E_ACCESSDENIED"_hr);
  EXPECT_NE(disk_.Find(R"(C:\data\read-only)"), nullptr);
}

// --- renaming ---

TEST_F(DiskTest, RenameMovesAFileAndKeepsItsProtection) {
  disk_.AddFile(R"(C:\data\tmp)", FileContent("x"), AllowOnly({kAliceSid}));
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\private\Final)", ReplaceExisting::kNo), HResult());
  EXPECT_EQ(disk_.Find(R"(C:\data\tmp)"), nullptr);
  const DiskFile* const file = disk_.Find(R"(C:\private\final)");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->path, R"(C:\private\Final)");
  EXPECT_EQ(file->content.Bytes(), "x");
  EXPECT_TRUE(file->security.dacl.has_value());
}

TEST_F(DiskTest, RenameUncoversAHiddenFileAndMayGiveItAway) {
  (void)disk_.Write(Alice(), R"(C:\data\tmp)", {}, /*hidden=*/true);
  const std::string owner = kBobSid;
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\data\final)", ReplaceExisting::kNo, &owner), HResult());
  EXPECT_FALSE(disk_.Find(R"(C:\data\final)")->hidden);
  EXPECT_EQ(disk_.Find(R"(C:\data\final)")->security.owner, kBobSid);
}

TEST_F(DiskTest, RenameReplacesOnlyWhenToldTo) {
  disk_.AddFile(R"(C:\data\tmp)", FileContent("new"));
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\data\file)", ReplaceExisting::kNo),
            "ERROR_ALREADY_EXISTS"_hr);
  EXPECT_EQ(BytesOf(R"(C:\data\file)"), "content");
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\data\file)", ReplaceExisting::kYes), HResult());
  EXPECT_EQ(BytesOf(R"(C:\data\file)"), "new");
}

TEST_F(DiskTest, RenameToItselfChangesTheSpelling) {
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\file)", R"(C:\data\FILE)", ReplaceExisting::kNo), HResult());
  EXPECT_THAT(disk_.Files("C:"), ElementsAre(R"(C:\data\FILE)"));
}

TEST_F(DiskTest, RenameStaysOnTheVolume) {
  disk_.AddDirectory("D:");
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\file)", R"(D:\file)", ReplaceExisting::kYes), kNotSameDevice);
  EXPECT_NE(disk_.Find(R"(C:\data\file)"), nullptr);
}

TEST_F(DiskTest, RenameNeedsRightsAtBothEnds) {
  disk_.AddFile(R"(C:\private\file)", FileContent("x"));
  EXPECT_EQ(disk_.Rename(Bob(), R"(C:\private\file)", R"(C:\data\new)", ReplaceExisting::kNo), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(disk_.Rename(Bob(), R"(C:\data\file)", R"(C:\private\new)", ReplaceExisting::kNo), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\none)", R"(C:\data\new)", ReplaceExisting::kNo),
            "ERROR_FILE_NOT_FOUND"_hr);
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\file)", R"(C:\none\new)", ReplaceExisting::kNo),
            "ERROR_PATH_NOT_FOUND"_hr);
}

TEST_F(DiskTest, RenameDoesNotReplaceWhatIsInUseOrADirectory) {
  disk_.AddFile(R"(C:\data\tmp)", FileContent("new"));
  disk_.SetLocked(R"(C:\data\file)", true);
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\data\file)", ReplaceExisting::kYes),
            "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\private)", ReplaceExisting::kYes), "ERROR_DIRECTORY"_hr);
  EXPECT_EQ(disk_.Rename(Alice(), R"(C:\data\tmp)", R"(C:\private)", ReplaceExisting::kNo), "ERROR_ALREADY_EXISTS"_hr);
}

// --- looking ---

TEST_F(DiskTest, FilesListsWhatIsBelowInOrder) {
  disk_.AddDirectory(R"(C:\data\sub)");
  disk_.AddDirectory(R"(C:\data2)");
  disk_.AddFile(R"(C:\data\sub\Z)", {});
  disk_.AddFile(R"(C:\data\B)", {});
  disk_.AddFile(R"(C:\data2\other)", {});
  (void)disk_.Write(Alice(), R"(C:\data\a)", {}, /*hidden=*/true);
  EXPECT_THAT(disk_.Files("c:\\data\\"),
              ElementsAre(R"(C:\data\a)", R"(C:\data\B)", R"(C:\data\file)", R"(C:\data\sub\Z)"));
  EXPECT_THAT(disk_.Files(R"(C:\private)"), IsEmpty());
}

}  // namespace
}  // namespace bits::fakes
