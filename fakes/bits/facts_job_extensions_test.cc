// What the later interfaces of a job do: the facts, and the tests of IBackgroundCopyJob2. Those of the others are in
// facts_job_extensions_files_test.cc.
#include <gtest/gtest.h>

#include "fakes/bits/fact_table.h"
#include "fakes/bits/job_extensions_test.h"

namespace bits::fakes {
namespace {

constexpr Fact kFacts[] = {
    {"EXTRA-01", "A command line has a program of MAX_PATH and parameters of 4,000 characters at most.",
     "ibackgroundcopyjob2-setnotifycmdline", "Job2Extensions.ACommandLineHasALength", ""},
    {"EXTRA-02", "The program runs when the job ends, as the user who set it.", "ibackgroundcopyjob2-setnotifycmdline",
     "Job2Extensions.ACommandLineRunsAsWhoSetIt", ""},
    {"EXTRA-03", "It also runs for an end that came before it was set.", "ibackgroundcopyjob2-setnotifycmdline",
     "Job2Extensions.ACommandLineRunsForAnEarlierEnd", ""},
    {"EXTRA-04", "It never runs for jobs of service accounts.", "ibackgroundcopyjob2-setnotifycmdline",
     "Job2Extensions.ACommandLineOfAServiceDoesNotRun", ""},
    {"EXTRA-05", "It runs only where there is no callback, or the callback is dead or fails.",
     "registering-to-execute-a-program", "Job2Extensions.ACommandLineStandsInForACallback", ""},
    {"EXTRA-06", "It runs again after the retry delay while it exits with an error and leaves the job as it is.",
     "ibackgroundcopyjob2-setnotifycmdline", "Job2Extensions.ACommandLineThatFailsRunsAgain", ""},
    {"EXTRA-07", "The program needs a full path: no search path is used.", "ibackgroundcopyjob2-setnotifycmdline", "",
     "the simulation notes what would be run and runs nothing"},
    {"EXTRA-08", "Progress, data and file name of a reply are for upload-reply jobs only.",
     "ibackgroundcopyjob2-getreplyprogress", "Job2Extensions.RepliesAreOfUploadReplyJobs", ""},
    {"EXTRA-09", "A NULL argument of GetReplyProgress is E_INVALIDARG.", "ibackgroundcopyjob2-getreplyprogress", "",
     "results are values in this project's interfaces: there is nothing to pass NULL for"},
    {"EXTRA-10", "The reply is there once the job is TRANSFERRED, in memory up to 1 MB.",
     "ibackgroundcopyjob2-getreplydata", "Job2Extensions.AReplyIsReadWhenTheJobIsTransferred", ""},
    {"EXTRA-11", "Where the reply goes is said before it begins: a full path, writable for who says it.",
     "ibackgroundcopyjob2-setreplyfilename", "Job2Extensions.AReplyFileNameIsChecked", ""},
    {"EXTRA-12", "Credentials are set as the owner; administrators may not do it for another.",
     "ibackgroundcopyjob2-setcredentials", "Job2Extensions.CredentialsAreSetByTheOwner", ""},
    {"EXTRA-13", "Set before the first Resume, credentials answer the first request.",
     "ibackgroundcopyjob2-setcredentials", "Job2Extensions.CredentialsAnswerTheirTargetAndScheme", ""},
    {"EXTRA-14", "Each pair of target and scheme has its own credentials.", "ibackgroundcopyjob2-setcredentials",
     "Job2Extensions.CredentialsAnswerTheirTargetAndScheme", ""},
    {"EXTRA-15", "Targets and schemes that do not exist, and names and passwords that are too long, are refused.",
     "ibackgroundcopyjob2-setcredentials; decision D6", "Job2Extensions.CredentialsAreChecked", ""},
    {"EXTRA-16", "Neither name nor password means the credentials of the logon, by NTLM or Negotiate only.",
     "ibackgroundcopyjob2-setcredentials", "Job2Extensions.CredentialsAreChecked", ""},
    {"EXTRA-17", "File servers are not shown these credentials.", "ibackgroundcopyjob2-setcredentials",
     "Job2Extensions.CredentialsAreNotForFileServers", ""},
    {"EXTRA-18", "Credentials cannot be read back.", "ibackgroundcopyjob2-setcredentials", "",
     "no method would: there is nothing to test"},
    {"EXTRA-19", "RemoveCredentials tells with S_FALSE that there were none.", "ibackgroundcopyjob2-removecredentials",
     "Job2Extensions.CredentialsAreRemovedByPair", ""},
    {"EXTRA-20", "ReplaceRemotePrefix changes the downloads whose name begins so, upper and lower case told apart.",
     "ibackgroundcopyjob3-replaceremoteprefix", "JobExtensions.APrefixIsReplacedWhereItIs", ""},
    {"EXTRA-21", "It refuses uploads, final jobs and what would be no name.", "ibackgroundcopyjob3-replaceremoteprefix",
     "JobExtensions.APrefixMustMakeNames", ""},
    {"EXTRA-22", "A download may be 1 to 500 ranges of an HTTP file, one after the other.",
     "ibackgroundcopyjob3-addfilewithranges", "JobExtensions.RangesAreDownloaded", ""},
    {"EXTRA-23", "Ranges that are empty, overlap or lie outside the file, uploads and file servers are refused.",
     "ibackgroundcopyjob3-addfilewithranges", "JobExtensions.RangesAreChecked", ""},
    {"EXTRA-24", "SetFileACLFlags knows four flags, until the job is TRANSFERRED.",
     "ibackgroundcopyjob3-setfileaclflags", "JobExtensions.AclFlagsAreChecked", ""},
    {"EXTRA-25", "The flags say which parts of a file's protection come along from a file server.",
     "ibackgroundcopyjob3-setfileaclflags", "", "the simulated files have no group and no audit list to bring along"},
    {"EXTRA-26", "GetOwnerIntegrityLevel tells the level of the owner's token.",
     "ibackgroundcopyjob4-getownerintegritylevel", "JobExtensions.TheOwnersIntegrityAndElevationAreTold", ""},
    {"EXTRA-27", "GetOwnerElevationState tells whether the job was made, or taken, elevated.",
     "ibackgroundcopyjob4-getownerelevationstate", "JobExtensions.TheOwnersIntegrityAndElevationAreTold", ""},
    {"EXTRA-28", "A job may connect and transfer for 7,776,000 s, or what SetMaximumDownloadTime says.",
     "ibackgroundcopyjob4-setmaximumdownloadtime", "JobExtensions.TheDownloadTimeIsCounted", ""},
    {"EXTRA-29", "Connecting counts, waiting does not, and Resume begins anew.",
     "ibackgroundcopyjob4-setmaximumdownloadtime", "JobExtensions.OnlyActiveTimeIsCounted", ""},
    {"EXTRA-30", "Sleep of the computer counts as well.", "ibackgroundcopyjob4-setmaximumdownloadtime", "",
     "the simulated machine does not sleep"},
    {"EXTRA-31", "SetProperty and its eight properties.", "ibackgroundcopyjob5-setproperty", "",
     "the harness has no IBackgroundCopyJob5: QueryInterface yields E_NOINTERFACE, as on Windows 7"},
    {"EXTRA-32", "A certificate is found by its hash or its subject in a store of the caller's.",
     "ibackgroundcopyjobhttpoptions-setclientcertificatebyid", "JobExtensions.ACertificateIsFoundOrNot", ""},
    {"EXTRA-33", "A server that wants a certificate is shown it.",
     "ibackgroundcopyjobhttpoptions-setclientcertificatebyname", "JobExtensions.ACertificateIsShown", ""},
    {"EXTRA-34", "Headers have 16,384 characters at most.", "ibackgroundcopyjobhttpoptions-setcustomheaders",
     "JobExtensions.HeadersHaveALength", ""},
    {"EXTRA-35", "Security flags come back as they were set; unknown ones are refused.",
     "ibackgroundcopyjobhttpoptions-setsecurityflags", "JobExtensions.SecurityFlagsAreChecked", ""},
    {"EXTRA-36", "What the security flags change about certificates and redirects.",
     "ibackgroundcopyjobhttpoptions-setsecurityflags", "", "the simulated servers have no certificates to check"},
    {"EXTRA-37", "A NULL argument of the HTTP options is RPC_X_NULL_REF_POINTER.",
     "ibackgroundcopyjobhttpoptions-setclientcertificatebyid", "", "the interfaces of this project take no NULL there"},
    {"EXTRA-38", "A final job takes none of these calls that change something.", "life-cycle-of-a-bits-job",
     "JobExtensions.AFinalJobIsNotChanged", ""},
};

}  // namespace

std::span<const Fact> JobExtensionFacts() { return kFacts; }

namespace {

class Job2Extensions : public JobExtensionsTest {};

// --- the command line

TEST_F(Job2Extensions, ACommandLineHasALength) {
  const auto job = MakeJob();
  const auto job2 = Of<BackgroundCopyJob2>(*job);
  EXPECT_EQ(job2->SetNotifyCmdLine(std::string(260, 'p'), std::string(4000, 'x')), "S_OK"_hr);
  EXPECT_EQ(Must(job2->GetNotifyCmdLine()).parameters->size(), 4000U);
  EXPECT_EQ(job2->SetNotifyCmdLine(std::string(261, 'p'), std::nullopt), "BG_E_STRING_TOO_LONG"_hr);
  EXPECT_EQ(job2->SetNotifyCmdLine(kProgram, std::string(4001, 'x')), "BG_E_STRING_TOO_LONG"_hr);
  EXPECT_EQ(Must(job2->GetNotifyCmdLine()).program->size(), 260U) << "what was set stays";
}

TEST_F(Job2Extensions, ACommandLineRunsAsWhoSetIt) {
  for (const std::string_view url : {kUrl, kMissingUrl}) {
    const auto job = Download(url);
    Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, "done.exe job"));
    EndOf(*job);
    EXPECT_EQ(world_.command_lines().back().user_sid, alice_.process->token()->sid());
  }
  ASSERT_EQ(Runs(), 2U);
  EXPECT_EQ(world_.command_lines()[0].program, kProgram);
  EXPECT_EQ(world_.command_lines()[0].parameters, "done.exe job");
  // An administrator sets one for alice's job.
  const auto job = Download(kUrl);
  const Client olivia(world_, cast_.OtherAdmin());
  Must(Of<BackgroundCopyJob2>(*Must(olivia.manager->GetJob(Must(job->GetId()))))
           ->SetNotifyCmdLine(kProgram, std::nullopt));
  EndOf(*job);
  ASSERT_EQ(Runs(), 3U);
  EXPECT_EQ(world_.command_lines()[2].user_sid, cast_.OtherAdmin()->sid());
}

