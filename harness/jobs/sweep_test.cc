// What bitsdoctor leaves behind when it is killed is found and ended, and nothing else is.
#include "harness/jobs/sweep.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/failing_call.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/transfer/transfer.h"

namespace bits::jobs {
namespace {

using rules::TokenKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUrl[] = "http://files.contoso.test/setup.msi";
constexpr char kSlowUrl[] = "http://files.contoso.test/large.iso";
constexpr char kDirectory[] = "C:\\Users\\Public";
constexpr char kFile[] = "C:\\Users\\Public\\setup.msi";

// From the n-th call on nothing reaches the system, as when the process had been killed before that call. What the dead
// process would do to itself alone is let through, since a test cannot go on without.
class Death : public intercept::Interceptor {
 public:
  explicit Death(int calls) : left_(calls) {}

  std::optional<HResult> Before(const intercept::Call& call) override {
    ++calls_;
    if (call.method == "RevertToSelf" || call.method == "CloseHandle" || left_-- > 0) return std::nullopt;
    return "RPC_S_SERVER_UNAVAILABLE"_hr;
  }
  int calls() const { return calls_; }

 private:
  int left_;
  int calls_ = 0;
};

class SweepTest : public ::testing::Test {
 protected:
  SweepTest() : world_("win10-1607"), cast_(world_) {
    AddStandardServers(world_);
    world_.disk().AddFile("C:\\Users\\Public\\precious.0123abcd.partial", fakes::FileContent::Synthetic(3, 7));
  }

  std::unique_ptr<fakes::Process> Start(TokenKind kind = TokenKind::kUser) { return world_.Start(cast_.Owner(kind)); }

  // A transfer whose process is killed at its n-th call, and how many calls it made.
  int KilledAt(int call, const fakes::TokenPtr& user, bool helped, const char* url = kUrl) {
    Death death(call);  // which the process tells of its end
    const auto process = world_.Start(user);
    const auto dying = intercept::Intercept(*process, {&death});
    transfer::TransferRequest request;
    request.url = url;
    request.file = kFile;
    request.overwrite = true;
    if (helped) {
      request.helper.emplace().user_name = "helen";
      request.helper->flags = HelperTokenFlags::kNetwork;
      request.helper->open = [&](LogonApi&) -> Result<Token> { return process->Open(cast_.Helper(TokenKind::kUser)); };
    }
    transfer::TransferObserver observer;
    transfer::Transfer(*dying, request, observer, {});
    return death.calls();
  }
  int KilledAt(int call, bool helped = false, const char* url = kUrl) {
    return KilledAt(call, cast_.Owner(TokenKind::kUser), helped, url);
  }

  static SweepReport SweepOn(Environment& environment, const SweepOptions& options = {}) {
    Attempt<SweepReport> report = Sweep(environment, options);
    EXPECT_TRUE(report) << report.error().call << ToString(report.error().result);
    return report.value_or(SweepReport{});
  }

  std::vector<std::string> PartialFiles() {
    std::vector<std::string> files = world_.disk().Files(kDirectory);
    std::erase_if(files, [](const std::string& path) { return !path.ends_with(".partial"); });
    return files;
  }
  void ExpectOnlyThePreciousFile() {
    EXPECT_THAT(PartialFiles(), ElementsAre(::testing::EndsWith("precious.0123abcd.partial")));
  }

  // The names of all jobs in the queue.
  std::vector<std::string> Names() {
    const auto system = world_.Start(world_.ServiceToken(kLocalSystemSid));
    Attempt<Queue> queue = Queue::Open(*system, {.all_users = true, .apartment = {}, .security = {}});
    std::vector<std::string> names;
    const auto jobs = queue.value().Jobs();
    for (const auto& job : jobs.value()) names.push_back(job->GetDisplayName().value());
    return names;
  }

  // A job of the process's with that name and description, and a file.
  static void MakeJob(fakes::Process& process, std::string_view name, std::string_view description = "",
                      std::string_view file = "") {
    const auto apartment = Apartment::Enter(process.com(), ApartmentType::kMultiThreaded);
    static_cast<void>(process.com().CoInitializeSecurity({}));  // a process does it once
    const auto manager = process.com().CoCreateInstance(ManagerClass::k1_0).value();
    const auto job = manager->CreateJob(name, JobType::kDownload).value().job;
    EXPECT_EQ(description.empty() ? HResult() : job->SetDescription(description), HResult());
    EXPECT_EQ(file.empty() ? HResult() : job->AddFile(kUrl, file), HResult());
  }

  JobMark MarkOfTheDead(JobPurpose purpose = JobPurpose::kTransfer) {
    const auto process = Start();
    return {purpose, process->instance(), process->instance().started};
  }

