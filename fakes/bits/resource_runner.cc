#include "fakes/bits/resource_runner.h"

#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"

namespace bits::fakes {
namespace {

using rules::CredentialsGiven;
using rules::Resource;
using rules::TokenKind;
using rules::TokenUsed;

constexpr std::string_view kDirectory = R"(C:\Shared)";
constexpr std::string_view kFile = R"(C:\Shared\file)";
constexpr std::string_view kReplies = R"(C:\Replies)";
constexpr std::string_view kReply = R"(C:\Replies\reply)";
constexpr std::string_view kOrigin = "http://resource.contoso.test";
constexpr std::string_view kUrl = "http://resource.contoso.test/file";
constexpr std::string_view kUploadUrl = "http://resource.contoso.test/in";
constexpr std::string_view kSecureOrigin = "https://resource.contoso.test";
constexpr std::string_view kSecureUrl = "https://resource.contoso.test/file";
constexpr std::string_view kShare = R"(\\resources\share)";
constexpr std::string_view kSharedFile = R"(\\resources\share\file)";
constexpr std::string_view kProxy = "proxy:8080";
constexpr std::string_view kThird = "oscar";  // whose name and password are given

void Must(HResult result) {
  if (result.Failed()) throw std::logic_error("the job could not be set up: " + ToString(result));
}
template <class T>
T Must(Result<T> result) {
  Must(HResultOf(result));
  return *std::move(result);
}

bool IsChallenge(Resource resource) {
  return resource == Resource::kServerChallenge || resource == Resource::kProxyChallenge;
}
bool FindsProxy(Resource resource) {
  return resource == Resource::kProxySettings || resource == Resource::kProxyDetection;
}

// One attempt in a Windows of its own, in which one account alone can have the resource.
class Attempt {
 public:
  Attempt(const ResourceCase& resource_case, TokenUsed allowed, StartProcess start)
      : case_(resource_case),
        world_(resource_case.profile),
        process_(start(world_, cast_.Owner(resource_case.owner))),
        apartment_(Must(Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded))),
        allowed_(NameOf(allowed)) {
    Must(process_->com().CoInitializeSecurity({}));
    world_.Change([this] { SetUp(); });
  }

  // S_OK when it was had.
  HResult Run() {
    const bool upload = case_.resource == Resource::kUploadSource;
    const bool reply = case_.resource == Resource::kReplyFile;
    const auto manager = Must(process_->com().CoCreateInstance(ManagerClass::k1_0));
    const JobType type = upload ? JobType::kUpload : reply ? JobType::kUploadReply : JobType::kDownload;
    const auto job = Must(manager->CreateJob("resource", type)).job;
    if (reply) Must(Must(Query<BackgroundCopyJob2>(*job))->SetReplyFileName(kReply));
    Must(job->AddFile(upload || reply ? kUploadUrl : RemoteName(), kFile));
    SetCredentials(*job);
    if (case_.resource == Resource::kProxyChallenge) {
      Must(job->SetProxySettings(ProxyUsage::kOverride, kProxy, std::nullopt));
    }
    if (case_.resource == Resource::kClientCertificate) {
      const HResult chosen = Must(Query<BackgroundCopyJobHttpOptions>(*job))
                                 ->SetClientCertificateByName(CertificateStoreLocation::kCurrentUser, "MY", "it");
      if (chosen.Failed()) return chosen;
    }
    const auto options = Must(Query<BitsTokenOptions>(*job));
    if (case_.helper_set) {
      const Token helper = process_->Open(cast_.Helper(TokenKind::kUser));
      const Impersonation helen = Must(Impersonation::Of(process_->logon(), helper));
      Must(options->SetHelperToken());
    }
    Must(options->SetHelperTokenFlags(case_.flags));
    world_.Change([this] { Close(); });
    Must(job->Resume());
    world_.RunUntilIdle();
    if (Must(job->GetState()) != JobState::kTransferred) return Must(Must(job->GetError())->GetError()).code;
    if (const HResult completed = job->Complete(); completed.Failed()) return completed;
    return FindsProxy(case_.resource) && ProxyRequests() == 0 ? "S_FALSE"_hr : HResult();
  }

 private:
  std::string NameOf(TokenUsed used) const {
    if (used == TokenUsed::kHelper) return "helen";
    return std::string(used == TokenUsed::kOwner ? "adam" : kThird);
  }
  // Who may have it, on this machine.
  std::string LocalSid() {
    if (allowed_ == "adam" && case_.owner == TokenKind::kSystem) return std::string(kLocalSystemSid);
    return world_.accounts().Get(allowed_).sid;
  }
  // As servers know them.
  std::string NetworkSid() { return LocalSid() == kLocalSystemSid ? std::string(kComputerSid) : LocalSid(); }

