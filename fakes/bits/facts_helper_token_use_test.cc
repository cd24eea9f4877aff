// What a helper token opens and answers, and what stays the owner's. The facts are in facts_helper_tokens_test.cc.
#include <gtest/gtest.h>

#include "fakes/bits/helper_token_test.h"
#include "harness/api/background_copy_job_http_options.h"

namespace bits::fakes {
namespace {

using rules::TokenKind;

constexpr std::string_view kHelens = R"(C:\Users\helen\file)";  // where alice may not write

class HelperTokenUse : public HelperTokenTest {
 protected:
  void AllowImplicit(BackgroundCopyJob& job, AuthTarget target = AuthTarget::kServer) {
    Must(Must(Query<BackgroundCopyJob2>(job))->SetCredentials(Implicit(target)));
  }

  // A proxy that lets everybody through.
  static void AddProxies(World& world) {
    world.Change([&world] {
      for (const std::string_view name : {"alice", "helen"}) {
        world.network().AddProxy(std::string(name) + "-proxy:8080");
        world.accounts().Get(name).internet.proxy = std::string(name) + "-proxy:8080";
      }
    });
  }
  static bool WasUsed(World& world, std::string_view proxy) { return world.network().GetProxy(proxy).requests > 0; }

  // A certificate of the user's, which the server at kSecureUrl wants.
  void AddSecureServer(std::string_view certificate_of) {
    world_.Change([&] {
      HttpServer& server = world_.network().AddHttpServer("https://secure.contoso.test");
      server.needs_client_certificate = true;
      world_.network().AddHttpResource(kSecureUrl, FileContent::Synthetic(1000, 5));
      world_.certificates().Add({std::string(certificate_of),
                                 {CertificateStoreLocation::kCurrentUser, "MY", std::vector<std::uint8_t>(20), "it"}});
    });
  }
  static void UseCertificate(BackgroundCopyJob& job) {
    Must(Must(Query<BackgroundCopyJobHttpOptions>(job))
             ->SetClientCertificateByName(CertificateStoreLocation::kCurrentUser, "MY", "it"));
  }
  static constexpr std::string_view kSecureUrl = "https://secure.contoso.test/file";
};

TEST_F(HelperTokenUse, TheLocalFileFlagWritesTheDownload) {
  const auto job = MakeJob();
  EXPECT_EQ(job->AddFile(kUrl, kHelens), "E_ACCESSDENIED"_hr);
  Help(*job, kLocalFile);
  ASSERT_EQ(job->AddFile(kUrl, kHelens), "S_OK"_hr);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  const std::vector<std::string> files = world_.disk().Files(R"(C:\Users\helen)");
  ASSERT_EQ(files.size(), 1U) << "the temporary file, beside where it is to be";
  EXPECT_EQ(world_.disk().Find(files[0])->security.owner, Helen()->sid());
  EXPECT_EQ(job->Complete(), "S_OK"_hr) << "alice could not rename it";
  ASSERT_NE(world_.disk().Find(kHelens), nullptr);
}

TEST_F(HelperTokenUse, TheLocalFileFlagReadsTheUpload) {
  constexpr std::string_view kUploadUrl = "http://files.contoso.test/in";
  const std::string helen = Helen()->sid();
  world_.Change([&] {
    world_.disk().AddFile(kHelens, FileContent("hers"), AllowOnly({helen}));
    world_.network().AddHttpResource(kUploadUrl, {}).accepts_upload = true;
  });
  const auto job = MakeJob(JobType::kUpload);
  EXPECT_EQ(job->AddFile(kUploadUrl, kHelens), "E_ACCESSDENIED"_hr);
  const auto options = Help(*job, kLocalFile);
  ASSERT_EQ(job->AddFile(kUploadUrl, kHelens), "S_OK"_hr);
  Must(options->SetHelperTokenFlags(kNetwork));
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(ContextOf(*job), ErrorContext::kLocalFile);
  Must(options->SetHelperTokenFlags(kLocalFile));
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(world_.network().GetHttpServer("http://files.contoso.test").uploads.at("/in").Bytes(), "hers");
}

TEST_F(HelperTokenUse, TheLocalFileFlagWritesTheReply) {
  constexpr std::string_view kUploadUrl = "http://files.contoso.test/in";
  world_.Change([&] {
    world_.disk().AddFile(kLocal, FileContent("question"));
    HttpResource& resource = world_.network().AddHttpResource(kUploadUrl, {});
    resource.accepts_upload = true;
    resource.reply = FileContent("answer");
  });
  const auto job = MakeJob(JobType::kUploadReply);
  const auto job2 = Must(Query<BackgroundCopyJob2>(*job));
  EXPECT_EQ(job2->SetReplyFileName(kHelens), "E_ACCESSDENIED"_hr);
  ASSERT_EQ(As(alice_, Helen(), [&] { return job2->SetReplyFileName(kHelens); }), "S_OK"_hr);
  Must(job->AddFile(kUploadUrl, kLocal));
  const auto options = Help(*job, kNetwork);
  ASSERT_EQ(EndOf(*job), JobState::kTransferred);
  EXPECT_EQ(job->Complete(), "E_ACCESSDENIED"_hr) << "the reply is a local file, and alice cannot write it";
  Must(options->SetHelperTokenFlags(kLocalFile));
  EXPECT_EQ(job->Complete(), "S_OK"_hr);
  EXPECT_EQ(world_.disk().Find(kHelens)->content.Bytes(), "answer");
}

TEST_F(HelperTokenUse, TheNetworkFlagOpensTheFileServer) {
  const auto alone = Download(kToolsPath);
  EXPECT_EQ(EndOf(*alone), JobState::kError);
  EXPECT_EQ(CodeOf(*alone), "E_ACCESSDENIED"_hr);
  EXPECT_EQ(ContextOf(*alone), ErrorContext::kRemoteFile);
  EXPECT_EQ(EndOf(*Helped(kToolsPath, kNetwork)), JobState::kTransferred);
}

TEST_F(HelperTokenUse, TheNetworkFlagAnswersTheServer) {
  const auto alone = Download(kReportUrl);
  AllowImplicit(*alone);
  EXPECT_EQ(EndOf(*alone), JobState::kError);
  EXPECT_EQ(CodeOf(*alone), "BG_E_HTTP_ERROR_401"_hr);
  const auto job = Helped(kReportUrl, kNetwork);
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "BG_E_HTTP_ERROR_401"_hr) << "nobody allowed implicit credentials";
  AllowImplicit(*job);
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
}

TEST_F(HelperTokenUse, TheNetworkFlagAnswersTheProxy) {
  const std::string helen = Helen()->sid();
  world_.Change([&] {
    HttpProxy& proxy = world_.network().AddProxy("proxy:8080");
    proxy.challenges = {AuthScheme::kNtlm};
    proxy.allowed = {helen};
  });
  for (const std::uint32_t flags : {0U, kNetwork}) {
    const auto job = Helped(kUrl, flags);
    Must(job->SetProxySettings(ProxyUsage::kOverride, "proxy:8080", std::nullopt));
    AllowImplicit(*job, AuthTarget::kProxy);
    EXPECT_EQ(EndOf(*job), flags == 0 ? JobState::kError : JobState::kTransferred);
    if (flags == 0) {
      EXPECT_EQ(CodeOf(*job), "BG_E_HTTP_ERROR_407"_hr);
    }
  }
}

TEST_F(HelperTokenUse, EachFlagIsForItsOwnResources) {
  EXPECT_EQ(EndOf(*Helped(kToolsPath, kLocalFile)), JobState::kError);
  EXPECT_EQ(EndOf(*Helped(kToolsPath, kLocalFile | kNetwork)), JobState::kError) << "alice's directory is not helen's";
  const auto local = MakeJob();
  Help(*local, kNetwork);
  EXPECT_EQ(local->AddFile(kUrl, kHelens), "E_ACCESSDENIED"_hr);
  const auto both = MakeJob();
  Help(*both, kLocalFile | kNetwork);
  Must(both->AddFile(kToolsPath, kHelens));
  EXPECT_EQ(EndOf(*both), JobState::kTransferred);
}

TEST_F(HelperTokenUse, TheClientCertificateStaysTheOwners) {
  AddSecureServer(Helen()->sid());
  const auto job = Helped(kSecureUrl, kLocalFile | kNetwork);
  const auto options = Must(Query<BackgroundCopyJobHttpOptions>(*job));
  EXPECT_EQ(options->SetClientCertificateByName(CertificateStoreLocation::kCurrentUser, "MY", "it"),
            "CRYPT_E_NOT_FOUND"_hr)
      << "the helper's store is not looked into";
}

TEST_F(HelperTokenUse, ACertificateAndTheNetworkFlagNeedLocalSystem) {
  AddSecureServer(alice_.process->token()->sid());
  const auto job = Helped(kSecureUrl, kNetwork);
  UseCertificate(*job);
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY"_hr);
  EXPECT_EQ(static_cast<std::uint32_t>(CodeOf(*job).value()), 0x80072F9AU);
  Must(OptionsOf(*job)->SetHelperTokenFlags(0));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred) << "without the flag it is alice's own";