  fakes::World world_;
  fakes::Cast cast_;
};

constexpr char kStaged[] = "C:\\Users\\Public\\f.89abcdef.partial";

class KilledAtEachCall : public SweepTest, public ::testing::WithParamInterface<bool> {};

TEST_P(KilledAtEachCall, ExactlyTheOrphanIsSwept) {
  const bool helped = GetParam();
  const auto bystander = world_.Start(cast_.OtherUser());
  MakeJob(*bystander, "somebody else's", "", "C:\\Users\\Public\\other.bin");
  const int calls = KilledAt(1'000'000, helped);
  world_.disk().AddFile(kFile, fakes::FileContent::Synthetic(5, 5));
  ASSERT_GT(calls, 20);
  int orphans = 0;
  int files = 0;
  for (int call = 0; call <= calls; ++call) {
    KilledAt(call, helped);
    if (call % 2 == 1) world_.RunUntilIdle();  // a job goes on without the process that made it
    const std::size_t left = Names().size() - 1;
    files += static_cast<int>(PartialFiles().size()) - 1;
    const auto doctor = Start();
    SweepOptions dry;
    dry.dry_run = true;
    EXPECT_EQ(SweepOn(*doctor, dry).Count(SweepOutcome::kFound), left) << "killed at call " << call;
    EXPECT_EQ(Names().size(), left + 1) << "a dry run does nothing";
    const SweepReport report = SweepOn(*doctor);
    EXPECT_EQ(report.Count(SweepOutcome::kSwept), left) << "killed at call " << call;
    EXPECT_FALSE(report.HasFinding());
    EXPECT_THAT(Names(), ElementsAre("somebody else's")) << "killed at call " << call;
    ExpectOnlyThePreciousFile();
    EXPECT_NE(world_.disk().Find(kFile), nullptr);
    EXPECT_THAT(doctor->Leaks(), IsEmpty());
    orphans += static_cast<int>(left);
  }
  EXPECT_GT(orphans, 20) << "jobs were left";
  EXPECT_GT(files, 0) << "a file was left";
  std::printf("killed at each of %d calls: %d jobs and %d files swept\n", calls, orphans, files);
}

INSTANTIATE_TEST_SUITE_P(Transfer, KilledAtEachCall, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "WithHelper" : "WithoutHelper"; });

TEST_F(SweepTest, NamesThatOnlyLookLikeTheMarkAreNotTouched) {
  const auto alice = Start();
  const std::string mark = DisplayNameOf(MarkOfTheDead());
  const std::vector<std::string> names = {
      "bitsdoctor: transfer",         "bitsdoctor: ", mark + " ", mark.substr(1), "BITSDOCTOR" + mark.substr(10),
      mark.substr(0, mark.size() - 1)};
  for (const std::string& name : names) MakeJob(*alice, name, "", kStaged);
  const SweepReport report = SweepOn(*alice);
  EXPECT_EQ(report.others, names.size());
  EXPECT_THAT(report.jobs, IsEmpty());
  EXPECT_EQ(Names().size(), names.size());
}

TEST_F(SweepTest, WhatARunningBitsdoctorMadeIsLeftAlone) {
  const auto other = Start();
  MakeJob(*other, DisplayNameOf({JobPurpose::kProbe, other->instance(), {}}));
  // The same id, of a process that started at another time.
  ProcessInstance earlier = other->instance();
  earlier.started -= FileTime::duration(1);
  MakeJob(*other, DisplayNameOf({JobPurpose::kProbe, earlier, {}}));
  const auto doctor = Start();
  const SweepReport report = SweepOn(*doctor);
  EXPECT_EQ(report.Count(SweepOutcome::kInUse), 1U);
  EXPECT_EQ(report.Count(SweepOutcome::kSwept), 1U);
  EXPECT_EQ(Names().size(), 1U);
  EXPECT_FALSE(report.HasFinding());
}

TEST_F(SweepTest, AProcessThatMayNotBeLookedAtIsNoReason) {
  const auto doctor = Start();
  MakeJob(*doctor, DisplayNameOf(MarkOfTheDead()));
  fakes::FailingCall hidden("GetProcessStart", "E_ACCESSDENIED"_hr);
  const auto blind = intercept::Intercept(*doctor, {&hidden});
  const SweepReport report = SweepOn(*blind);
  EXPECT_EQ(report.Count(SweepOutcome::kUndetermined), 1U);
  EXPECT_TRUE(report.HasFinding());
  EXPECT_EQ(Names().size(), 1U);
}

TEST_F(SweepTest, FilesThatTheMarkDoesNotNameKeepTheirJob) {
  const auto doctor = Start();
  const JobMark mark = MarkOfTheDead();
  struct Row {
    std::string description;
    std::string file;
    const char* words;
  };
  const Row rows[] = {
      {DescriptionOf(mark, kStaged), "C:\\Users\\Public\\mine.bin", "mine.bin"},
      {"", kStaged, "which its mark does not name"},
      {std::string(kStaged), "", "description"},
      {DescriptionOf(mark, "C:\\Users\\Public\\mine.bin"), "C:\\Users\\Public\\mine.bin", "no name of a staged file"},
  };
  for (const Row& row : rows) MakeJob(*doctor, DisplayNameOf(mark), row.description, row.file);
  const SweepReport report = SweepOn(*doctor);
  EXPECT_EQ(report.Count(SweepOutcome::kForeignFile), std::size(rows));
  EXPECT_TRUE(report.HasFinding());
  EXPECT_EQ(Names().size(), std::size(rows));
  for (const Row& row : rows) {
    EXPECT_TRUE(std::ranges::any_of(report.jobs, [&](const SweptJob& job) {
      return job.detail.find(row.words) != std::string::npos;
    })) << row.words;
  }
}

TEST_F(SweepTest, YoungJobsAreLeftForLater) {
  const auto doctor = Start();
  MakeJob(*doctor, DisplayNameOf(MarkOfTheDead()));
  SweepOptions options;
  options.older_than = std::chrono::hours(1);
  EXPECT_EQ(SweepOn(*doctor, options).Count(SweepOutcome::kTooYoung), 1U);
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(SweepOn(*doctor, options).Count(SweepOutcome::kSwept), 1U);
}

TEST_F(SweepTest, ACancelThatFailsIsTold) {
  const auto doctor = Start();
  MakeJob(*doctor, DisplayNameOf(MarkOfTheDead()));
  fakes::FailingCall failure("Cancel", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(*doctor, {&failure});
  const SweepReport report = SweepOn(*environment);
  ASSERT_EQ(report.Count(SweepOutcome::kFailed), 1U);
  EXPECT_EQ(report.jobs.front().result, "E_ACCESSDENIED"_hr);
  EXPECT_THAT(report.jobs.front().detail, HasSubstr("could not be cancelled"));
  EXPECT_TRUE(report.HasFinding());
}

// The job that tells of the file is ended only when the file is gone, so the next sweep can try again.
TEST_F(SweepTest, AFileThatCannotBeDeletedKeepsItsNote) {
  const auto doctor = Start();
  const JobMark mark = MarkOfTheDead(JobPurpose::kStagedFile);
  MakeJob(*doctor, DisplayNameOf(mark), DescriptionOf(mark, kStaged));
  world_.disk().AddFile(kStaged, fakes::FileContent::Synthetic(9, 9));
  world_.disk().SetLocked(kStaged, true);
  const SweepReport report = SweepOn(*doctor);
  ASSERT_EQ(report.Count(SweepOutcome::kFailed), 1U);
  EXPECT_EQ(report.jobs.front().result, "ERROR_SHARING_VIOLATION"_hr);
  EXPECT_EQ(Names().size(), 1U);
  world_.disk().SetLocked(kStaged, false);
  EXPECT_EQ(SweepOn(*doctor).Count(SweepOutcome::kSwept), 1U);
  EXPECT_EQ(world_.disk().Find(kStaged), nullptr);
  EXPECT_THAT(Names(), IsEmpty());
}

// An administrator ends the jobs of all users, and does not delete what a user's job tells him to.
TEST_F(SweepTest, OtherUsersJobsAreSweptForAnAdministratorTheirFilesAreNot) {
  KilledAt(25, cast_.OtherUser(), false, kSlowUrl);
  const auto oscar = world_.Start(cast_.OtherUser());
  const JobMark mark = MarkOfTheDead(JobPurpose::kStagedFile);
  MakeJob(*oscar, DisplayNameOf(mark), DescriptionOf(mark, kStaged));
  world_.disk().AddFile(kStaged, fakes::FileContent::Synthetic(9, 9));
  ASSERT_EQ(Names().size(), 2U);

  SweepOptions all;
  all.queue.all_users = true;
  const auto user = Start();
  EXPECT_THAT(SweepOn(*user).jobs, IsEmpty()) << "without --all-users";
  const Attempt<SweepReport> refused = Sweep(*user, all);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().call, "EnumJobs");
  EXPECT_EQ(refused.error().result, "E_ACCESSDENIED"_hr);

  const auto administrator = Start(TokenKind::kAdminElevated);
  const SweepReport report = SweepOn(*administrator, all);
  EXPECT_EQ(report.Count(SweepOutcome::kSwept), 1U);
  EXPECT_EQ(report.Count(SweepOutcome::kFailed), 1U);
  EXPECT_NE(world_.disk().Find(kStaged), nullptr);
  EXPECT_EQ(Names().size(), 1U);
  EXPECT_EQ(SweepOn(*oscar).Count(SweepOutcome::kSwept), 1U);
  EXPECT_EQ(world_.disk().Find(kStaged), nullptr);
}

}  // namespace
}  // namespace bits::jobs
