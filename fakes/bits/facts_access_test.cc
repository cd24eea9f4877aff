// Who may do what with a job, and as whom jobs run: the facts, and the tests of them.
#include <gtest/gtest.h>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/helper_token_test.h"
#include "harness/api/background_copy_job4.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

constexpr Fact kFacts[] = {
    {"ACCESS-01", "A standard user sees and changes jobs of their own only.", "user-account-control-and-bits",
     "Access.AStandardUserHasOwnJobsOnly", ""},
    {"ACCESS-02", "A job made elevated is for elevated calls only, its owner's too.", "user-account-control-and-bits",
     "Access.AnElevatedJobNeedsElevatedCalls", ""},
    {"ACCESS-03", "The same holds for a job that was taken over, which must be done elevated.",
     "ibackgroundcopyjob4-getownerelevationstate", "Access.AJobThatWasTakenNeedsElevatedCalls", ""},
    {"ACCESS-04", "Such a job runs while its owner is logged on, elevated or not.", "user-account-control-and-bits",
     "Access.AnElevatedJobRunsForAnyLogonOfItsOwner", ""},
    {"ACCESS-05", "By decision the owner may still read an elevated job without elevation.", "decision D9",
     "Access.AnElevatedJobIsReadableByDecision", ""},
    {"ACCESS-06", "Nobody changes a job of a higher integrity level: LocalSystem's jobs need LocalSystem.",
     "user-account-control-and-bits", "Access.AJobOfHigherIntegrityIsNotChanged", ""},
    {"ACCESS-07", "A token with restricting SIDs makes and changes no jobs.", "users-and-network-connections",
     "Access.ARestrictedTokenMakesAndChangesNoJobs", ""},
    {"ACCESS-08", "The service accounts are always logged on.", "service-accounts-and-bits",
     "Access.ServicesAreAlwaysLoggedOn", ""},
    {"ACCESS-09", "LocalSystem and NetworkService are their computer to other machines, LocalService is nobody.",
     "service-accounts-and-bits", "Access.ServicesAreTheirComputerOnTheNetwork", ""},
    {"ACCESS-10", "What only a user may read, a service account may not.", "service-accounts-and-bits",
     "Access.ServicesDoNotGetWhatIsAUsers", ""},
    {"ACCESS-11", "A job that a service makes while it impersonates a user is the user's, who must be logged on.",
     "service-accounts-and-bits", "Access.AServicesJobForAUserIsTheUsers", ""},
    {"ACCESS-12", "Since 1903 a service's job keeps the SID of that service.", "user-account-control-and-bits",
     "Access.TheServiceSidStaysSince1903", ""},
    {"ACCESS-13", "Logged on is who came through the Welcome screen, terminal services or fast user switching.",
     "users-and-network-connections", "Access.RoutesThatCountAsBeingLoggedOn", ""},
    {"ACCESS-14", "PowerShell remoting counts since 1607.", "users-and-network-connections",
     "Access.PowerShellRemotingCountsSince1607", ""},
    {"ACCESS-15", "RunAs, remote cmdlets, PowerShell Direct and tasks that run without their user do not count.",
     "using-windows-powershell-to-create-bits-transfer-jobs", "Access.RoutesThatDoNotCount", ""},
    {"ACCESS-16", "A task that runs only when its user is logged on is in the user's own session.",
     "users-and-network-connections", "Access.ATaskInTheUsersSessionMovesJobs", ""},
    {"ACCESS-17", "Mapped drives belong to a session; a job needs UNC paths.", "service-accounts-and-bits", "",
     "the simulation maps no drives: every drive letter is the machine's own disk"},
};

constexpr std::string_view kPublic = R"(C:\Users\Public\file)";

class Access : public HelperTokenTest {
 protected:
  static std::unique_ptr<BackgroundCopyJob> JobOf(const Client& client, std::string_view url,
                                                  std::string_view local = kPublic) {
    std::unique_ptr<BackgroundCopyJob> job = client.MakeJob();
    Must(job->AddFile(url, local));
    return job;
  }

  static HResult GetJob(const Client& client, BackgroundCopyJob& job) {
    return HResultOf(client.manager->GetJob(Must(job.GetId())));
  }

