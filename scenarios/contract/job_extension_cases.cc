// IBackgroundCopyJob2, 3 and 4, but for their files.
#include "harness/api/background_copy_job4.h"
#include "scenarios/contract/case_tools.h"

namespace bits::contract {
namespace {

std::unique_ptr<BackgroundCopyJob4> Job4Of(const ScopedJob& job) { return Must(Query<BackgroundCopyJob4>(*job)); }

void ANewJobHasDefaultsOfLaterInterfaces(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  contract.Expect("GetNotifyCmdLine of a new job", job4->GetNotifyCmdLine(), NotifyCmdLine{});
  contract.Expect("GetFileACLFlags of a new job", job4->GetFileACLFlags(), 0U);
  contract.Expect("GetPeerCachingFlags of a new job", job4->GetPeerCachingFlags(), 0U);
  contract.Expect("GetMaximumDownloadTime of a new job", job4->GetMaximumDownloadTime(), 7'776'000U);
}

void TheCommandLineIsKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  contract.Require("SetNotifyCmdLine", job4->SetNotifyCmdLine("C:\\program.exe", "program.exe -x"), HResult());
  contract.Expect("GetNotifyCmdLine", job4->GetNotifyCmdLine(), NotifyCmdLine{"C:\\program.exe", "program.exe -x"});
  contract.Expect("SetNotifyCmdLine without parameters", job4->SetNotifyCmdLine("C:\\program.exe", {}), HResult());
  contract.Expect("GetNotifyCmdLine without parameters", job4->GetNotifyCmdLine(),
                  NotifyCmdLine{"C:\\program.exe", std::nullopt});
  contract.Expect("SetNotifyCmdLine with a program of 261 characters",
                  job4->SetNotifyCmdLine(std::string(261, 'p'), {}), "BG_E_STRING_TOO_LONG"_hr);
  contract.Expect("SetNotifyCmdLine with parameters of 4001 characters",
                  job4->SetNotifyCmdLine("C:\\program.exe", std::string(4001, 'p')), "BG_E_STRING_TOO_LONG"_hr);
  contract.Expect("SetNotifyCmdLine with nothing", job4->SetNotifyCmdLine({}, {}), HResult());
  contract.Expect("GetNotifyCmdLine of nothing", job4->GetNotifyCmdLine(), NotifyCmdLine{});
}

void OnlyUploadReplyJobsHaveReplies(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  for (const JobType type : {JobType::kDownload, JobType::kUpload}) {
    const ScopedJob job = NewJob(*client, type);
    const auto job4 = Job4Of(job);
    contract.Expect(fmt::format("GetReplyProgress of {}", ToString(type)), HResultOf(job4->GetReplyProgress()),
                    "E_NOTIMPL"_hr);
    contract.Expect(fmt::format("GetReplyData of {}", ToString(type)), HResultOf(job4->GetReplyData()), "E_NOTIMPL"_hr);
    contract.Expect(fmt::format("SetReplyFileName of {}", ToString(type)), job4->SetReplyFileName(stage.Path("reply")),
                    "E_NOTIMPL"_hr);
    contract.Expect(fmt::format("GetReplyFileName of {}", ToString(type)), HResultOf(job4->GetReplyFileName()),
                    "E_NOTIMPL"_hr);
  }
}

void AnUploadReplyJobHasAReply(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client, JobType::kUploadReply);
  const auto job4 = Job4Of(job);
  contract.Expect("GetReplyData before the end", HResultOf(job4->GetReplyData()), "BG_E_INVALID_STATE"_hr);
  contract.Expect("SetReplyFileName", job4->SetReplyFileName(stage.Path("reply")), HResult());
  contract.Expect("GetReplyFileName", job4->GetReplyFileName(), stage.Path("reply"));
  contract.Expect("SetReplyFileName with a relative path", job4->SetReplyFileName("reply"), "E_INVALIDARG"_hr);
  const auto progress = job4->GetReplyProgress();
  contract.Expect("GetReplyProgress before the end", HResultOf(progress), HResult());
  contract.Expect("bytes of the reply before the end", progress ? progress->bytes_transferred : 0U, 0U);
}