TEST_F(Job2Extensions, ACommandLineRunsForAnEarlierEnd) {
  const auto job = Download(kUrl);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, std::nullopt));
  EXPECT_EQ(Runs(), 1U);
}

TEST_F(Job2Extensions, ACommandLineOfAServiceDoesNotRun) {
  for (const std::string_view sid : {kLocalSystemSid, kLocalServiceSid, kNetworkServiceSid}) {
    const Client service(world_, world_.ServiceToken(sid));
    const auto job = service.MakeJob();
    Must(job->AddFile(kUrl, R"(C:\Users\Public\file)"));
    Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, std::nullopt));
    EXPECT_EQ(EndOf(*job), JobState::kTransferred);
  }
  EXPECT_EQ(Runs(), 0U);
}

TEST_F(Job2Extensions, ACommandLineStandsInForACallback) {
  const auto callback = std::make_shared<CountingCallback>();
  for (const HResult answer : {"S_OK"_hr, "E_FAIL"_hr}) {
    const auto job = Download(kUrl);
    callback->answer = answer;
    Must(job->SetNotifyInterface(callback));
    Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, std::nullopt));
    ASSERT_EQ(EndOf(*job), JobState::kTransferred);
    EXPECT_EQ(Runs(), answer.Failed() ? 1U : 0U) << answer;
    Must(job->Cancel());
  }
  Guid id;
  {
    const Client dying(world_, alice_.process->token());
    const auto job = dying.MakeJob();
    id = Must(job->GetId());
    Must(job->AddFile(kUrl, kLocal));
    Must(job->SetNotifyInterface(callback));
    Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, std::nullopt));
  }
  EXPECT_EQ(EndOf(*Must(alice_.manager->GetJob(id))), JobState::kTransferred);
  EXPECT_EQ(Runs(), 2U) << "the callback died with its process";
}