  // What `call` yields on the job as the client finds it in the list of everybody's.
  template <class Call>
  static HResult OnListed(const Client& client, BackgroundCopyJob& wanted, Call call) {
    const auto jobs = Must(client.manager->EnumJobs(EnumJobsFlags::kAllUsers));
    for (const auto& job : Must(jobs->Next(100))) {
      if (Must(job->GetId()) == Must(wanted.GetId())) return call(*job);
    }
    return "BG_E_NOT_FOUND"_hr;
  }
  static HResult Rename(BackgroundCopyJob& job) { return job.SetDisplayName("another"); }

  // Whether alice's job moves when her only session is of this route.
  static bool Moves(std::string_view profile, LogonRoute route) {
    Stage stage(profile);
    const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
    const auto job = JobOf(alice, kUrl);
    stage.world.LogOff("alice");
    stage.world.LogOnThrough("alice", route);
    Must(job->Resume());
    stage.world.Advance(std::chrono::hours(1));
    return StateOf(*job) == JobState::kTransferred;
  }

  // alice's job moves an hour while somebody is logged on, but not after that.
  void ExpectRests(BackgroundCopyJob& job) {
    Must(job.Resume());
    world_.Advance(std::chrono::hours(1));
    EXPECT_EQ(StateOf(job), JobState::kQueued);
  }
};

