#include "harness/intercept/intercepted_objects.h"

#include <utility>

#include "harness/api/background_copy_job4.h"
#include "harness/api/background_copy_job_http_options.h"
#include "harness/api/bits_token_options.h"

namespace bits::intercept {
namespace {

// What all wrappers share.
template <class Base>
class InterceptedUnknown : public Base {
 public:
  // Borrows `inner` for the length of a callback.
  InterceptedUnknown(Base& inner, std::shared_ptr<Dispatcher> dispatcher)
      : inner_(std::shared_ptr<Base>(), &inner), dispatcher_(std::move(dispatcher)) {}
  // Owns it: one of the client's pointers, got from the pointer `from`. Null where a Reply stands for the object.
  InterceptedUnknown(std::shared_ptr<Base> inner, std::shared_ptr<Dispatcher> dispatcher, std::uint64_t from)
      : inner_(std::move(inner)),
        dispatcher_(std::move(dispatcher)),
        pointer_(dispatcher_->Acquire(NameOf(Base::kInterfaceId), from)) {}
  ~InterceptedUnknown() override {
    inner_.reset();
    if (pointer_.id != 0) dispatcher_->Release(pointer_);
  }

  Result<std::unique_ptr<Unknown>> QueryInterface(InterfaceId id) override {
    auto found = Invoke(
        "QueryInterface", [&] { return inner_->QueryInterface(id); }, Arg("riid", id));
    if (!found) return found;
    return Wrap(id, std::move(*found), dispatcher_, pointer_.id);
  }
  HResult SetProxyBlanket(const ProxyBlanket& blanket) override {
    return Invoke(
        "SetProxyBlanket", [&] { return inner_->SetProxyBlanket(blanket); }, Arg("blanket", blanket));
  }
  Result<ProxyBlanket> QueryProxyBlanket() override {
    return Invoke("QueryProxyBlanket", [&] { return inner_->QueryProxyBlanket(); });
  }

 protected:
  template <class Backend, class... T>
  auto Invoke(std::string_view method, Backend&& backend, Argument<T>... arguments) {
    return dispatcher_->Invoke({NameOf(Base::kInterfaceId), pointer_.id, inner_ != nullptr}, method,
                               std::forward<Backend>(backend), arguments...);
  }

  std::shared_ptr<Base> inner_;
  std::shared_ptr<Dispatcher> dispatcher_;
  Pointer pointer_;
};

template <class Base>
class InterceptedFile : public InterceptedUnknown<Base> {
 public:
  using InterceptedUnknown<Base>::InterceptedUnknown;
  Result<std::string> GetRemoteName() override {
    return this->Invoke("GetRemoteName", [&] { return this->inner_->GetRemoteName(); });
  }
  Result<std::string> GetLocalName() override {
    return this->Invoke("GetLocalName", [&] { return this->inner_->GetLocalName(); });
  }
  Result<FileProgress> GetProgress() override {
    return this->Invoke("GetProgress", [&] { return this->inner_->GetProgress(); });
  }
};

class InterceptedFile2 : public InterceptedFile<BackgroundCopyFile2> {
 public:
  using InterceptedFile::InterceptedFile;
  Result<std::vector<FileRange>> GetFileRanges() override {
    return Invoke("GetFileRanges", [&] { return inner_->GetFileRanges(); });
  }
  HResult SetRemoteName(std::string_view remote_name) override {
    return Invoke(
        "SetRemoteName", [&] { return inner_->SetRemoteName(remote_name); }, Arg("Val", remote_name));
  }
};

class InterceptedError : public InterceptedUnknown<BackgroundCopyError> {
 public:
  using InterceptedUnknown::InterceptedUnknown;
  Result<JobError> GetError() override {
    return Invoke("GetError", [&] { return inner_->GetError(); });
  }
  Result<std::unique_ptr<BackgroundCopyFile>> GetFile() override {
    return Wrap(Invoke("GetFile", [&] { return inner_->GetFile(); }), dispatcher_, pointer_.id);
  }
  Result<std::string> GetErrorDescription(std::uint32_t language_id) override {
    return Invoke(
        "GetErrorDescription", [&] { return inner_->GetErrorDescription(language_id); },
        Arg("LanguageId", language_id));
  }
  Result<std::string> GetErrorContextDescription(std::uint32_t language_id) override {
    return Invoke(
        "GetErrorContextDescription", [&] { return inner_->GetErrorContextDescription(language_id); },
        Arg("LanguageId", language_id));
  }
  Result<std::string> GetProtocol() override {
    return Invoke("GetProtocol", [&] { return inner_->GetProtocol(); });
  }
};

template <class Enumerator>
class InterceptedEnumerator : public InterceptedUnknown<Enumerator> {
 public:
  using Entry = typename Enumerator::Entry;
  using InterceptedUnknown<Enumerator>::InterceptedUnknown;
  Result<std::vector<std::unique_ptr<Entry>>> Next(std::uint32_t count) override {
    auto entries = this->Invoke(
        "Next", [&] { return this->inner_->Next(count); }, Arg("celt", count));
    if (entries) {
      for (auto& entry : *entries) entry = Wrap(std::move(entry), this->dispatcher_, this->pointer_.id);
    }
    return entries;
  }
  HResult Skip(std::uint32_t count) override {
    return this->Invoke(
        "Skip", [&] { return this->inner_->Skip(count); }, Arg("celt", count));
  }
  HResult Reset() override {
    return this->Invoke("Reset", [&] { return this->inner_->Reset(); });
  }
  Result<std::unique_ptr<bits::Enumerator<Entry, Enumerator::kInterfaceId>>> Clone() override {
    return Wrap(this->Invoke("Clone", [&] { return this->inner_->Clone(); }), this->dispatcher_, this->pointer_.id);
  }
  Result<std::uint32_t> GetCount() override {
    return this->Invoke("GetCount", [&] { return this->inner_->GetCount(); });
  }
};

// The client's callback as the service sees it: events are calls too.
template <class Base>
class InterceptedCallback;

template <class Base>
class InterceptedJob : public InterceptedUnknown<Base> {
 public:
  using InterceptedUnknown<Base>::InterceptedUnknown;

