// Ranges, names, owners, time limits and HTTP options of a job. The facts are in facts_job_extensions_test.cc.
#include <array>

#include <gtest/gtest.h>

#include "fakes/bits/job_extensions_test.h"
#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

class JobExtensions : public JobExtensionsTest {};

// --- names and ranges

TEST_F(JobExtensions, APrefixIsReplacedWhereItIs) {
  const auto job = Download("http://old.test/a");
  Must(job->AddFile("http://old.test/b", R"(C:\Users\alice\b)"));
  Must(job->AddFile("http://other.test/c", R"(C:\Users\alice\c)"));
  const auto job3 = Of<BackgroundCopyJob3>(*job);
  EXPECT_EQ(job3->ReplaceRemotePrefix("HTTP://OLD.test/", "http://new.test/"), "S_FALSE"_hr);
  EXPECT_EQ(job3->ReplaceRemotePrefix("http://old.test/", "http://new.test/x/"), "S_OK"_hr);
  std::vector<std::string> names;
  for (const auto& file : Must(Must(job->EnumFiles())->Next(3))) names.push_back(Must(file->GetRemoteName()));
  EXPECT_EQ(names, (std::vector<std::string>{"http://new.test/x/a", "http://new.test/x/b", "http://other.test/c"}));
}

TEST_F(JobExtensions, APrefixMustMakeNames) {
  const auto job = Download("http://old.test/a");
  const auto job3 = Of<BackgroundCopyJob3>(*job);
  EXPECT_EQ(job3->ReplaceRemotePrefix("", "http://new.test/"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job3->ReplaceRemotePrefix("http://old.test/", ""), "E_INVALIDARG"_hr);
  EXPECT_EQ(job3->ReplaceRemotePrefix("http://old.test/", "gopher://new.test/"), "E_INVALIDARG"_hr);
  EXPECT_EQ(job3->ReplaceRemotePrefix("http://old.test/", "http://new.test/" + std::string(2200, 'x')),
            "E_INVALIDARG"_hr);
  EXPECT_EQ(Must(Must(Must(job->EnumFiles())->Next(1))[0]->GetRemoteName()), "http://old.test/a");
  EXPECT_EQ(Of<BackgroundCopyJob3>(*MakeJob(JobType::kUpload))->ReplaceRemotePrefix("http://a/", "http://b/"),
            "E_NOTIMPL"_hr);
}

TEST_F(JobExtensions, RangesAreDownloaded) {
  world_.Change([&] { world_.network().AddHttpResource("http://files.contoso.test/abc", FileContent("abcdefghij")); });
  const auto job = MakeJob();
  ASSERT_EQ(AddRanges(*job, {{5, 2}, {1, 1}, {8, std::nullopt}}, "http://files.contoso.test/abc"), "S_OK"_hr);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  Must(job->Complete());
  EXPECT_EQ(world_.disk().Find(kLocal)->content.Bytes(), "fgbij");
}

TEST_F(JobExtensions, RangesAreChecked) {
  const auto job = MakeJob();
  EXPECT_EQ(AddRanges(*job, {}), "E_INVALIDARG"_hr);
  EXPECT_EQ(AddRanges(*job, {{0, 0}}), "BG_E_INVALID_RANGE"_hr);
  EXPECT_EQ(AddRanges(*job, {{0, 10}, {9, 10}}), "BG_E_OVERLAPPING_RANGES"_hr);
  EXPECT_EQ(AddRanges(*job, {{0, std::nullopt}, {9, 10}}), "BG_E_OVERLAPPING_RANGES"_hr);
  EXPECT_EQ(AddRanges(*job, {{0, 10}, {10, 10}}, kToolsPath), "E_INVALIDARG"_hr);
  EXPECT_EQ(AddRanges(*job, {{0, 10}}, "HTTP://FILES.contoso.test/setup.msi"), "S_OK"_hr) << "a scheme has no case";
  EXPECT_EQ(AddRanges(*MakeJob(JobType::kUpload), {{0, 10}}), "E_NOTIMPL"_hr);
  const std::array<FileRange, 1> range = {{{0, 10}}};
  EXPECT_EQ(Of<BackgroundCopyJob3>(*MakeJob())->AddFileWithRanges(kUrl, R"(C:\Users\helen\file)", range),
            "E_ACCESSDENIED"_hr);
  const auto beyond = MakeJob();
  Must(AddRanges(*beyond, {{1'000'000'000, 10}}));
  EXPECT_EQ(EndOf(*beyond), JobState::kError);
  EXPECT_EQ(CodeOf(*beyond), "BG_E_INVALID_RANGE"_hr);
}

TEST_F(JobExtensions, AclFlagsAreChecked) {
  const auto job = Download(kUrl);
  const auto job3 = Of<BackgroundCopyJob3>(*job);
  EXPECT_EQ(Must(job3->GetFileACLFlags()), 0U);
  EXPECT_EQ(job3->SetFileACLFlags(FileAclFlags::kAll), "S_OK"_hr);
  EXPECT_EQ(job3->SetFileACLFlags(0x10), "E_INVALIDARG"_hr);
  EXPECT_EQ(Must(job3->GetFileACLFlags()), 0xFU);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(job3->SetFileACLFlags(FileAclFlags::kOwner), "BG_E_INVALID_STATE"_hr);
}

// --- the owner, and time

TEST_F(JobExtensions, TheOwnersIntegrityAndElevationAreTold) {
  struct Case {
    TokenPtr owner;
    std::uint32_t integrity;
    bool elevated;
  };
  const Case cases[] = {{cast_.OtherUser(), 0x2000, false},
                        {cast_.Owner(TokenKind::kAdminFiltered), 0x2000, false},
                        {cast_.Owner(TokenKind::kAdminElevated), 0x3000, true},
                        {world_.ServiceToken(kLocalSystemSid), 0x4000, true}};
  for (const Case& c : cases) {
    const Client client(world_, c.owner);
    const auto job4 = Of<BackgroundCopyJob4>(*client.MakeJob());
    EXPECT_EQ(Must(job4->GetOwnerIntegrityLevel()), c.integrity) << c.owner->facts.user.account;
    EXPECT_EQ(Must(job4->GetOwnerElevationState()), c.elevated) << c.owner->facts.user.account;
  }
  const auto job = MakeJob();
  const Client olivia(world_, cast_.OtherAdmin());
  const auto hers = Must(olivia.manager->GetJob(Must(job->GetId())));
  const auto job4 = Of<BackgroundCopyJob4>(*hers);
  EXPECT_FALSE(Must(job4->GetOwnerElevationState()));
  Must(hers->TakeOwnership());
  EXPECT_TRUE(Must(job4->GetOwnerElevationState()));
  EXPECT_EQ(Must(job4->GetOwnerIntegrityLevel()), 0x3000U);
}

TEST_F(JobExtensions, TheDownloadTimeIsCounted) {
  const auto job = Download(kSlowUrl);  // takes 101 s
  const auto job4 = Of<BackgroundCopyJob4>(*job);
  EXPECT_EQ(Must(job4->GetMaximumDownloadTime()), 7'776'000U);
  Must(job4->SetMaximumDownloadTime(50));
  Must(job->Resume());
  world_.Advance(std::chrono::seconds(49));
  EXPECT_EQ(StateOf(*job), JobState::kTransferring);
  world_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(StateOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_MAXDOWNLOAD_TIMEOUT"_hr);
  EXPECT_EQ(EndOf(*job), JobState::kError) << "51 s are left, of which 50 may pass";
  EXPECT_EQ(EndOf(*job), JobState::kTransferred) << "each Resume begins anew";
}

TEST_F(JobExtensions, OnlyActiveTimeIsCounted) {
  world_.Change([&] { world_.network().GetHttpServer(kSlowServer).latency = std::chrono::minutes(10); });
  const auto connecting = Download(kSlowUrl);
  Must(Of<BackgroundCopyJob4>(*connecting)->SetMaximumDownloadTime(60));
  Must(connecting->Resume());
  world_.Advance(std::chrono::seconds(61));
  EXPECT_EQ(CodeOf(*connecting), "BG_E_MAXDOWNLOAD_TIMEOUT"_hr) << "connecting counts, at its time";

  const auto waiting = Download(kUnreachableUrl);
  Must(Of<BackgroundCopyJob4>(*waiting)->SetMaximumDownloadTime(60));
  Must(waiting->Resume());
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(StateOf(*waiting), JobState::kTransientError) << "waiting for a retry does not";
  const auto queued = Download(kUrl, R"(C:\Users\alice\queued)");
  Must(Of<BackgroundCopyJob4>(*queued)->SetMaximumDownloadTime(60));
  Must(queued->Resume());
  world_.LogOff("alice");
  world_.Advance(std::chrono::hours(1));
  world_.LogOn("alice");
  world_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(StateOf(*queued), JobState::kTransferred) << "nor does the queue";
}

// --- HTTP options

TEST_F(JobExtensions, ACertificateIsFoundOrNot) {
  using enum CertificateStoreLocation;
  const std::string alice = alice_.process->token()->sid();
  const std::vector<std::uint8_t> hash(20, 7);
  world_.Change([&] { world_.certificates().Add({alice, {kCurrentUser, "MY", hash, "alice's"}}); });
  const auto job = MakeJob();
  const auto options = Of<BackgroundCopyJobHttpOptions>(*job);
  std::array<std::uint8_t, 20> wanted{};
  EXPECT_EQ(HResultOf(options->GetClientCertificate()), "RPC_X_BAD_STUB_DATA"_hr);
  EXPECT_EQ(options->SetClientCertificateByID(kCurrentUser, "MY", wanted), "CRYPT_E_NOT_FOUND"_hr);
  wanted.fill(7);
  EXPECT_EQ(options->SetClientCertificateByID(kLocalMachine, "MY", wanted), "CRYPT_E_NOT_FOUND"_hr);
  EXPECT_EQ(options->SetClientCertificateByID(kCurrentUser, "MY", wanted), "S_OK"_hr);
  EXPECT_EQ(Must(options->GetClientCertificate()).subject_name, "alice's");
  EXPECT_EQ(options->RemoveClientCertificate(), "S_OK"_hr);
  EXPECT_EQ(options->SetClientCertificateByName(kCurrentUser, "MY", "bob's"), "CRYPT_E_NOT_FOUND"_hr);
  EXPECT_EQ(options->SetClientCertificateByName(kCurrentUser, "MY", "alice's"), "S_OK"_hr);
  EXPECT_EQ(Must(options->GetClientCertificate()).hash, hash);
}

TEST_F(JobExtensions, ACertificateIsShown) {
  using enum CertificateStoreLocation;
  const std::string alice = alice_.process->token()->sid();
  world_.Change([&] {
    world_.network().AddHttpServer("https://secure.contoso.test").needs_client_certificate = true;
    world_.network().AddHttpResource("https://secure.contoso.test/file", FileContent("x"));
    world_.certificates().Add({alice, {kCurrentUser, "MY", std::vector<std::uint8_t>(20), "alice's"}});
  });
  const auto job = Download("https://secure.contoso.test/file");
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED"_hr);
  Must(Of<BackgroundCopyJobHttpOptions>(*job)->SetClientCertificateByName(kCurrentUser, "MY", "alice's"));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
}

TEST_F(JobExtensions, HeadersHaveALength) {
  const auto job = MakeJob();
  const auto options = Of<BackgroundCopyJobHttpOptions>(*job);
  EXPECT_EQ(Must(options->GetCustomHeaders()), "");
  const std::string longest(16'384, 'h');
  EXPECT_EQ(options->SetCustomHeaders(longest), "S_OK"_hr);
  EXPECT_EQ(options->SetCustomHeaders(longest + "h"), "BG_E_STRING_TOO_LONG"_hr);
  EXPECT_EQ(Must(options->GetCustomHeaders()), longest);
}

TEST_F(JobExtensions, SecurityFlagsAreChecked) {
  const auto job = MakeJob();
  const auto options = Of<BackgroundCopyJobHttpOptions>(*job);
  constexpr std::uint32_t kFlags = HttpSecurityFlags::kEnableCrlCheck | HttpSecurityFlags::kRedirectPolicyDisallow;
  EXPECT_EQ(Must(options->GetSecurityFlags()), 0U);
  EXPECT_EQ(options->SetSecurityFlags(kFlags), "S_OK"_hr);
  EXPECT_EQ(options->SetSecurityFlags(0x8000'0000), "E_NOTIMPL"_hr);
  EXPECT_EQ(Must(options->GetSecurityFlags()), kFlags);
}

// --- the end

TEST_F(JobExtensions, AFinalJobIsNotChanged) {
  const auto job = Download(kUrl);
  const auto job4 = Of<BackgroundCopyJob4>(*job);
  const auto options = Of<BackgroundCopyJobHttpOptions>(*job);
  Must(job->Cancel());
  const std::array<FileRange, 1> range = {{{0, 10}}};
  const HResult results[] = {job4->SetNotifyCmdLine(kProgram, std::nullopt),
                             job4->SetReplyFileName(kLocal),
                             job4->SetCredentials(Implicit()),
                             job4->RemoveCredentials(AuthTarget::kServer, AuthScheme::kNtlm),
                             job4->ReplaceRemotePrefix("http://a/", "http://b/"),
                             job4->AddFileWithRanges(kUrl, kLocal, range),
                             job4->SetFileACLFlags(0),
                             job4->SetMaximumDownloadTime(1),
                             options->SetCustomHeaders("a: b"),
                             options->SetSecurityFlags(0),
                             options->RemoveClientCertificate()};
  for (std::size_t i = 0; i < std::size(results); ++i) EXPECT_EQ(results[i], "BG_E_INVALID_STATE"_hr) << i;
}

}  // namespace
}  // namespace bits::fakes