TEST_F(Job2Extensions, ACommandLineThatFailsRunsAgain) {
  world_.Change([&] { world_.command_line_exit_code = 1; });
  const auto job = Download(kUrl);
  Must(job->SetMinimumRetryDelay(60));
  Must(Of<BackgroundCopyJob2>(*job)->SetNotifyCmdLine(kProgram, std::nullopt));
  Must(job->Resume());
  world_.Advance(std::chrono::seconds(50));
  EXPECT_EQ(Runs(), 1U);
  world_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(Runs(), 2U);
  Must(job->Complete());
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(Runs(), 2U) << "the job is finished";
}

// --- replies of uploads

TEST_F(Job2Extensions, RepliesAreOfUploadReplyJobs) {
  for (const JobType type : {JobType::kDownload, JobType::kUpload, JobType::kUploadReply}) {
    const auto job = Of<BackgroundCopyJob2>(*MakeJob(type));
    const bool reply = type == JobType::kUploadReply;
    EXPECT_EQ(HResultOf(job->GetReplyProgress()), reply ? "S_OK"_hr : "E_NOTIMPL"_hr);
    EXPECT_EQ(HResultOf(job->GetReplyData()), reply ? "BG_E_INVALID_STATE"_hr : "E_NOTIMPL"_hr);
    EXPECT_EQ(HResultOf(job->GetReplyFileName()), reply ? "S_OK"_hr : "E_NOTIMPL"_hr);
    EXPECT_EQ(job->SetReplyFileName(R"(C:\Users\alice\reply)"), reply ? "S_OK"_hr : "E_NOTIMPL"_hr);
  }
}