  HResult AddFileSet(std::span<const FileInfo> file_set) override {
    return this->Invoke(
        "AddFileSet", [&] { return this->inner_->AddFileSet(file_set); }, Arg("pFileSet", file_set));
  }
  HResult AddFile(std::string_view remote_url, std::string_view local_name) override {
    return this->Invoke(
        "AddFile", [&] { return this->inner_->AddFile(remote_url, local_name); }, Arg("RemoteUrl", remote_url),
        Arg("LocalName", local_name));
  }
  Result<std::unique_ptr<EnumBackgroundCopyFiles>> EnumFiles() override {
    return Wrap(this->Invoke("EnumFiles", [&] { return this->inner_->EnumFiles(); }), this->dispatcher_,
                this->pointer_.id);
  }
  HResult Suspend() override {
    return this->Invoke("Suspend", [&] { return this->inner_->Suspend(); });
  }
  HResult Resume() override {
    return this->Invoke("Resume", [&] { return this->inner_->Resume(); });
  }
  HResult Cancel() override {
    return this->Invoke("Cancel", [&] { return this->inner_->Cancel(); });
  }
  HResult Complete() override {
    return this->Invoke("Complete", [&] { return this->inner_->Complete(); });
  }
  Result<Guid> GetId() override {
    return this->Invoke("GetId", [&] { return this->inner_->GetId(); });
  }
  Result<JobType> GetType() override {
    return this->Invoke("GetType", [&] { return this->inner_->GetType(); });
  }
  Result<JobProgress> GetProgress() override {
    return this->Invoke("GetProgress", [&] { return this->inner_->GetProgress(); });
  }
  Result<JobTimes> GetTimes() override {
    return this->Invoke("GetTimes", [&] { return this->inner_->GetTimes(); });
  }
  Result<JobState> GetState() override {
    return this->Invoke("GetState", [&] { return this->inner_->GetState(); });
  }
  Result<std::unique_ptr<BackgroundCopyError>> GetError() override {
    return Wrap(this->Invoke("GetError", [&] { return this->inner_->GetError(); }), this->dispatcher_,
                this->pointer_.id);
  }
  Result<std::string> GetOwner() override {
    return this->Invoke("GetOwner", [&] { return this->inner_->GetOwner(); });
  }
  HResult SetDisplayName(std::string_view display_name) override {
    return this->Invoke(
        "SetDisplayName", [&] { return this->inner_->SetDisplayName(display_name); }, Arg("Val", display_name));
  }
  Result<std::string> GetDisplayName() override {
    return this->Invoke("GetDisplayName", [&] { return this->inner_->GetDisplayName(); });
  }
  HResult SetDescription(std::string_view description) override {
    return this->Invoke(
        "SetDescription", [&] { return this->inner_->SetDescription(description); }, Arg("Val", description));
  }
  Result<std::string> GetDescription() override {
    return this->Invoke("GetDescription", [&] { return this->inner_->GetDescription(); });
  }
  HResult SetPriority(JobPriority priority) override {
    return this->Invoke(
        "SetPriority", [&] { return this->inner_->SetPriority(priority); }, Arg("Val", priority));
  }
  Result<JobPriority> GetPriority() override {
    return this->Invoke("GetPriority", [&] { return this->inner_->GetPriority(); });
  }
  HResult SetNotifyFlags(std::uint32_t flags) override {
    return this->Invoke(
        "SetNotifyFlags", [&] { return this->inner_->SetNotifyFlags(flags); }, Arg("Val", flags));
  }
  Result<std::uint32_t> GetNotifyFlags() override {
    return this->Invoke("GetNotifyFlags", [&] { return this->inner_->GetNotifyFlags(); });
  }
  HResult SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) override;
  Result<std::shared_ptr<BackgroundCopyCallback>> GetNotifyInterface() override;
  HResult SetMinimumRetryDelay(std::uint32_t seconds) override {
    return this->Invoke(
        "SetMinimumRetryDelay", [&] { return this->inner_->SetMinimumRetryDelay(seconds); }, Arg("Seconds", seconds));
  }
  Result<std::uint32_t> GetMinimumRetryDelay() override {
    return this->Invoke("GetMinimumRetryDelay", [&] { return this->inner_->GetMinimumRetryDelay(); });
  }
  HResult SetNoProgressTimeout(std::uint32_t seconds) override {
    return this->Invoke(
        "SetNoProgressTimeout", [&] { return this->inner_->SetNoProgressTimeout(seconds); }, Arg("Seconds", seconds));
  }
  Result<std::uint32_t> GetNoProgressTimeout() override {
    return this->Invoke("GetNoProgressTimeout", [&] { return this->inner_->GetNoProgressTimeout(); });
  }
  Result<std::uint32_t> GetErrorCount() override {
    return this->Invoke("GetErrorCount", [&] { return this->inner_->GetErrorCount(); });
  }
  HResult SetProxySettings(ProxyUsage usage, std::optional<std::string_view> proxy_list,
                           std::optional<std::string_view> bypass_list) override {
    return this->Invoke(
        "SetProxySettings", [&] { return this->inner_->SetProxySettings(usage, proxy_list, bypass_list); },
        Arg("ProxyUsage", usage), Arg("ProxyList", proxy_list), Arg("ProxyBypassList", bypass_list));
  }
  Result<ProxySettings> GetProxySettings() override {
    return this->Invoke("GetProxySettings", [&] { return this->inner_->GetProxySettings(); });
  }
  HResult TakeOwnership() override {
    return this->Invoke("TakeOwnership", [&] { return this->inner_->TakeOwnership(); });
  }
};

template <class Base>
class InterceptedJob2 : public InterceptedJob<Base> {
 public:
  using InterceptedJob<Base>::InterceptedJob;
  HResult SetNotifyCmdLine(std::optional<std::string_view> program,
                           std::optional<std::string_view> parameters) override {
    return this->Invoke(
        "SetNotifyCmdLine", [&] { return this->inner_->SetNotifyCmdLine(program, parameters); },
        Arg("Program", program), Arg("Parameters", parameters));
  }
  Result<NotifyCmdLine> GetNotifyCmdLine() override {
    return this->Invoke("GetNotifyCmdLine", [&] { return this->inner_->GetNotifyCmdLine(); });
  }
  Result<JobReplyProgress> GetReplyProgress() override {
    return this->Invoke("GetReplyProgress", [&] { return this->inner_->GetReplyProgress(); });
  }
  Result<std::vector<std::uint8_t>> GetReplyData() override {
    return this->Invoke("GetReplyData", [&] { return this->inner_->GetReplyData(); });
  }
  HResult SetReplyFileName(std::string_view reply_file_name) override {
    return this->Invoke(
        "SetReplyFileName", [&] { return this->inner_->SetReplyFileName(reply_file_name); },
        Arg("ReplyFileName", reply_file_name));
  }
  Result<std::string> GetReplyFileName() override {
    return this->Invoke("GetReplyFileName", [&] { return this->inner_->GetReplyFileName(); });
  }
  HResult SetCredentials(const AuthCredentials& credentials) override {
    return this->Invoke(
        "SetCredentials", [&] { return this->inner_->SetCredentials(credentials); }, Arg("Credentials", credentials));
  }
  HResult RemoveCredentials(AuthTarget target, AuthScheme scheme) override {
    return this->Invoke(
        "RemoveCredentials", [&] { return this->inner_->RemoveCredentials(target, scheme); }, Arg("Target", target),
        Arg("Scheme", scheme));
  }
};

template <class Base>
class InterceptedJob3 : public InterceptedJob2<Base> {
 public:
  using InterceptedJob2<Base>::InterceptedJob2;
  HResult ReplaceRemotePrefix(std::string_view old_prefix, std::string_view new_prefix) override {
    return this->Invoke(
        "ReplaceRemotePrefix", [&] { return this->inner_->ReplaceRemotePrefix(old_prefix, new_prefix); },
        Arg("OldPrefix", old_prefix), Arg("NewPrefix", new_prefix));
  }
  HResult AddFileWithRanges(std::string_view remote_url, std::string_view local_name,
                            std::span<const FileRange> ranges) override {
    return this->Invoke(
        "AddFileWithRanges", [&] { return this->inner_->AddFileWithRanges(remote_url, local_name, ranges); },
        Arg("RemoteUrl", remote_url), Arg("LocalName", local_name), Arg("Ranges", ranges));
  }
  HResult SetFileACLFlags(std::uint32_t flags) override {
    return this->Invoke(
        "SetFileACLFlags", [&] { return this->inner_->SetFileACLFlags(flags); }, Arg("Flags", flags));
  }
  Result<std::uint32_t> GetFileACLFlags() override {
    return this->Invoke("GetFileACLFlags", [&] { return this->inner_->GetFileACLFlags(); });
  }
};

class InterceptedJob4 : public InterceptedJob3<BackgroundCopyJob4> {
 public:
  using InterceptedJob3::InterceptedJob3;
  HResult SetPeerCachingFlags(std::uint32_t flags) override {
    return Invoke(
        "SetPeerCachingFlags", [&] { return inner_->SetPeerCachingFlags(flags); }, Arg("Flags", flags));
  }
  Result<std::uint32_t> GetPeerCachingFlags() override {
    return Invoke("GetPeerCachingFlags", [&] { return inner_->GetPeerCachingFlags(); });
  }
  Result<std::uint32_t> GetOwnerIntegrityLevel() override {
    return Invoke("GetOwnerIntegrityLevel", [&] { return inner_->GetOwnerIntegrityLevel(); });
  }
  Result<bool> GetOwnerElevationState() override {
    return Invoke("GetOwnerElevationState", [&] { return inner_->GetOwnerElevationState(); });
  }
  HResult SetMaximumDownloadTime(std::uint32_t seconds) override {
    return Invoke(
        "SetMaximumDownloadTime", [&] { return inner_->SetMaximumDownloadTime(seconds); }, Arg("Timeout", seconds));
  }
  Result<std::uint32_t> GetMaximumDownloadTime() override {
    return Invoke("GetMaximumDownloadTime", [&] { return inner_->GetMaximumDownloadTime(); });
  }
};

class InterceptedHttpOptions : public InterceptedUnknown<BackgroundCopyJobHttpOptions> {
 public:
  using InterceptedUnknown::InterceptedUnknown;
  HResult SetClientCertificateByID(CertificateStoreLocation store_location, std::string_view store_name,
                                   std::span<const std::uint8_t, 20> certificate_hash) override {
    return Invoke(
        "SetClientCertificateByID",
        [&] { return inner_->SetClientCertificateByID(store_location, store_name, certificate_hash); },
        Arg("StoreLocation", store_location), Arg("StoreName", store_name), Arg("pCertHashBlob", certificate_hash));
  }
  HResult SetClientCertificateByName(CertificateStoreLocation store_location, std::string_view store_name,
                                     std::string_view subject_name) override {
    return Invoke(
        "SetClientCertificateByName",
        [&] { return inner_->SetClientCertificateByName(store_location, store_name, subject_name); },
        Arg("StoreLocation", store_location), Arg("StoreName", store_name), Arg("SubjectName", subject_name));
  }
  HResult RemoveClientCertificate() override {
    return Invoke("RemoveClientCertificate", [&] { return inner_->RemoveClientCertificate(); });
  }
  Result<ClientCertificate> GetClientCertificate() override {
    return Invoke("GetClientCertificate", [&] { return inner_->GetClientCertificate(); });
  }
  HResult SetCustomHeaders(std::string_view request_headers) override {
    return Invoke(
        "SetCustomHeaders", [&] { return inner_->SetCustomHeaders(request_headers); },
        Arg("RequestHeaders", request_headers));
  }
  Result<std::string> GetCustomHeaders() override {
    return Invoke("GetCustomHeaders", [&] { return inner_->GetCustomHeaders(); });
  }
  HResult SetSecurityFlags(std::uint32_t flags) override {
    return Invoke(
        "SetSecurityFlags", [&] { return inner_->SetSecurityFlags(flags); }, Arg("Flags", flags));
  }
  Result<std::uint32_t> GetSecurityFlags() override {
    return Invoke("GetSecurityFlags", [&] { return inner_->GetSecurityFlags(); });
  }
};

class InterceptedTokenOptions : public InterceptedUnknown<BitsTokenOptions> {
 public:
  using InterceptedUnknown::InterceptedUnknown;
  HResult SetHelperTokenFlags(std::uint32_t usage_flags) override {
    return Invoke(
        "SetHelperTokenFlags", [&] { return inner_->SetHelperTokenFlags(usage_flags); },
        Arg("UsageFlags", usage_flags));
  }
  Result<std::uint32_t> GetHelperTokenFlags() override {
    return Invoke("GetHelperTokenFlags", [&] { return inner_->GetHelperTokenFlags(); });
  }
  HResult SetHelperToken() override {
    return Invoke("SetHelperToken", [&] { return inner_->SetHelperToken(); });
  }
  HResult ClearHelperToken() override {
    return Invoke("ClearHelperToken", [&] { return inner_->ClearHelperToken(); });
  }
  Result<std::optional<std::string>> GetHelperTokenSid() override {
    return Invoke("GetHelperTokenSid", [&] { return inner_->GetHelperTokenSid(); });
  }
};

class InterceptedManager : public InterceptedUnknown<BackgroundCopyManager> {
 public:
  using InterceptedUnknown::InterceptedUnknown;
  Result<CreatedJob> CreateJob(std::string_view display_name, JobType type) override {
    auto created = Invoke(
        "CreateJob", [&] { return inner_->CreateJob(display_name, type); }, Arg("DisplayName", display_name),
        Arg("Type", type));
    if (created) created->job = Wrap(std::move(created->job), dispatcher_, pointer_.id);
    return created;
  }
  Result<std::unique_ptr<BackgroundCopyJob>> GetJob(const Guid& job_id) override {
    return Wrap(Invoke(
                    "GetJob", [&] { return inner_->GetJob(job_id); }, Arg("jobID", job_id)),
                dispatcher_, pointer_.id);
  }
  Result<std::unique_ptr<EnumBackgroundCopyJobs>> EnumJobs(std::uint32_t flags) override {
    return Wrap(Invoke(
                    "EnumJobs", [&] { return inner_->EnumJobs(flags); }, Arg("dwFlags", flags)),
                dispatcher_, pointer_.id);
  }
  Result<std::string> GetErrorDescription(HResult result, std::uint32_t language_id) override {
    return Invoke(
        "GetErrorDescription", [&] { return inner_->GetErrorDescription(result, language_id); }, Arg("hResult", result),
        Arg("LanguageId", language_id));
  }
};

template <class Base>
class InterceptedCallback : public Base {
 public:
  InterceptedCallback(std::shared_ptr<BackgroundCopyCallback> client, std::shared_ptr<Dispatcher> dispatcher)
      : client_(std::move(client)), dispatcher_(std::move(dispatcher)) {}