TEST_F(Access, AStandardUserHasOwnJobsOnly) {
  const auto job = MakeJob();
  const Client oscar(world_, cast_.OtherUser());
  EXPECT_EQ(GetJob(oscar, *job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(HResultOf(oscar.manager->EnumJobs(EnumJobsFlags::kAllUsers)), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(Must(Must(oscar.manager->EnumJobs(0))->GetCount()), 0U);
  EXPECT_EQ(Must(Must(alice_.manager->EnumJobs(0))->GetCount()), 1U);
  EXPECT_EQ(GetJob(alice_, *job), "S_OK"_hr);
  const Client olivia(world_, cast_.OtherAdmin());
  EXPECT_EQ(GetJob(olivia, *job), "S_OK"_hr);
  EXPECT_EQ(OnListed(olivia, *job, Rename), "S_OK"_hr);
}

TEST_F(Access, AnElevatedJobNeedsElevatedCalls) {
  const Client elevated(world_, cast_.Owner(TokenKind::kAdminElevated));
  const auto job = elevated.MakeJob();
  const Client filtered(world_, cast_.Owner(TokenKind::kAdminFiltered));
  EXPECT_EQ(GetJob(filtered, *job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(GetJob(elevated, *job), "S_OK"_hr);
  EXPECT_TRUE(Must(Must(Query<BackgroundCopyJob4>(*job))->GetOwnerElevationState()));
  // The other way about, the owner's rights grow.
  const auto plain = filtered.MakeJob();
  EXPECT_FALSE(Must(Must(Query<BackgroundCopyJob4>(*plain))->GetOwnerElevationState()));
  EXPECT_EQ(GetJob(elevated, *plain), "S_OK"_hr);
}

TEST_F(Access, AJobThatWasTakenNeedsElevatedCalls) {
  const auto job = MakeJob();
  EXPECT_EQ(job->TakeOwnership(), "E_ACCESSDENIED"_hr);
  const Client olivia(world_, cast_.OtherAdmin());
  const auto hers = Must(olivia.manager->GetJob(Must(job->GetId())));
  EXPECT_EQ(hers->TakeOwnership(), "S_OK"_hr);
  EXPECT_EQ(Must(hers->GetOwner()), cast_.OtherAdmin()->sid());
  const Client filtered(world_, world_.LogOn("olivia"));
  EXPECT_EQ(GetJob(filtered, *job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(GetJob(alice_, *job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(GetJob(olivia, *job), "S_OK"_hr);
}

TEST_F(Access, AnElevatedJobRunsForAnyLogonOfItsOwner) {
  const Client elevated(world_, cast_.Owner(TokenKind::kAdminElevated));
  const auto job = JobOf(elevated, kUrl);
  world_.LogOff("adam");
  ExpectRests(*job);
  world_.LogOn("adam");
  world_.RunUntilIdle();
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(Access, AnElevatedJobIsReadableByDecision) {
  WorldOptions windows;
  windows.decisions.elevated_job_readable = true;
  Stage stage(windows);
  const Client elevated(stage.world, stage.cast.Owner(TokenKind::kAdminElevated));
  const auto job = elevated.MakeJob();
  const Client filtered(stage.world, stage.cast.Owner(TokenKind::kAdminFiltered));
  const auto found = Must(Must(filtered.manager->EnumJobs(0))->Next(1));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(Must(found[0]->GetDisplayName()), "a job");
  EXPECT_EQ(Rename(*found[0]), "E_ACCESSDENIED"_hr);
}

TEST_F(Access, AJobOfHigherIntegrityIsNotChanged) {
  const Client system(world_, world_.ServiceToken(kLocalSystemSid));
  const auto job = system.MakeJob();
  const Client olivia(world_, cast_.OtherAdmin());
  EXPECT_EQ(OnListed(olivia, *job, Rename), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(OnListed(olivia, *job, [](BackgroundCopyJob& listed) { return HResultOf(listed.GetState()); }), "S_OK"_hr);
  EXPECT_EQ(OnListed(system, *job, Rename), "S_OK"_hr);
  const auto alices = MakeJob();
  EXPECT_EQ(OnListed(system, *alices, Rename), "S_OK"_hr);
  EXPECT_EQ(OnListed(olivia, *alices, Rename), "S_OK"_hr);
}

TEST_F(Access, ARestrictedTokenMakesAndChangesNoJobs) {
  const auto job = MakeJob();
  const std::string everyone[] = {std::string(kEveryoneSid)};
  LogonApi& logon = alice_.process->logon();
  const Token own = Must(logon.OpenProcessToken(TokenAccess::kMaximumAllowed));
  TokenRestrictions restrictions;
  restrictions.sids_to_restrict = everyone;
  const Token restricted = Must(logon.CreateRestrictedToken(own, restrictions));
  const Impersonation scope = Must(Impersonation::Of(logon, restricted));
  EXPECT_EQ(HResultOf(alice_.manager->CreateJob("a job", JobType::kDownload)), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(GetJob(alice_, *job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(HResultOf(Query<BitsTokenOptions>(*job)), "E_ACCESSDENIED"_hr);
}

TEST_F(Access, ServicesAreAlwaysLoggedOn) {
  for (const std::string_view sid : {kLocalSystemSid, kLocalServiceSid, kNetworkServiceSid}) {
    Stage stage("win11-24h2");
    for (const std::string_view name : {"alice", "adam", "helen", "hector", "oscar", "olivia"})
      stage.world.LogOff(name);
    const Client service(stage.world, stage.world.ServiceToken(sid));
    const auto job = JobOf(service, kUrl);
    Must(job->Resume());
    stage.world.RunUntilIdle();
    EXPECT_EQ(StateOf(*job), JobState::kTransferred) << sid;
  }
}

TEST_F(Access, ServicesAreTheirComputerOnTheNetwork) {
  constexpr std::string_view kComputersUrl = "http://files.contoso.test/computers";
  constexpr std::string_view kComputersPath = R"(\\fileserver\computers\file)";
  world_.Change([&] {
    HttpResource& resource = world_.network().AddHttpResource(kComputersUrl, FileContent("x"));
    resource.challenges = {AuthScheme::kNtlm};
    resource.allowed = {std::string(kComputerSid)};
    Disk& disk = world_.network().GetSmbServer("fileserver").disk;
    // The groups of the other machine are not those of this one.
    disk.AddDirectory(R"(\\fileserver\computers)", AllowOnly({std::string(kComputerSid)}));
    disk.AddFile(kComputersPath, FileContent("x"), AllowOnly({std::string(kComputerSid)}));
    disk.AddDirectory(R"(\\fileserver\admins)", AllowOnly({std::string(kAdministratorsSid)}));
    disk.AddFile(R"(\\fileserver\admins\file)", FileContent("x"));
    disk.AddDirectory(R"(\\fileserver\anonymous)", AllowOnly({std::string(kAnonymousSid)}));
    disk.AddFile(R"(\\fileserver\anonymous\file)", FileContent("x"));
  });
  for (const std::string_view sid : {kLocalSystemSid, kNetworkServiceSid, kLocalServiceSid}) {
    const JobState expected = sid == kLocalServiceSid ? JobState::kError : JobState::kTransferred;
    const Client service(world_, world_.ServiceToken(sid));
    EXPECT_EQ(EndOf(*JobOf(service, kComputersPath)), expected) << sid;
    EXPECT_EQ(EndOf(*JobOf(service, R"(\\fileserver\admins\file)")), JobState::kError) << sid;
    EXPECT_EQ(EndOf(*JobOf(service, R"(\\fileserver\anonymous\file)")) == JobState::kTransferred,
              sid == kLocalServiceSid);
    const auto job = JobOf(service, kComputersUrl);
    Must(Must(Query<BackgroundCopyJob2>(*job))->SetCredentials(Implicit()));
    EXPECT_EQ(EndOf(*job), expected) << sid;
  }
}

TEST_F(Access, ServicesDoNotGetWhatIsAUsers) {
  for (const std::string_view sid : {kLocalSystemSid, kLocalServiceSid, kNetworkServiceSid}) {
    const Client service(world_, world_.ServiceToken(sid));
    const auto job = JobOf(service, kToolsPath);
    EXPECT_EQ(EndOf(*job), JobState::kError);
    EXPECT_EQ(CodeOf(*job), "E_ACCESSDENIED"_hr) << sid;
    const auto options = OptionsOf(*job);
    Must(SetToken(service, *options, Helen()));
    Must(options->SetHelperTokenFlags(kNetwork));
    EXPECT_EQ(EndOf(*job), JobState::kTransferred) << "helen may";
  }
}

TEST_F(Access, AServicesJobForAUserIsTheUsers) {
  const Client service(world_, world_.ServiceToken(kNetworkServiceSid));
  const auto job = As(service, alice_.process->token(), [&] { return JobOf(service, kUrl, kLocal); });
  EXPECT_EQ(Must(job->GetOwner()), alice_.process->token()->sid());
  world_.LogOff("alice");
  ExpectRests(*job);
  EXPECT_EQ(As(service, alice_.process->token(),
               [&] { return HResultOf(service.manager->CreateJob("a job", JobType::kDownload)); }),
            "ERROR_NOT_LOGGED_ON"_hr);
  world_.LogOn("alice");
  world_.RunUntilIdle();
  EXPECT_EQ(StateOf(*job), JobState::kTransferred);
}

TEST_F(Access, TheServiceSidStaysSince1903) {
  constexpr std::string_view kServiceSid = "S-1-5-80-1-2-3-4-5";
  for (const std::string_view profile : {"win10-1809", "win10-1903"}) {
    Stage stage(profile);
    TokenData token = *stage.world.ServiceToken(kLocalServiceSid);
    token.facts.groups.push_back({std::string(kServiceSid), "", GroupAttributes::kEnabled});
    const Client service(stage.world, MakeToken(std::move(token)));
    stage.world.Change(
        [&] { stage.world.disk().AddDirectory(R"(C:\Service)", AllowOnly({std::string(kServiceSid)})); });
    const auto job = JobOf(service, kUrl, R"(C:\Service\file)");
    Must(job->Resume());
    stage.world.RunUntilIdle();
    EXPECT_EQ(StateOf(*job), profile == "win10-1903" ? JobState::kTransferred : JobState::kError) << profile;
  }
}

TEST_F(Access, RoutesThatCountAsBeingLoggedOn) {
  for (const LogonRoute route :
       {LogonRoute::kWelcomeScreen, LogonRoute::kTerminalServices, LogonRoute::kFastUserSwitching}) {
    EXPECT_TRUE(Moves("win7", route)) << static_cast<int>(route);
    EXPECT_TRUE(Moves("win11-24h2", route)) << static_cast<int>(route);
  }
}

TEST_F(Access, PowerShellRemotingCountsSince1607) {
  EXPECT_FALSE(Moves("win10-1507", LogonRoute::kPowerShellRemoting));
  EXPECT_TRUE(Moves("win10-1607", LogonRoute::kPowerShellRemoting));
}

TEST_F(Access, RoutesThatDoNotCount) {
  for (const LogonRoute route :
       {LogonRoute::kRunAs, LogonRoute::kWinRmCmdlet, LogonRoute::kPowerShellDirect, LogonRoute::kScheduledTask}) {
    EXPECT_FALSE(Moves("win11-24h2", route)) << static_cast<int>(route);
  }
}

TEST_F(Access, ATaskInTheUsersSessionMovesJobs) {
  const Client task(world_, world_.LogOn("oscar"));
  EXPECT_EQ(EndOf(*JobOf(task, kUrl)), JobState::kTransferred);
}

}  // namespace

std::span<const Fact> AccessFacts() { return kFacts; }

}  // namespace bits::fakes