  std::string_view RemoteName() const {
    if (case_.resource == Resource::kFileServer) return kSharedFile;
    return case_.resource == Resource::kClientCertificate ? kSecureUrl : kUrl;
  }

  void SetUp() {
    const FileContent content = FileContent::Synthetic(1000, 9);
    Network& network = world_.network();
    world_.disk().AddDirectory(kDirectory);
    world_.disk().AddDirectory(kReplies);
    if (case_.resource == Resource::kUploadSource || case_.resource == Resource::kReplyFile) {
      world_.disk().AddFile(kFile, content);
    }
    network.AddHttpServer(kOrigin);
    HttpResource& file = network.AddHttpResource(kUrl, content);
    if (case_.resource == Resource::kServerChallenge) {
      file.challenges = {AuthScheme::kNtlm};
      file.allowed = {NetworkSid()};
    }
    HttpResource& in = network.AddHttpResource(kUploadUrl, {});
    in.accepts_upload = true;
    in.reply = content;
    network.AddHttpServer(kSecureOrigin).needs_client_certificate = true;
    network.AddHttpResource(kSecureUrl, content);
    world_.certificates().Add(
        {LocalSid(), {CertificateStoreLocation::kCurrentUser, "MY", std::vector<std::uint8_t>(20), "it"}});
    Disk& share = network.AddSmbServer("resources").disk;
    share.AddDirectory(kShare, AllowOnly({NetworkSid()}));
    share.AddFile(kSharedFile, content, AllowOnly({NetworkSid()}));
    HttpProxy& proxy = network.AddProxy(kProxy);
    if (case_.resource == Resource::kProxyChallenge) {
      proxy.challenges = {AuthScheme::kNtlm};
      proxy.allowed = {NetworkSid()};
    }
    InternetSettings& internet = world_.accounts().Get(allowed_).internet;
    if (case_.resource == Resource::kProxySettings) internet.proxy = kProxy;
    if (case_.resource == Resource::kProxyDetection) internet.auto_config = kProxy;
  }

  // From here on local files are for the one account.
  void Close() {
    const SecurityDescriptor only = AllowOnly({LocalSid()});
    if (case_.resource == Resource::kTemporaryFile) world_.disk().AddDirectory(kDirectory, only);
    if (case_.resource == Resource::kReplyFile) world_.disk().AddDirectory(kReplies, only);
    if (case_.resource == Resource::kUploadSource) {
      world_.disk().AddFile(kFile, FileContent::Synthetic(1000, 9), only);
    }
  }

  void SetCredentials(BackgroundCopyJob& job) {
    if (case_.credentials == CredentialsGiven::kNone) return;
    const bool proxy = case_.resource == Resource::kProxyChallenge;
    AuthCredentials credentials{proxy ? AuthTarget::kProxy : AuthTarget::kServer, AuthScheme::kNtlm, std::nullopt,
                                nullptr};
    const Secret password(Cast::kPassword);
    if (case_.credentials == CredentialsGiven::kExplicit) {
      credentials.user_name = kThird;
      credentials.password = &password;
    }
    Must(Must(Query<BackgroundCopyJob2>(job))->SetCredentials(credentials));
  }

  std::uint64_t ProxyRequests() { return world_.network().GetProxy(kProxy).requests; }

  const ResourceCase case_;
  World world_;
  const Cast cast_{world_};
  const std::unique_ptr<Process> process_;
  const Apartment apartment_;
  const std::string allowed_;
};

}  // namespace

rules::ResourceSituation SituationOf(const ResourceCase& resource_case) {
  return {.build = rules::FindProfile(resource_case.profile)->build,
          .resource = resource_case.resource,
          .flags = resource_case.flags,
          .helper_set = resource_case.helper_set,
          .owner_is_local_system = resource_case.owner == TokenKind::kSystem,
          .credentials = resource_case.credentials};
}

std::string Describe(const ResourceCase& resource_case) {
  return fmt::format("{} on {}, flags {}, helper token {}, owner {}, credentials {}", ToString(resource_case.resource),
                     resource_case.profile, resource_case.flags, resource_case.helper_set ? "set" : "missing",
                     ToString(resource_case.owner), ToString(resource_case.credentials));
}

PlayedResource PlayResource(const ResourceCase& resource_case, StartProcess start) {
  PlayedResource played;
  for (const TokenUsed candidate : {TokenUsed::kOwner, TokenUsed::kHelper, TokenUsed::kCredentials}) {
    // Nothing else asks for a name and a password.
    if (candidate == TokenUsed::kCredentials && !IsChallenge(resource_case.resource)) continue;
    const HResult result = Attempt(resource_case, candidate, start).Run();
    if (result == HResult()) {
      played.used.push_back(candidate);
    } else {
      played.refusals.push_back(result);
    }
  }
  return played;
}

}  // namespace bits::fakes