  const std::shared_ptr<BackgroundCopyCallback>& client() const { return client_; }

  HResult JobTransferred(BackgroundCopyJob& job) override {
    InterceptedJob<BackgroundCopyJob> seen(job, dispatcher_);
    return Invoke("JobTransferred", [&] { return client_->JobTransferred(seen); });
  }
  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) override {
    InterceptedJob<BackgroundCopyJob> seen(job, dispatcher_);
    InterceptedError seen_error(error, dispatcher_);
    return Invoke("JobError", [&] { return client_->JobError(seen, seen_error); });
  }
  HResult JobModification(BackgroundCopyJob& job, std::uint32_t reserved) override {
    InterceptedJob<BackgroundCopyJob> seen(job, dispatcher_);
    return Invoke("JobModification", [&] { return client_->JobModification(seen, reserved); });
  }

 protected:
  template <class Backend>
  HResult Invoke(std::string_view method, Backend&& backend) {
    return dispatcher_->Invoke(std::string_view("IBackgroundCopyCallback"), method, std::forward<Backend>(backend));
  }

  std::shared_ptr<BackgroundCopyCallback> client_;
  std::shared_ptr<Dispatcher> dispatcher_;
};

class InterceptedCallback2 : public InterceptedCallback<BackgroundCopyCallback2> {
 public:
  using InterceptedCallback::InterceptedCallback;
  HResult FileTransferred(BackgroundCopyJob& job, BackgroundCopyFile& file) override {
    InterceptedJob<BackgroundCopyJob> seen(job, dispatcher_);
    InterceptedFile<BackgroundCopyFile> seen_file(file, dispatcher_);
    return Invoke("FileTransferred",
                  [&] { return static_cast<BackgroundCopyCallback2&>(*client_).FileTransferred(seen, seen_file); });
  }
};