  const Client system(world_, world_.ServiceToken(kLocalSystemSid));
  world_.Change([&] {
    world_.certificates().Add({std::string(kLocalSystemSid),
                               {CertificateStoreLocation::kCurrentUser, "MY", std::vector<std::uint8_t>(20), "it"}});
  });
  const auto systems = system.MakeJob();
  Must(systems->AddFile(kSecureUrl, R"(C:\Users\Public\file)"));
  const auto options = OptionsOf(*systems);
  Must(SetToken(system, *options, Helen()));
  Must(options->SetHelperTokenFlags(kNetwork));
  UseCertificate(*systems);
  EXPECT_EQ(EndOf(*systems), JobState::kTransferred);
}

TEST_F(HelperTokenUse, FlagsOfZeroGoBackToTheOwner) {
  const auto job = Helped(kToolsPath, kNetwork);
  const auto options = OptionsOf(*job);
  Must(options->SetHelperTokenFlags(0));
  EXPECT_EQ(SidOf(*options), Helen()->sid()) << "it is still there";
  EXPECT_EQ(EndOf(*job), JobState::kError);
  EXPECT_EQ(CodeOf(*job), "E_ACCESSDENIED"_hr);
  Must(options->SetHelperTokenFlags(kNetwork));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred) << "and works again";
}

