// Policies and settings that govern BITS: the facts, and the tests of them.
#include <algorithm>

#include <gtest/gtest.h>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/helper_token_test.h"
#include "harness/api/background_copy_job3.h"
#include "harness/api/background_copy_job4.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

constexpr Fact kFacts[] = {
    {"POLICY-01", "The policies' key has values for what is configured only.", "group-policies",
     "Policies.OnlyConfiguredValuesAreInTheRegistry", ""},
    {"POLICY-02", "A job without activity for 90 days is cancelled; JobInactivityTimeout says another number of days.",
     "policy-csp-bits", "Policies.AnIdleJobIsCancelled", ""},
    {"POLICY-03", "Changing a property or making progress begins that time anew.", "group-policies",
     "Policies.ActivityKeepsAJob", ""},
    {"POLICY-04", "MaxInternetBandwidth slows background jobs down and no foreground job.", "group-policies",
     "Policies.BandwidthLimitsBackgroundJobs", ""},
    {"POLICY-05", "A limit of 0 keeps background jobs from moving until it changes.", "group-policies",
     "Policies.NoBandwidthBlocksBackgroundJobs", ""},
    {"POLICY-06", "A job is active for at most 90 days, or the seconds of MaxDownloadTime.", "group-policies",
     "Policies.TheDownloadTimeIsLimited", ""},
    {"POLICY-07", "300 jobs a machine, or MaxJobsPerMachine.", "group-policies", "Policies.JobsPerMachineAreLimited",
     ""},
    {"POLICY-08", "60 jobs a user, or MaxJobsPerUser.", "group-policies", "Policies.JobsPerUserAreLimited", ""},
    {"POLICY-09", "200 files a job, or MaxFilesPerJob.", "group-policies", "Policies.FilesPerJobAreLimited", ""},
    {"POLICY-10", "500 ranges a file, or MaxRangesPerFile.", "group-policies", "Policies.RangesPerFileAreLimited", ""},
    {"POLICY-11", "None of these four limits holds for administrators and service accounts.", "group-policies",
     "Policies.AdministratorsAndServicesHaveNoLimits", ""},
    {"POLICY-12", "For the limits only an elevated administrator is one.", "decision D12",
     "Policies.AFilteredAdministratorHasTheLimits", ""},
    {"POLICY-13", "A limit per user that is above the one per machine never comes to bear.", "dd939934",
     "Policies.TheMachinesLimitIsReachedFirst", ""},
    {"POLICY-14", "DisableBranchCache turns BranchCache off.", "group-policies", "",
     "there are no other machines to share a cache with"},
    {"POLICY-15", "EnableMaintenanceLimits and EnableBandwidthLimits limit the bandwidth by a schedule.",
     "group-policies", "", "the limit of the simulation is the same at every hour"},
    {"POLICY-16", "Since 1809 device management sets the policies as well.", "policy-csp-bits", "",
     "who writes the registry is not simulated; the values are the same"},
    {"POLICY-17", "The logon's credentials are sent after SetCredentials only: UseLMCompat 2, the default.",
     "authentication", "Policies.ImplicitCredentialsNeedSetCredentials", ""},
    {"POLICY-18", "UseLMCompat 0: they are sent whenever a server asks.", "authentication",
     "Policies.ImplicitCredentialsCanBeSentAlways", ""},
    {"POLICY-19", "UseLMCompat 1: they are sent when LmCompatibilityLevel is 2 or more.", "authentication",
     "Policies.ImplicitCredentialsCanDependOnTheLmLevel", ""},
    {"POLICY-20", "Since the November Update the service starts with Windows only while there are jobs.",
     "bits-startup-type", "Policies.TheStartTypeFollowsTheJobs", ""},
    {"POLICY-21", "A client starts the service on demand; when it is disabled the client fails.", "bits-startup-type",
     "Policies.ADisabledServiceFailsItsClients", ""},
    {"POLICY-22", "The service runs as LocalSystem and needs RpcSs and EventSystem.", "dd939934",
     "Policies.TheServiceRunsAsLocalSystemAndNeedsTwoOthers", ""},
    {"POLICY-23", "The service holds five privileges, and its code is in qmgr.dll.", "dd939934", "",
     "the service's process has no token of its own, and runs no code from the simulated disk"},
    {"POLICY-24", "The event log tells of jobs created (3), completed (4) and cancelled (5).", "dd408592",
     "Policies.TheEventLogTellsOfJobs", ""},
    {"POLICY-25", "It tells of transfers that start (59), stop (60) and stop in error (61).", "dd408592",
     "Policies.TheEventLogTellsOfTransfers", ""},
    {"POLICY-26", "It tells of credentials (203, 204).", "dd408592", "",
     "what those events say of which credentials is not documented well enough to imitate"},
};