template <class Base>
HResult InterceptedJob<Base>::SetNotifyInterface(std::shared_ptr<BackgroundCopyCallback> callback) {
  std::shared_ptr<BackgroundCopyCallback> seen;
  if (std::dynamic_pointer_cast<BackgroundCopyCallback2>(callback)) {
    seen = std::make_shared<InterceptedCallback2>(callback, this->dispatcher_);
  } else if (callback) {
    seen = std::make_shared<InterceptedCallback<BackgroundCopyCallback>>(callback, this->dispatcher_);
  }
  return this->Invoke(
      "SetNotifyInterface", [&] { return this->inner_->SetNotifyInterface(seen); }, Arg("Val", callback));
}

template <class Base>
Result<std::shared_ptr<BackgroundCopyCallback>> InterceptedJob<Base>::GetNotifyInterface() {
  auto found = this->Invoke("GetNotifyInterface", [&] { return this->inner_->GetNotifyInterface(); });
  if (!found) return found;
  if (const auto plain = std::dynamic_pointer_cast<InterceptedCallback<BackgroundCopyCallback>>(*found)) {
    return plain->client();
  }
  if (const auto second = std::dynamic_pointer_cast<InterceptedCallback2>(*found)) return second->client();
  return found;
}

template <class Base, class Wrapper>
std::unique_ptr<Unknown> Make(std::unique_ptr<Unknown> inner, std::shared_ptr<Dispatcher> dispatcher,
                              std::uint64_t from) {
  std::shared_ptr<Base> typed(static_cast<Base*>(inner.release()));
  return std::make_unique<Wrapper>(std::move(typed), std::move(dispatcher), from);
}

