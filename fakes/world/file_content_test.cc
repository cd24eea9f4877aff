#include "fakes/world/file_content.h"

#include <set>
#include <stdexcept>

#include <gtest/gtest.h>

namespace bits::fakes {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

TEST(FileContent, IsEmptyAtFirst) {
  EXPECT_EQ(FileContent().size(), 0U);
  EXPECT_EQ(FileContent().Bytes(), "");
  EXPECT_EQ(FileContent(), FileContent(""));
  EXPECT_EQ(FileContent(), FileContent::Synthetic(0, 5));
}

TEST(FileContent, HoldsBytes) {
  const std::string bytes("a\0b", 3);
  EXPECT_EQ(FileContent(bytes).size(), 3U);
  EXPECT_EQ(FileContent(bytes).Bytes(), bytes);
}

TEST(FileContent, ASyntheticByteDependsOnSeedAndOffsetAlone) {
  const std::string bytes = FileContent::Synthetic(100, 7).Bytes();
  EXPECT_EQ(bytes, FileContent::Synthetic(1000, 7).Bytes().substr(0, 100));
  EXPECT_NE(bytes, FileContent::Synthetic(100, 8).Bytes());
}

TEST(FileContent, SyntheticBytesLookRandom) {
  const std::string bytes = FileContent::Synthetic(4096).Bytes();
  EXPECT_EQ(std::set<char>(bytes.begin(), bytes.end()).size(), 256U);
}

TEST(FileContent, NeighbouringSeedsAreNoShiftedCopies) {
  const std::string next = FileContent::Synthetic(64, 2).Bytes();
  EXPECT_EQ(FileContent::Synthetic(4096, 1).Bytes().find(next.substr(8, 8)), std::string::npos);
}

TEST(FileContent, ASliceHasTheBytesOfItsPart) {
  const FileContent real("0123456789");
  EXPECT_EQ(real.Slice(3, 4).Bytes(), "3456");
  EXPECT_EQ(real.Slice(3, 4).Slice(1, 2).Bytes(), "45");
  const FileContent synthetic = FileContent::Synthetic(100);
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    EXPECT_EQ(synthetic.Slice(offset, 13).Bytes(), synthetic.Bytes().substr(offset, 13)) << offset;
  }
}

TEST(FileContent, ASliceEndsWhereTheContentEnds) {
  const FileContent content("0123456789");
  EXPECT_EQ(content.Slice(8, 100).Bytes(), "89");
  EXPECT_EQ(content.Slice(8, UINT64_MAX).Bytes(), "89");
  EXPECT_EQ(content.Slice(10, 1).size(), 0U);
  EXPECT_EQ(content.Slice(UINT64_MAX, 1).size(), 0U);
  EXPECT_EQ(content.Slice(2, 0).size(), 0U);
}

TEST(FileContent, PartsOfOneSyntheticContentJoinWithoutBytes) {
  const FileContent whole = FileContent::Synthetic(100 * kGiB, 3);
  const FileContent joined = whole.Slice(0, 60 * kGiB).Followed(whole.Slice(60 * kGiB, 40 * kGiB));
  EXPECT_EQ(joined.size(), whole.size());
  EXPECT_EQ(joined, whole);
}

TEST(FileContent, PartsOfOneBytesObjectJoin) {
  const FileContent whole("0123456789");
  EXPECT_EQ(whole.Slice(2, 3).Followed(whole.Slice(5, 2)).Bytes(), "23456");
}

TEST(FileContent, PartsOutOfOrderBecomeBytes) {
  const FileContent whole = FileContent::Synthetic(20);
  const std::string bytes = whole.Bytes();
  EXPECT_EQ(whole.Slice(10, 10).Followed(whole.Slice(0, 10)).Bytes(), bytes.substr(10) + bytes.substr(0, 10));
  EXPECT_EQ(whole.Slice(0, 5).Followed(whole.Slice(6, 5)).Bytes(), bytes.substr(0, 5) + bytes.substr(6, 5));
}

TEST(FileContent, DifferentContentsJoinToBytes) {
  const FileContent synthetic = FileContent::Synthetic(10);
  EXPECT_EQ(FileContent("head").Followed(synthetic).Bytes(), "head" + synthetic.Bytes());
  EXPECT_EQ(FileContent("ab").Followed(FileContent("cd")).Bytes(), "abcd");
  const FileContent other = FileContent::Synthetic(20, 9).Slice(10, 10);
  EXPECT_EQ(synthetic.Followed(other).Bytes(), synthetic.Bytes() + other.Bytes());
}

TEST(FileContent, NothingAtEitherEndChangesNothing) {
  const FileContent content = FileContent::Synthetic(100 * kGiB);
  EXPECT_EQ(content.Followed(FileContent()), content);
  EXPECT_EQ(FileContent().Followed(content), content);
}

TEST(FileContent, MoreThanAGibibyteIsNotTurnedIntoBytes) {
  EXPECT_THROW((void)FileContent::Synthetic(kGiB + 1).Bytes(), std::length_error);
  EXPECT_THROW((void)FileContent("x").Followed(FileContent::Synthetic(kGiB)), std::length_error);
  EXPECT_THROW((void)FileContent::Synthetic(UINT64_MAX).Followed(FileContent("x")), std::length_error);
}

TEST(FileContent, EqualBytesAreEqualWhereverTheyComeFrom) {
  const FileContent synthetic = FileContent::Synthetic(40'000, 4);
  EXPECT_EQ(synthetic, FileContent(synthetic.Bytes()));
  EXPECT_EQ(FileContent(synthetic.Bytes()).Slice(17, 30'000), synthetic.Slice(17, 30'000));
}

TEST(FileContent, DifferentBytesDiffer) {
  EXPECT_NE(FileContent("abc"), FileContent("abd"));
  EXPECT_NE(FileContent("abc"), FileContent("ab"));
  EXPECT_NE(FileContent::Synthetic(100 * kGiB, 1), FileContent::Synthetic(100 * kGiB, 2));
  const FileContent whole = FileContent::Synthetic(100 * kGiB);
  EXPECT_NE(whole.Slice(0, 50 * kGiB), whole.Slice(8, 50 * kGiB));
}

TEST(FileContent, ADifferenceAtTheVeryEndIsSeen) {
  std::string bytes(40'000, 'x');
  const FileContent before(bytes);
  bytes.back() = 'y';
  EXPECT_NE(before, FileContent(bytes));
}

TEST(FileContent, TheHashIsThatOfTheBytes) {
  EXPECT_EQ(FileContent("abc").Sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(FileContent("xabcx").Slice(1, 3).Sha256(), FileContent("abc").Sha256());
  const FileContent synthetic = FileContent::Synthetic(40'000);
  EXPECT_EQ(synthetic.Sha256(), FileContent(synthetic.Bytes()).Sha256());
}

}  // namespace
}  // namespace bits::fakes