constexpr std::string_view kPolicies = R"(Software\Policies\Microsoft\Windows\BITS)";
constexpr Time kDay = std::chrono::hours(24);

class Policies : public HelperTokenTest {
 protected:
  static constexpr auto kMachine = RegistryRoot::kLocalMachine;

  bool IsListed(BackgroundCopyJob& job) const {
    return HResultOf(alice_.manager->GetJob(Must(job.GetId()))) == "S_OK"_hr;
  }
  // How many jobs the client may make before it is refused, and why it is.
  static std::pair<std::size_t, HResult> JobsUntilRefused(const Client& client, std::size_t most = 400) {
    for (std::size_t count = 0; count < most; ++count) {
      const HResult made = HResultOf(client.manager->CreateJob("one more", JobType::kDownload));
      if (made.Failed()) return {count, made};
    }
    return {most, HResult()};
  }
  static std::pair<std::size_t, HResult> FilesUntilRefused(const Client& client, std::size_t most = 300) {
    const auto job = client.MakeJob();
    for (std::size_t count = 0; count < most; ++count) {
      const HResult added = job->AddFile(kUrl, R"(C:\Users\Public\file)" + std::to_string(count));
      if (added.Failed()) return {count, added};
    }
    return {most, HResult()};
  }
  static HResult AddRanges(const Client& client, std::size_t count) {
    std::vector<FileRange> ranges;
    for (std::size_t i = 0; i < count; ++i) ranges.push_back({10 * i, 5});
    const auto job = client.MakeJob();
    return Must(Query<BackgroundCopyJob3>(*job))->AddFileWithRanges(kUrl, R"(C:\Users\Public\file)", ranges);
  }

  // How the report that wants helen's logon ends for helen without SetCredentials.
  JobState EndOfReport() {
    const Client helen(world_, Helen());
    const auto job = helen.MakeJob();
    Must(job->AddFile(kReportUrl, R"(C:\Users\Public\report)"));
    return EndOf(*job);
  }
  void SetUseLmCompat(std::uint64_t value) {
    world_.SetRegistry(kMachine, R"(Software\Microsoft\Windows\CurrentVersion\BITS)", "UseLMCompat", value);
  }
  void SetLmLevel(std::uint64_t value) {
    world_.SetRegistry(kMachine, R"(System\CurrentControlSet\Control\LSA)", "LmCompatibilityLevel", value);
  }

  bool Logged(std::uint32_t id) {
    const auto events = Must(alice_.process->machine().ReadEventLog("Microsoft-Windows-Bits-Client/Operational", 100));
    return std::ranges::find(events, id, &LogEvent::id) != events.end();
  }
};

using Refusal = std::pair<std::size_t, HResult>;

