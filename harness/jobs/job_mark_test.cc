#include "harness/jobs/job_mark.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"

namespace bits::jobs {
namespace {

using ::testing::Optional;

constexpr FileTime At(std::int64_t ticks) { return FileTime(FileTime::duration(ticks)); }

const JobMark kMark{JobPurpose::kTransfer, {1234, At(17'000'000'000'000'000)}, At(17'000'000'100'000'000)};
constexpr char kFile[] = "C:\\dir [x]\\f.bin.0123abcd.partial";

TEST(JobMark, IsReadAsItWasWritten) {
  for (const auto& purpose : EnumNames<JobPurpose>::kNames) {
    for (const FileTime time : {At(0), At(1), At(-1), kMark.created}) {
      JobMark mark = kMark;
      mark.purpose = purpose.value;
      mark.created = time;
      EXPECT_THAT(ReadDisplayName(DisplayNameOf(mark)), Optional(mark)) << DisplayNameOf(mark);
      EXPECT_LE(DisplayNameOf(mark).size(), 256U);
    }
  }
}

// Whatever character of the name is another, it is no mark; nor is a part of it, or more than it.
TEST(JobMark, IsNothingElse) {
  const std::string name = DisplayNameOf(kMark);
  for (std::size_t at = 0; at < name.size(); ++at) {
    for (const char c : {'0', '1', 'a', 'A', ' ', ']', '\0'}) {
      std::string other = name;
      other[at] = c;
      EXPECT_EQ(ReadDisplayName(other).has_value(), other == name) << other;
    }
    EXPECT_EQ(ReadDisplayName(name.substr(0, at)), std::nullopt);
    EXPECT_EQ(ReadDisplayName(name.substr(0, at) + " " + name.substr(at)), std::nullopt);
  }
  for (const char* other : {"", "bitsdoctor: ", "bitsdoctor: transfer", "bitsdoctor: transfer []", "bitsdoctor: [1 1]",
                            "bitsdoctor: transfer [1 0 0 0 00000000]", "Bitsdoctor: transfer"}) {
    EXPECT_EQ(ReadDisplayName(other), std::nullopt) << other;
  }
  EXPECT_EQ(ReadDisplayName(name + " "), std::nullopt);
}

TEST(JobMark, NamesItsFile) {
  EXPECT_THAT(ReadDescription(kMark, DescriptionOf(kMark, kFile)), Optional(std::string(kFile)));
  EXPECT_EQ(ReadDescription(kMark, ""), std::nullopt);
  EXPECT_EQ(ReadDescription(kMark, kFile), std::nullopt);
  EXPECT_EQ(ReadDescription(kMark, DescriptionOf(kMark, kFile) + " "), std::nullopt);
  // The description of one job says nothing of another.
  JobMark other = kMark;
  ++other.process.id;
  EXPECT_EQ(ReadDescription(other, DescriptionOf(kMark, kFile)), std::nullopt);
}

TEST(StagedFile, IsToldByItsName) {
  Guid id;
  id.data1 = 0x123ABCD;
  EXPECT_EQ(StagedFileOf("C:\\f.bin", id), "C:\\f.bin.0123abcd.partial");
  EXPECT_TRUE(IsStagedFile(StagedFileOf("C:\\f.bin", id)));
  for (const char* other :
       {"", ".partial", "C:\\f.partial", "C:\\f.0123abc.partial", "C:\\f.0123ABCD.partial", "C:\\f.0123abcd.partial2",
        "C:\\f_0123abcd.partial", "C:\\f.0123abcg.partial", ".0123abcd.partial", "0123abcd.partial"}) {
    EXPECT_FALSE(IsStagedFile(other)) << other;
  }
}

TEST(JobMark, IsOfThisProcessAndMoment) {
  fakes::ScriptedWindows windows;
  windows.process = {77, At(5)};
  windows.now = std::chrono::seconds(3);
  const auto manager = windows.com().CoCreateInstance(ManagerClass::k1_0).value();
  const auto marked = CreateMarkedJob(windows, *manager, JobPurpose::kProbe);
  EXPECT_EQ(marked.value().mark, (JobMark{JobPurpose::kProbe, {77, At(5)}, At(30'000'000)}));
  EXPECT_THAT(ReadDisplayName(windows.jobs.front()->display_name), Optional(marked->mark));
}

}  // namespace
}  // namespace bits::jobs