void CredentialsAreTakenAndRemoved(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  const Secret password("p\xC3\xA4ss");
  for (const AuthTarget target : {AuthTarget::kServer, AuthTarget::kProxy}) {
    for (const auto& [scheme, name] : EnumNames<AuthScheme>::kNames) {
      const std::string_view at = target == AuthTarget::kServer ? "the server" : "the proxy";
      contract.Expect(fmt::format("SetCredentials with {} for {}", name, at),
                      job4->SetCredentials({target, scheme, "user", &password}), HResult());
      contract.Expect(fmt::format("RemoveCredentials of {} for {}", name, at), job4->RemoveCredentials(target, scheme),
                      HResult());
      contract.Expect(fmt::format("RemoveCredentials of {} for {} again", name, at),
                      job4->RemoveCredentials(target, scheme), "S_FALSE"_hr);
    }
  }
}

void ImplicitCredentialsAreForNtlmAndNegotiate(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  const struct {
    AuthScheme scheme;
    HResult result;
  } kRows[] = {{AuthScheme::kNtlm, HResult()},
               {AuthScheme::kNegotiate, HResult()},
               {AuthScheme::kBasic, "E_INVALIDARG"_hr},
               {AuthScheme::kDigest, "E_INVALIDARG"_hr}};
  for (const auto& row : kRows) {
    contract.Expect(fmt::format("SetCredentials with {} and nobody's name", ToString(row.scheme)),
                    job4->SetCredentials({AuthTarget::kServer, row.scheme, std::nullopt, nullptr}), row.result);
  }
}

void CredentialsHaveLimits(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  const Secret password("password");
  const std::string longest(300, 'u');
  const auto set = [&](AuthTarget target, AuthScheme scheme, std::string_view user) {
    return job4->SetCredentials({target, scheme, user, &password});
  };
  contract.Expect("SetCredentials with a name of 300 characters", set(AuthTarget::kServer, AuthScheme::kBasic, longest),
                  HResult());
  contract.Expect("SetCredentials with a name of 301 characters",
                  set(AuthTarget::kServer, AuthScheme::kBasic, longest + "u"), "BG_E_USERNAME_TOO_LARGE"_hr);
  contract.Expect("SetCredentials for target 3", set(static_cast<AuthTarget>(3), AuthScheme::kBasic, "u"),
                  "BG_E_INVALID_AUTH_TARGET"_hr);
  contract.Expect("SetCredentials with scheme 6", set(AuthTarget::kServer, static_cast<AuthScheme>(6), "u"),
                  "BG_E_INVALID_AUTH_SCHEME"_hr);
  const Secret too_long(std::string(70'000, 'p'));
  contract.Expect("SetCredentials with a password of 70000 characters",
                  job4->SetCredentials({AuthTarget::kServer, AuthScheme::kBasic, "u", &too_long}),
                  "BG_E_PASSWORD_TOO_LARGE"_hr);
}

void FileAclFlagsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  for (const std::uint32_t flags : {0x1U, 0x2U, 0x4U, 0x8U, 0xFU, 0x0U, 0x3U}) {
    contract.Expect(fmt::format("SetFileACLFlags({:#x})", flags), job4->SetFileACLFlags(flags), HResult());
    contract.Expect(fmt::format("GetFileACLFlags after {:#x}", flags), job4->GetFileACLFlags(), flags);
  }
  contract.Expect("SetFileACLFlags(0x10)", job4->SetFileACLFlags(0x10), "E_INVALIDARG"_hr);
  contract.Expect("GetFileACLFlags after 0x10", job4->GetFileACLFlags(), 0x3U);
}

void PeerCachingFlagsAreKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  for (const std::uint32_t flags : {0x1U, 0x2U, 0x3U, 0x0U}) {
    contract.Expect(fmt::format("SetPeerCachingFlags({:#x})", flags), job4->SetPeerCachingFlags(flags), HResult());
    contract.Expect(fmt::format("GetPeerCachingFlags after {:#x}", flags), job4->GetPeerCachingFlags(), flags);
  }
}