struct WrapperFactory {
  InterfaceId id;
  std::unique_ptr<Unknown> (*make)(std::unique_ptr<Unknown>, std::shared_ptr<Dispatcher>, std::uint64_t from);
};

template <class Base, class Wrapper>
constexpr WrapperFactory For() {
  return {Base::kInterfaceId, &Make<Base, Wrapper>};
}

constexpr WrapperFactory kFactories[] = {
    For<BackgroundCopyManager, InterceptedManager>(),
    For<BackgroundCopyJob, InterceptedJob<BackgroundCopyJob>>(),
    For<BackgroundCopyJob2, InterceptedJob2<BackgroundCopyJob2>>(),
    For<BackgroundCopyJob3, InterceptedJob3<BackgroundCopyJob3>>(),
    For<BackgroundCopyJob4, InterceptedJob4>(),
    For<BackgroundCopyJobHttpOptions, InterceptedHttpOptions>(),
    For<BitsTokenOptions, InterceptedTokenOptions>(),
    For<BackgroundCopyError, InterceptedError>(),
    For<BackgroundCopyFile, InterceptedFile<BackgroundCopyFile>>(),
    For<BackgroundCopyFile2, InterceptedFile2>(),
    For<EnumBackgroundCopyJobs, InterceptedEnumerator<EnumBackgroundCopyJobs>>(),
    For<EnumBackgroundCopyFiles, InterceptedEnumerator<EnumBackgroundCopyFiles>>(),
};
static_assert(std::size(kFactories) == std::size(EnumNames<InterfaceId>::kNames), "an interface without a wrapper");

}  // namespace

std::unique_ptr<Unknown> Wrap(InterfaceId id, std::unique_ptr<Unknown> inner, std::shared_ptr<Dispatcher> dispatcher,
                              std::uint64_t from) {
  for (const WrapperFactory& factory : kFactories) {
    if (factory.id == id) return factory.make(std::move(inner), std::move(dispatcher), from);
  }
  return inner;
}

}  // namespace bits::intercept