TEST_F(Job2Extensions, AReplyIsReadWhenTheJobIsTransferred) {
  const auto job = UploadReply(FileContent("answer"));
  const auto job2 = Of<BackgroundCopyJob2>(*job);
  EXPECT_EQ(Must(job2->GetReplyProgress()).bytes_total, std::nullopt);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(Must(job2->GetReplyProgress()), (JobReplyProgress{6, 6}));
  const std::vector<std::uint8_t> data = Must(job2->GetReplyData());
  EXPECT_EQ(std::string(data.begin(), data.end()), "answer");

  const auto large = UploadReply(FileContent::Synthetic(1'048'577, 1));
  ASSERT_EQ(EndOf(*large), JobState::kTransferred);
  EXPECT_EQ(HResultOf(Of<BackgroundCopyJob2>(*large)->GetReplyData()), "BG_E_TOO_LARGE"_hr);
}

TEST_F(Job2Extensions, AReplyFileNameIsChecked) {
  const auto job = UploadReply(FileContent("answer"));
  const auto job2 = Of<BackgroundCopyJob2>(*job);
  EXPECT_EQ(job2->SetReplyFileName("reply"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job2->SetReplyFileName(R"(C:\)" + std::string(260, 'x')), "E_INVALIDARG"_hr);
  EXPECT_EQ(job2->SetReplyFileName(R"(C:\nowhere\reply)"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job2->SetReplyFileName(R"(C:\Users\helen\reply)"), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(job2->SetReplyFileName(R"(C:\Users\alice\reply)"), "S_OK"_hr);
  EXPECT_EQ(Must(job2->GetReplyFileName()), R"(C:\Users\alice\reply)");
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(job2->SetReplyFileName(R"(C:\Users\alice\other)"), "BG_E_INVALID_STATE"_hr);
  EXPECT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(world_.disk().Find(R"(C:\Users\alice\reply)")->content.Bytes(), "answer");
}

// --- credentials

TEST_F(Job2Extensions, CredentialsAreSetByTheOwner) {
  const auto job = MakeJob();
  const Client olivia(world_, cast_.OtherAdmin());
  const auto hers = Must(olivia.manager->GetJob(Must(job->GetId())));
  EXPECT_EQ(SetCredentials(*hers, AuthScheme::kBasic, "helen", Cast::kPassword), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "helen", Cast::kPassword), "S_OK"_hr);
}

TEST_F(Job2Extensions, CredentialsAnswerTheirTargetAndScheme) {
  world_.Change([&] {
    world_.network().GetHttpServer("http://files.contoso.test").resources["/private/report.docx"].challenges = {
        AuthScheme::kBasic};
  });
  const auto job = Download(kReportUrl);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "helen", "wrong"), "S_OK"_hr);
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kDigest, "helen", Cast::kPassword), "S_OK"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "helen", Cast::kPassword, AuthTarget::kProxy), "S_OK"_hr);
  EXPECT_EQ(EndOf(*job), JobState::kError) << "neither is what the server asks for";
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "helen", Cast::kPassword), "S_OK"_hr);
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
  // Before the first Resume they are there for the first request.
  const auto prepared = Download(kReportUrl);
  Must(SetCredentials(*prepared, AuthScheme::kBasic, "helen", Cast::kPassword));
  EXPECT_EQ(EndOf(*prepared), JobState::kTransferred);
  EXPECT_EQ(Must(prepared->GetErrorCount()), 0U);
}