void TheMaximumDownloadTimeIsKept(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  contract.Expect("SetMaximumDownloadTime(3600)", job4->SetMaximumDownloadTime(3600), HResult());
  contract.Expect("GetMaximumDownloadTime after 3600", job4->GetMaximumDownloadTime(), 3600U);
}

void TheMaximumDownloadTimeEndsATransfer(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = Download(*client, stage.sources().slow, stage.Path("file"));
  Must(Job4Of(job)->SetMaximumDownloadTime(2));
  contract.Require("the state at the end", Run(stage, *job), JobState::kError);
  contract.Expect("the error", Must(Must(job->GetError())->GetError()).code, "BG_E_MAXDOWNLOAD_TIMEOUT"_hr);
}

void TheOwnersTokenIsDescribed(Contract& contract, Stage& stage) {
  const auto client = stage.Start();
  const ScopedJob job = NewJob(*client);
  const auto job4 = Job4Of(job);
  LogonApi& logon = client->environment().logon();
  const TokenFacts own = Must(logon.GetTokenFacts(Must(logon.OpenProcessToken(TokenAccess::kQuery))));
  contract.Expect("GetOwnerIntegrityLevel is the process's",
                  job4->GetOwnerIntegrityLevel().map([&](std::uint32_t rid) { return rid == own.integrity_rid; }),
                  true);
  contract.Expect("GetOwnerElevationState is the process's",
                  job4->GetOwnerElevationState().map([&](bool elevated) { return elevated == own.elevated; }), true);
}

const Case kCases[] = {
    {"ANewJobHasDefaultsOfLaterInterfaces", "nn-bits3_0-ibackgroundcopyjob4", {}, ANewJobHasDefaultsOfLaterInterfaces},
    {"TheCommandLineIsKept", "ibackgroundcopyjob2-setnotifycmdline", {}, TheCommandLineIsKept},
    {"OnlyUploadReplyJobsHaveReplies", "ibackgroundcopyjob2-getreplydata", {}, OnlyUploadReplyJobsHaveReplies},
    {"AnUploadReplyJobHasAReply", "ibackgroundcopyjob2-setreplyfilename", {}, AnUploadReplyJobHasAReply},
    {"CredentialsAreTakenAndRemoved", "ibackgroundcopyjob2-removecredentials", {}, CredentialsAreTakenAndRemoved},
    {"ImplicitCredentialsAreForNtlmAndNegotiate",
     "ibackgroundcopyjob2-setcredentials",
     {},
     ImplicitCredentialsAreForNtlmAndNegotiate},
    {"CredentialsHaveLimits", "ibackgroundcopyjob2-setcredentials", {}, CredentialsHaveLimits},
    {"FileAclFlagsAreKept", "ibackgroundcopyjob3-setfileaclflags", {}, FileAclFlagsAreKept},
    {"PeerCachingFlagsAreKept", "ibackgroundcopyjob4-setpeercachingflags", {}, PeerCachingFlagsAreKept},
    {"TheMaximumDownloadTimeIsKept", "ibackgroundcopyjob4-setmaximumdownloadtime", {}, TheMaximumDownloadTimeIsKept},
    {"TheMaximumDownloadTimeEndsATransfer",
     "ibackgroundcopyjob4-setmaximumdownloadtime",
     {Need::kInterruption},
     TheMaximumDownloadTimeEndsATransfer},
    {"TheOwnersTokenIsDescribed", "ibackgroundcopyjob4-getownerintegritylevel", {}, TheOwnersTokenIsDescribed},
};

}  // namespace

std::span<const Case> JobExtensionCases() { return kCases; }

}  // namespace bits::contract
