// Bad arguments, of each method: what it answers, and what it leaves in its out-parameters.
#include <span>

#include "fakes/com/conformance_objects.h"

namespace bits::fakes::com {
namespace {

class ArgumentsTest : public ObjectsTest {};

struct BadCall {
  const char* name;
  HRESULT (*call)(Objects&);
  HRESULT expected = E_INVALIDARG;
};

void ExpectAll(std::span<const BadCall> calls, Objects& objects) {
  for (const BadCall& bad : calls) EXPECT_HRESULT(bad.call(objects), bad.expected) << bad.name;
}

GUID some_id;
IBackgroundCopyJob* some_job;
DWORD some_number;
LPWSTR some_text;
BG_FILE_RANGE* some_ranges;
byte* some_bytes;
UINT64 some_size;
HRESULT some_code;
BG_ERROR_CONTEXT some_context;
BG_JOB_PROXY_USAGE some_usage;
BG_CERT_STORE_LOCATION some_location;

// Every out-parameter of every method, one at a time.
constexpr BadCall kNullOutParameters[] = {
    {"CreateJob: id", [](Objects& o) { return o.manager->CreateJob(L"a", BG_JOB_TYPE_DOWNLOAD, nullptr, &some_job); }},
    {"CreateJob: job", [](Objects& o) { return o.manager->CreateJob(L"a", BG_JOB_TYPE_DOWNLOAD, &some_id, nullptr); }},
    {"GetJob", [](Objects& o) { return o.manager->GetJob(some_id, nullptr); }},
    {"EnumJobs", [](Objects& o) { return o.manager->EnumJobs(0, nullptr); }},
    {"manager's GetErrorDescription", [](Objects& o) { return o.manager->GetErrorDescription(E_FAIL, 0, nullptr); }},
    {"EnumFiles", [](Objects& o) { return o.job->EnumFiles(nullptr); }},
    {"GetId", [](Objects& o) { return o.job->GetId(nullptr); }},
    {"GetType", [](Objects& o) { return o.job->GetType(nullptr); }},
    {"GetProgress", [](Objects& o) { return o.job->GetProgress(nullptr); }},
    {"GetTimes", [](Objects& o) { return o.job->GetTimes(nullptr); }},
    {"GetState", [](Objects& o) { return o.job->GetState(nullptr); }},
    {"GetError", [](Objects& o) { return o.job->GetError(nullptr); }},
    {"GetOwner", [](Objects& o) { return o.job->GetOwner(nullptr); }},
    {"GetDisplayName", [](Objects& o) { return o.job->GetDisplayName(nullptr); }},
    {"GetDescription", [](Objects& o) { return o.job->GetDescription(nullptr); }},
    {"GetPriority", [](Objects& o) { return o.job->GetPriority(nullptr); }},
    {"GetNotifyFlags", [](Objects& o) { return o.job->GetNotifyFlags(nullptr); }},
    {"GetNotifyInterface", [](Objects& o) { return o.job->GetNotifyInterface(nullptr); }},
    {"GetMinimumRetryDelay", [](Objects& o) { return o.job->GetMinimumRetryDelay(nullptr); }},
    {"GetNoProgressTimeout", [](Objects& o) { return o.job->GetNoProgressTimeout(nullptr); }},
    {"GetErrorCount", [](Objects& o) { return o.job->GetErrorCount(nullptr); }},
    {"GetProxySettings: usage", [](Objects& o) { return o.job->GetProxySettings(nullptr, &some_text, &some_text); }},
    {"GetProxySettings: list", [](Objects& o) { return o.job->GetProxySettings(&some_usage, nullptr, &some_text); }},
    {"GetProxySettings: bypass", [](Objects& o) { return o.job->GetProxySettings(&some_usage, &some_text, nullptr); }},
    {"GetNotifyCmdLine: program", [](Objects& o) { return o.job->GetNotifyCmdLine(nullptr, &some_text); }},
    {"GetNotifyCmdLine: parameters", [](Objects& o) { return o.job->GetNotifyCmdLine(&some_text, nullptr); }},
    {"GetReplyProgress", [](Objects& o) { return o.upload_reply->GetReplyProgress(nullptr); }},
    {"GetReplyData: data", [](Objects& o) { return o.upload_reply->GetReplyData(nullptr, &some_size); }},
    {"GetReplyData: length", [](Objects& o) { return o.upload_reply->GetReplyData(&some_bytes, nullptr); }},
    {"GetReplyFileName", [](Objects& o) { return o.upload_reply->GetReplyFileName(nullptr); }},
    {"GetFileACLFlags", [](Objects& o) { return o.job->GetFileACLFlags(nullptr); }},
    {"GetPeerCachingFlags", [](Objects& o) { return o.job->GetPeerCachingFlags(nullptr); }},
    {"GetOwnerIntegrityLevel", [](Objects& o) { return o.job->GetOwnerIntegrityLevel(nullptr); }},
    {"GetOwnerElevationState", [](Objects& o) { return o.job->GetOwnerElevationState(nullptr); }},
    {"GetMaximumDownloadTime", [](Objects& o) { return o.job->GetMaximumDownloadTime(nullptr); }},
    {"GetClientCertificate: location",
     [](Objects& o) { return o.http->GetClientCertificate(nullptr, &some_text, &some_bytes, &some_text); },
     kNullReferencePointer},
    {"GetClientCertificate: store",
     [](Objects& o) { return o.http->GetClientCertificate(&some_location, nullptr, &some_bytes, &some_text); },
     kNullReferencePointer},
    {"GetClientCertificate: hash",
     [](Objects& o) { return o.http->GetClientCertificate(&some_location, &some_text, nullptr, &some_text); },
     kNullReferencePointer},
    {"GetClientCertificate: subject",
     [](Objects& o) { return o.http->GetClientCertificate(&some_location, &some_text, &some_bytes, nullptr); },
     kNullReferencePointer},
    {"GetCustomHeaders", [](Objects& o) { return o.http->GetCustomHeaders(nullptr); }, kNullReferencePointer},
    {"GetSecurityFlags", [](Objects& o) { return o.http->GetSecurityFlags(nullptr); }, kNullReferencePointer},
    {"GetHelperTokenFlags", [](Objects& o) { return o.tokens->GetHelperTokenFlags(nullptr); }},
    {"GetHelperTokenSid", [](Objects& o) { return o.tokens->GetHelperTokenSid(nullptr); }},
    {"jobs' Clone", [](Objects& o) { return o.jobs->Clone(nullptr); }},
    {"jobs' GetCount", [](Objects& o) { return o.jobs->GetCount(nullptr); }},
    {"files' Clone", [](Objects& o) { return o.files->Clone(nullptr); }},
    {"files' GetCount", [](Objects& o) { return o.files->GetCount(nullptr); }},
    {"GetRemoteName", [](Objects& o) { return o.file->GetRemoteName(nullptr); }},
    {"GetLocalName", [](Objects& o) { return o.file->GetLocalName(nullptr); }},
    {"file's GetProgress", [](Objects& o) { return o.file->GetProgress(nullptr); }},
    {"GetFileRanges: count", [](Objects& o) { return o.file->GetFileRanges(nullptr, &some_ranges); }},
    {"GetFileRanges: ranges", [](Objects& o) { return o.file->GetFileRanges(&some_number, nullptr); }},
    {"error's GetError: context", [](Objects& o) { return o.error->GetError(nullptr, &some_code); }},
    {"error's GetError: code", [](Objects& o) { return o.error->GetError(&some_context, nullptr); }},
    {"GetFile", [](Objects& o) { return o.error->GetFile(nullptr); }},
    {"GetErrorDescription", [](Objects& o) { return o.error->GetErrorDescription(0, nullptr); }},
    {"GetErrorContextDescription", [](Objects& o) { return o.error->GetErrorContextDescription(0, nullptr); }},
    {"GetProtocol", [](Objects& o) { return o.error->GetProtocol(nullptr); }},
};

TEST_F(ArgumentsTest, NullOutParametersAreRefused) { ExpectAll(kNullOutParameters, made_); }

BG_FILE_INFO no_remote = {nullptr, const_cast<LPWSTR>(kLocal)};
BG_FILE_INFO no_local = {const_cast<LPWSTR>(kUrl), nullptr};
BG_FILE_RANGE some_range = {0, 1};
BYTE some_hash[20];

// Pointers that a method reads.
constexpr BadCall kNullInParameters[] = {
    {"CreateJob", [](Objects& o) { return o.manager->CreateJob(nullptr, BG_JOB_TYPE_DOWNLOAD, &some_id, &some_job); }},
    {"AddFile: remote", [](Objects& o) { return o.job->AddFile(nullptr, kLocal); }},
    {"AddFile: local", [](Objects& o) { return o.job->AddFile(kUrl, nullptr); }},
    {"AddFileSet", [](Objects& o) { return o.job->AddFileSet(1, nullptr); }},
    {"AddFileSet: remote", [](Objects& o) { return o.job->AddFileSet(1, &no_remote); }},
    {"AddFileSet: local", [](Objects& o) { return o.job->AddFileSet(1, &no_local); }},
    {"SetDisplayName", [](Objects& o) { return o.job->SetDisplayName(nullptr); }},
    {"SetDescription", [](Objects& o) { return o.job->SetDescription(nullptr); }},
    {"SetProxySettings",
     [](Objects& o) { return o.job->SetProxySettings(BG_JOB_PROXY_USAGE_OVERRIDE, nullptr, nullptr); }},
    {"SetReplyFileName", [](Objects& o) { return o.upload_reply->SetReplyFileName(nullptr); }},
    {"SetCredentials", [](Objects& o) { return o.job->SetCredentials(nullptr); }},
    {"ReplaceRemotePrefix: old", [](Objects& o) { return o.job->ReplaceRemotePrefix(nullptr, kUrl); }},
    {"ReplaceRemotePrefix: new", [](Objects& o) { return o.job->ReplaceRemotePrefix(kUrl, nullptr); }},
    {"AddFileWithRanges: remote", [](Objects& o) { return o.job->AddFileWithRanges(nullptr, kLocal, 1, &some_range); }},
    {"AddFileWithRanges: local", [](Objects& o) { return o.job->AddFileWithRanges(kUrl, nullptr, 1, &some_range); }},
    {"AddFileWithRanges: ranges", [](Objects& o) { return o.job->AddFileWithRanges(kUrl, kLocal, 1, nullptr); }},
    {"SetRemoteName", [](Objects& o) { return o.file->SetRemoteName(nullptr); }},
    {"SetClientCertificateByID: store",
     [](Objects& o) {
       return o.http->SetClientCertificateByID(BG_CERT_STORE_LOCATION_CURRENT_USER, nullptr, some_hash);
     },
     kNullReferencePointer},
    {"SetClientCertificateByID: hash",
     [](Objects& o) { return o.http->SetClientCertificateByID(BG_CERT_STORE_LOCATION_CURRENT_USER, L"MY", nullptr); },
     kNullReferencePointer},
    {"SetClientCertificateByName: store",
     [](Objects& o) { return o.http->SetClientCertificateByName(BG_CERT_STORE_LOCATION_CURRENT_USER, nullptr, L"a"); },
     kNullReferencePointer},
    {"SetClientCertificateByName: subject",
     [](Objects& o) { return o.http->SetClientCertificateByName(BG_CERT_STORE_LOCATION_CURRENT_USER, L"MY", nullptr); },
     kNullReferencePointer},
    {"SetCustomHeaders", [](Objects& o) { return o.http->SetCustomHeaders(nullptr); }, kNullReferencePointer},
    // NULL means something here.
    {"SetNotifyCmdLine", [](Objects& o) { return o.job->SetNotifyCmdLine(nullptr, nullptr); }, S_OK},
    {"SetNotifyInterface", [](Objects& o) { return o.job->SetNotifyInterface(nullptr); }, S_OK},
};

TEST_F(ArgumentsTest, NullInParametersAreRefused) { ExpectAll(kNullInParameters, made_); }

template <class Enumeration>
Enumeration Bad(int value) {
  return static_cast<Enumeration>(value);
}

constexpr BadCall kBadValues[] = {
    {"CreateJob: type 3",
     [](Objects& o) { return o.manager->CreateJob(L"a", Bad<BG_JOB_TYPE>(3), &some_id, &some_job); }},
    {"CreateJob: type -1",
     [](Objects& o) { return o.manager->CreateJob(L"a", Bad<BG_JOB_TYPE>(-1), &some_id, &some_job); }},
    {"EnumJobs: 2", [](Objects& o) { return o.manager->EnumJobs(2, o.jobs.ReleaseAndGetAddressOf()); }},
    {"GetJob", [](Objects& o) { return o.manager->GetJob(GUID{}, &some_job); },
     static_cast<HRESULT>(0x80200001)},  // BG_E_NOT_FOUND
    {"SetPriority: 4", [](Objects& o) { return o.job->SetPriority(Bad<BG_JOB_PRIORITY>(4)); }, E_NOTIMPL},
    {"SetPriority: -1", [](Objects& o) { return o.job->SetPriority(Bad<BG_JOB_PRIORITY>(-1)); }, E_NOTIMPL},
    {"SetNotifyFlags", [](Objects& o) { return o.job->SetNotifyFlags(0x40); }, E_NOTIMPL},
    {"SetNotifyFlags: all", [](Objects& o) { return o.job->SetNotifyFlags(~0UL); }, E_NOTIMPL},
    {"SetProxySettings: 4",
     [](Objects& o) { return o.job->SetProxySettings(Bad<BG_JOB_PROXY_USAGE>(4), nullptr, nullptr); }, E_NOTIMPL},
    {"RemoveCredentials: target 0",
     [](Objects& o) { return o.job->RemoveCredentials(Bad<BG_AUTH_TARGET>(0), BG_AUTH_SCHEME_BASIC); },
     static_cast<HRESULT>(0x80200027)},  // BG_E_INVALID_AUTH_TARGET
    {"RemoveCredentials: scheme 6",
     [](Objects& o) { return o.job->RemoveCredentials(BG_AUTH_TARGET_SERVER, Bad<BG_AUTH_SCHEME>(6)); },
     static_cast<HRESULT>(0x80200028)},  // BG_E_INVALID_AUTH_SCHEME
    {"SetFileACLFlags", [](Objects& o) { return o.job->SetFileACLFlags(0x10); }},
    {"SetPeerCachingFlags", [](Objects& o) { return o.job->SetPeerCachingFlags(0x80000000); }},
    {"SetHelperTokenFlags", [](Objects& o) { return o.tokens->SetHelperTokenFlags(4); }},
    {"SetSecurityFlags", [](Objects& o) { return o.http->SetSecurityFlags(0x80000000); }, E_NOTIMPL},
    {"SetClientCertificateByName: location",
     [](Objects& o) { return o.http->SetClientCertificateByName(Bad<BG_CERT_STORE_LOCATION>(99), L"MY", L"a"); },
     E_NOTIMPL},
    {"AddFileWithRanges: none", [](Objects& o) { return o.job->AddFileWithRanges(kUrl, kLocal, 0, &some_range); }},
    {"AddFileSet: none", [](Objects& o) { return o.job->AddFileSet(0, &no_local); }, S_OK},
};

TEST_F(ArgumentsTest, ValuesOutsideTheEnumerationsAreRefused) {
  ExpectAll(kBadValues, made_);
  EXPECT_EQ(some_job, nullptr);
}

}  // namespace
}  // namespace bits::fakes::com