TEST_F(Job2Extensions, CredentialsAreChecked) {
  const auto job = MakeJob();
  const auto job2 = Of<BackgroundCopyJob2>(*job);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "u", "p", static_cast<AuthTarget>(3)),
            "BG_E_INVALID_AUTH_TARGET"_hr);
  EXPECT_EQ(SetCredentials(*job, static_cast<AuthScheme>(6), "u", "p"), "BG_E_INVALID_AUTH_SCHEME"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, std::string(300, 'u'), "p"), "S_OK"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, std::string(301, 'u'), "p"), "BG_E_USERNAME_TOO_LARGE"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "u", std::string(65'535, 'p')), "S_OK"_hr);
  EXPECT_EQ(SetCredentials(*job, AuthScheme::kBasic, "u", std::string(65'536, 'p')), "BG_E_PASSWORD_TOO_LARGE"_hr);
  for (const AuthScheme scheme : {AuthScheme::kBasic, AuthScheme::kDigest, AuthScheme::kNtlm, AuthScheme::kNegotiate}) {
    const bool explicit_only = scheme == AuthScheme::kBasic || scheme == AuthScheme::kDigest;
    EXPECT_EQ(job2->SetCredentials({AuthTarget::kServer, scheme, std::nullopt, nullptr}),
              explicit_only ? "E_INVALIDARG"_hr : "S_OK"_hr)
        << ToString(scheme);
  }
}

TEST_F(Job2Extensions, CredentialsAreNotForFileServers) {
  const auto job = Download(kToolsPath);
  for (const AuthScheme scheme : {AuthScheme::kNtlm, AuthScheme::kNegotiate}) {
    Must(SetCredentials(*job, scheme, "helen", Cast::kPassword));
  }
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "E_ACCESSDENIED"_hr);
}

TEST_F(Job2Extensions, CredentialsAreRemovedByPair) {
  const auto job = Download(kReportUrl);
  const auto job2 = Of<BackgroundCopyJob2>(*job);
  EXPECT_EQ(job2->RemoveCredentials(AuthTarget::kServer, AuthScheme::kNtlm), "S_FALSE"_hr);
  Must(SetCredentials(*job, AuthScheme::kNtlm, "helen", Cast::kPassword));
  EXPECT_EQ(job2->RemoveCredentials(AuthTarget::kProxy, AuthScheme::kNtlm), "S_FALSE"_hr);
  EXPECT_EQ(job2->RemoveCredentials(AuthTarget::kServer, AuthScheme::kNtlm), "S_OK"_hr);
  EXPECT_EQ(EndOf(*job), JobState::kError);
}

}  // namespace
}  // namespace bits::fakes