TEST_F(Policies, OnlyConfiguredValuesAreInTheRegistry) {
  Machine& machine = alice_.process->machine();
  EXPECT_EQ(HResultOf(machine.ReadRegistry(kMachine, kPolicies, "MaxJobsPerUser")), "ERROR_FILE_NOT_FOUND"_hr);
  world_.SetPolicy("MaxJobsPerUser", 7);
  EXPECT_EQ(Must(machine.ReadRegistry(kMachine, kPolicies, "MaxJobsPerUser")), RegistryValue(std::uint64_t{7}));
  EXPECT_EQ(HResultOf(machine.ReadRegistry(kMachine, kPolicies, "MaxJobsPerMachine")), "ERROR_FILE_NOT_FOUND"_hr);
}

TEST_F(Policies, AnIdleJobIsCancelled) {
  for (const int days : {90, 10}) {
    if (days != 90) world_.SetPolicy("JobInactivityTimeout", static_cast<std::uint64_t>(days));
    const auto job = Download(kUrl);
    world_.Advance((days - 1) * kDay);
    EXPECT_TRUE(IsListed(*job)) << days;
    world_.Advance(2 * kDay);
    EXPECT_FALSE(IsListed(*job)) << days;
    EXPECT_EQ(StateOf(*job), JobState::kCancelled) << days;
  }
}

TEST_F(Policies, ActivityKeepsAJob) {
  const auto changed = Download(kUrl);
  world_.Change([&] { world_.network().GetHttpServer(kSlowServer).bytes_per_second = 1; });
  world_.SetPolicy("JobInactivityTimeout", 2);
  world_.Change([&] {
    world_.network().AddHttpResource(kSlowUrl, FileContent::Synthetic(10ULL * 24 * 3600, 7));  // ten days' worth
  });
  const auto moving = Download(kSlowUrl, R"(C:\Users\alice\slow)");
  Must(moving->Resume());
  for (int day = 0; day < 5; ++day) {
    world_.Advance(kDay);
    Must(changed->SetDescription("still wanted"));
  }
  EXPECT_TRUE(IsListed(*changed));
  EXPECT_EQ(StateOf(*moving), JobState::kTransferring);
}

TEST_F(Policies, BandwidthLimitsBackgroundJobs) {
  world_.SetPolicy("MaxInternetBandwidth", 800);  // kilobits a second: 1 MB comes in 10 s
  const auto background = Resumed(kUrl, std::chrono::seconds(5));
  EXPECT_EQ(StateOf(*background), JobState::kTransferring);
  world_.Advance(std::chrono::seconds(6));
  EXPECT_EQ(StateOf(*background), JobState::kTransferred);
  const auto foreground = Download(kUrl);
  Must(foreground->SetPriority(JobPriority::kForeground));
  Must(foreground->Resume());
  world_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(StateOf(*foreground), JobState::kTransferred);
}

TEST_F(Policies, NoBandwidthBlocksBackgroundJobs) {
  world_.SetPolicy("MaxInternetBandwidth", 0);
  const auto job = Resumed(kUrl);
  EXPECT_EQ(StateOf(*job), JobState::kTransientError);
  EXPECT_EQ(CodeOf(*job), "BG_E_BLOCKED_BY_POLICY"_hr);
  const auto foreground = Download(kUrl, R"(C:\Users\alice\other)");
  Must(foreground->SetPriority(JobPriority::kForeground));
  EXPECT_EQ(EndOf(*foreground), JobState::kTransferred);
  world_.SetPolicy("MaxInternetBandwidth", 8000);
  world_.RunUntilIdle();
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(Policies, TheDownloadTimeIsLimited) {
  const auto job = Download(kSlowUrl);
  const auto job4 = Must(Query<BackgroundCopyJob4>(*job));
  EXPECT_EQ(Must(job4->GetMaximumDownloadTime()), 90U * 24 * 3600);
  world_.SetPolicy("MaxDownloadTime", 20);
  EXPECT_EQ(Must(job4->GetMaximumDownloadTime()), 20U);
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_MAXDOWNLOAD_TIMEOUT"_hr);
  Must(job4->SetMaximumDownloadTime(200));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred) << "the job's own limit goes before the policy's";
}