TEST_F(HelperTokenUse, WhoseProxyIsUsedDependsOnTheBuild) {
  for (const std::string_view profile : {"win10-1607", "win10-1809"}) {
    for (const std::uint32_t flags : {0U, kNetwork}) {
      Stage stage(profile);
      AddProxies(stage.world);
      const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
      const auto job = alice.MakeJob();
      Must(job->AddFile(kUrl, kLocal));
      const auto options = OptionsOf(*job);
      Must(SetToken(alice, *options, stage.cast.Helper(TokenKind::kUser)));
      Must(options->SetHelperTokenFlags(flags));
      Must(job->Resume());
      stage.world.RunUntilIdle();
      ASSERT_EQ(StateOf(*job), JobState::kTransferred);
      const bool helpers = profile == "win10-1809" && flags == kNetwork;
      EXPECT_EQ(WasUsed(stage.world, "helen-proxy:8080"), helpers) << profile << " " << flags;
      EXPECT_EQ(WasUsed(stage.world, "alice-proxy:8080"), !helpers) << profile << " " << flags;
    }
  }
}

TEST_F(HelperTokenUse, TheProxyIsDetectedAsTheHelper) {
  for (const std::string_view profile : {"win10-1607", "win10-1809"}) {
    for (const ProxyUsage usage : {ProxyUsage::kPreconfig, ProxyUsage::kAutodetect}) {
      Stage stage(profile);
      AddProxies(stage.world);
      stage.world.Change([&] {
        stage.world.network().AddProxy("found:8080");
        stage.world.accounts().Get("helen").internet.auto_config = "found:8080";
      });
      const Client alice(stage.world, stage.cast.Owner(TokenKind::kUser));
      const auto job = alice.MakeJob();
      Must(job->AddFile(kUrl, kLocal));
      Must(job->SetProxySettings(usage, std::nullopt, std::nullopt));
      const auto options = OptionsOf(*job);
      Must(SetToken(alice, *options, stage.cast.Helper(TokenKind::kUser)));
      Must(options->SetHelperTokenFlags(kNetwork));
      Must(job->Resume());
      stage.world.RunUntilIdle();
      EXPECT_TRUE(WasUsed(stage.world, "found:8080")) << profile << " " << ToString(usage);
      EXPECT_FALSE(WasUsed(stage.world, "alice-proxy:8080"));
    }
  }
}

TEST_F(HelperTokenUse, NetworkServiceDownloadsWithAUsersToken) {
  const Client service(world_, world_.ServiceToken(kNetworkServiceSid));
  const auto job = service.MakeJob();
  Must(job->AddFile(kReportUrl, R"(C:\Users\Public\report)"));
  AllowImplicit(*job);
  const auto options = OptionsOf(*job);
  EXPECT_EQ(SetToken(service, *options, cast_.Helper(TokenKind::kAdminElevated)), "E_ACCESSDENIED"_hr)
      << "it is no administrator";
  ASSERT_EQ(SetToken(service, *options, Helen()), "S_OK"_hr);
  Must(options->SetHelperTokenFlags(kNetwork));
  EXPECT_EQ(EndOf(*job), JobState::kTransferred);
}

TEST_F(HelperTokenUse, NewCredentialsShowOnTheNetworkOnly) {
  const Secret right(Cast::kPassword);
  const Secret wrong("wrong");
  for (const Secret* password : {&right, &wrong}) {
    const auto job = Download(kToolsPath);
    const auto options = OptionsOf(*job);
    const Token token = Must(alice_.process->logon().LogonUser("helen", std::nullopt, *password,
                                                               LogonType::kNewCredentials, LogonProvider::kWinNt50));
    {
      const Impersonation helper = Must(Impersonation::Of(alice_.process->logon(), token));
      ASSERT_EQ(options->SetHelperToken(), "S_OK"_hr);
    }
    EXPECT_EQ(SidOf(*options), alice_.process->token()->sid());
    Must(options->SetHelperTokenFlags(kLocalFile | kNetwork));
    EXPECT_EQ(EndOf(*job), password == &right ? JobState::kTransferred : JobState::kError);
    if (password == &wrong) {
      EXPECT_EQ(CodeOf(*job), "ERROR_LOGON_FAILURE"_hr);
    }
  }
}

}  // namespace
}  // namespace bits::fakes