TEST_F(Policies, JobsPerMachineAreLimited) {
  world_.SetPolicy("MaxJobsPerUser", 1000);
  EXPECT_EQ(JobsUntilRefused(alice_), Refusal(300, "BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr));
  world_.SetPolicy("MaxJobsPerMachine", 310);
  const Client oscar(world_, cast_.OtherUser());
  EXPECT_EQ(JobsUntilRefused(oscar), Refusal(10, "BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr)) << "everybody's jobs count";
}

TEST_F(Policies, JobsPerUserAreLimited) {
  EXPECT_EQ(JobsUntilRefused(alice_), Refusal(60, "BG_E_TOO_MANY_JOBS_PER_USER"_hr));
  world_.SetPolicy("MaxJobsPerUser", 65);
  EXPECT_EQ(JobsUntilRefused(alice_), Refusal(5, "BG_E_TOO_MANY_JOBS_PER_USER"_hr));
  const Client oscar(world_, cast_.OtherUser());
  EXPECT_EQ(JobsUntilRefused(oscar), Refusal(65, "BG_E_TOO_MANY_JOBS_PER_USER"_hr)) << "each has their own";
}

TEST_F(Policies, FilesPerJobAreLimited) {
  EXPECT_EQ(FilesUntilRefused(alice_), Refusal(200, "BG_E_TOO_MANY_FILES_IN_JOB"_hr));
  world_.SetPolicy("MaxFilesPerJob", 3);
  EXPECT_EQ(FilesUntilRefused(alice_), Refusal(3, "BG_E_TOO_MANY_FILES_IN_JOB"_hr));
}

TEST_F(Policies, RangesPerFileAreLimited) {
  EXPECT_EQ(AddRanges(alice_, 500), "S_OK"_hr);
  EXPECT_EQ(AddRanges(alice_, 501), "BG_E_TOO_MANY_RANGES_IN_FILE"_hr);
  world_.SetPolicy("MaxRangesPerFile", 2);
  EXPECT_EQ(AddRanges(alice_, 2), "S_OK"_hr);
  EXPECT_EQ(AddRanges(alice_, 3), "BG_E_TOO_MANY_RANGES_IN_FILE"_hr);
}

TEST_F(Policies, AdministratorsAndServicesHaveNoLimits) {
  for (const std::string_view limit : {"MaxJobsPerMachine", "MaxJobsPerUser", "MaxFilesPerJob", "MaxRangesPerFile"}) {
    world_.SetPolicy(limit, 1);
  }
  const Client adam(world_, cast_.Owner(TokenKind::kAdminElevated));
  const Client service(world_, world_.ServiceToken(kNetworkServiceSid));
  for (const Client* const client : {&adam, &service}) {
    EXPECT_EQ(JobsUntilRefused(*client, 5), Refusal(5, HResult()));
    EXPECT_EQ(FilesUntilRefused(*client, 5), Refusal(5, HResult()));
    EXPECT_EQ(AddRanges(*client, 5), "S_OK"_hr);
  }
}

TEST_F(Policies, AFilteredAdministratorHasTheLimits) {
  const Client adam(world_, cast_.Owner(TokenKind::kAdminFiltered));
  EXPECT_EQ(JobsUntilRefused(adam), Refusal(60, "BG_E_TOO_MANY_JOBS_PER_USER"_hr));
}

TEST_F(Policies, TheMachinesLimitIsReachedFirst) {
  world_.SetPolicy("MaxJobsPerUser", 20);
  world_.SetPolicy("MaxJobsPerMachine", 10);
  EXPECT_EQ(JobsUntilRefused(alice_), Refusal(10, "BG_E_TOO_MANY_JOBS_PER_MACHINE"_hr));
}

TEST_F(Policies, ImplicitCredentialsNeedSetCredentials) {
  EXPECT_EQ(EndOfReport(), JobState::kError);
  SetLmLevel(5);
  SetUseLmCompat(2);
  EXPECT_EQ(EndOfReport(), JobState::kError);
}

TEST_F(Policies, ImplicitCredentialsCanBeSentAlways) {
  SetUseLmCompat(0);
  EXPECT_EQ(EndOfReport(), JobState::kTransferred);
}

TEST_F(Policies, ImplicitCredentialsCanDependOnTheLmLevel) {
  SetUseLmCompat(1);
  SetLmLevel(1);
  EXPECT_EQ(EndOfReport(), JobState::kError);
  SetLmLevel(2);
  EXPECT_EQ(EndOfReport(), JobState::kTransferred);
}

TEST_F(Policies, TheStartTypeFollowsTheJobs) {
  Machine& machine = alice_.process->machine();
  EXPECT_EQ(Must(machine.QueryService("bits")).start_type, ServiceStartType::kDemand);
  const auto job = MakeJob();
  EXPECT_EQ(Must(machine.QueryService("bits")).start_type, ServiceStartType::kAutomatic);
  EXPECT_TRUE(Must(machine.QueryService("bits")).delayed_auto_start);
  Must(job->Cancel());
  EXPECT_EQ(Must(machine.QueryService("bits")).start_type, ServiceStartType::kDemand);
  Stage before("win10-1507");
  const auto process = StartClient(before.world, before.cast.OtherUser());
  EXPECT_EQ(Must(process->machine().QueryService("BITS")).start_type, ServiceStartType::kAutomatic);
}

TEST_F(Policies, ADisabledServiceFailsItsClients) {
  world_.StopBits();
  EXPECT_EQ(HResultOf(alice_.process->com().CoCreateInstance(ManagerClass::k1_0)), "S_OK"_hr) << "started on demand";
  world_.StopBits();
  world_.SetStartType("BITS", ServiceStartType::kDisabled);
  EXPECT_EQ(HResultOf(alice_.process->com().CoCreateInstance(ManagerClass::k1_0)), "ERROR_SERVICE_DISABLED"_hr);
}

TEST_F(Policies, TheServiceRunsAsLocalSystemAndNeedsTwoOthers) {
  const ServiceFacts service = Must(alice_.process->machine().QueryService("BITS"));
  EXPECT_EQ(service.account, "LocalSystem");
  EXPECT_EQ(service.dependencies, (std::vector<std::string>{"RpcSs", "EventSystem"}));
  world_.StopBits();
  world_.SetStartType("EventSystem", ServiceStartType::kDisabled);
  EXPECT_EQ(world_.StartBits(), "ERROR_SERVICE_DEPENDENCY_FAIL"_hr);
  world_.RemoveService("EventSystem");
  EXPECT_EQ(world_.StartBits(), "ERROR_SERVICE_DEPENDENCY_DELETED"_hr);
}

TEST_F(Policies, TheEventLogTellsOfJobs) {
  EXPECT_FALSE(Logged(3));
  const auto job = Download(kUrl);
  EXPECT_TRUE(Logged(3));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_FALSE(Logged(4));
  Must(job->Complete());
  EXPECT_TRUE(Logged(4));
  EXPECT_FALSE(Logged(5));
  Must(MakeJob()->Cancel());
  EXPECT_TRUE(Logged(5));
}

TEST_F(Policies, TheEventLogTellsOfTransfers) {
  const auto job = Resumed(kSlowUrl);
  EXPECT_TRUE(Logged(59));
  EXPECT_FALSE(Logged(60));
  world_.RunUntilIdle();
  EXPECT_TRUE(Logged(60));
  EXPECT_FALSE(Logged(61));
  EXPECT_EQ(EndOf(*Download(kMissingUrl)), JobState::kError);
  EXPECT_TRUE(Logged(61));
}

}  // namespace

std::span<const Fact> PolicyFacts() { return kFacts; }

}  // namespace bits::fakes
