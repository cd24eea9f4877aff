// What is left in the out-parameters of a call that fails: nothing.
#include <array>

#include "fakes/com/conformance_objects.h"

namespace bits::fakes::com {
namespace {

class FailuresTest : public ObjectsTest {};

template <auto kMethod, class Object>
HRESULT CallWithOne(Object* object, bool& cleared) {
  return [&]<class Interface, class T>(HRESULT (STDMETHODCALLTYPE Interface::*method)(T*)) {
    Out<T> out;
    const HRESULT result = (object->*method)(out.Receive());
    cleared = out.cleared();
    return result;
  }(kMethod);
}

struct Getter {
  const char* name;
  HRESULT (*call)(Objects&, bool& cleared);
};

#define GETTER(object, Interface, method)                                                                             \
  {                                                                                                                   \
#Interface "::" #method,                                                                                          \
        [](Objects & o,                                                                                               \
           bool&                                                                                                      \
               cleared) { return CallWithOne<&Interface::method>(static_cast<Interface*>(o.object.Get()), cleared); } \
  }

const Getter kGetters[] = {
    GETTER(job, IBackgroundCopyJob, EnumFiles),
    GETTER(job, IBackgroundCopyJob, GetId),
    GETTER(job, IBackgroundCopyJob, GetType),
    GETTER(job, IBackgroundCopyJob, GetProgress),
    GETTER(job, IBackgroundCopyJob, GetTimes),
    GETTER(job, IBackgroundCopyJob, GetState),
    GETTER(job, IBackgroundCopyJob, GetError),
    GETTER(job, IBackgroundCopyJob, GetOwner),
    GETTER(job, IBackgroundCopyJob, GetDisplayName),
    GETTER(job, IBackgroundCopyJob, GetDescription),
    GETTER(job, IBackgroundCopyJob, GetPriority),
    GETTER(job, IBackgroundCopyJob, GetNotifyFlags),
    GETTER(job, IBackgroundCopyJob, GetNotifyInterface),
    GETTER(job, IBackgroundCopyJob, GetMinimumRetryDelay),
    GETTER(job, IBackgroundCopyJob, GetNoProgressTimeout),
    GETTER(job, IBackgroundCopyJob, GetErrorCount),
    GETTER(job, IBackgroundCopyJob2, GetReplyProgress),
    GETTER(job, IBackgroundCopyJob2, GetReplyFileName),
    GETTER(job, IBackgroundCopyJob3, GetFileACLFlags),
    GETTER(job, IBackgroundCopyJob4, GetPeerCachingFlags),
    GETTER(job, IBackgroundCopyJob4, GetOwnerIntegrityLevel),
    GETTER(job, IBackgroundCopyJob4, GetOwnerElevationState),
    GETTER(job, IBackgroundCopyJob4, GetMaximumDownloadTime),
    GETTER(http, IBackgroundCopyJobHttpOptions, GetCustomHeaders),
    GETTER(http, IBackgroundCopyJobHttpOptions, GetSecurityFlags),
    GETTER(tokens, IBitsTokenOptions, GetHelperTokenFlags),
    GETTER(tokens, IBitsTokenOptions, GetHelperTokenSid),
    GETTER(jobs, IEnumBackgroundCopyJobs, Clone),
    GETTER(jobs, IEnumBackgroundCopyJobs, GetCount),
    GETTER(files, IEnumBackgroundCopyFiles, Clone),
    GETTER(files, IEnumBackgroundCopyFiles, GetCount),
    GETTER(file, IBackgroundCopyFile, GetRemoteName),
    GETTER(file, IBackgroundCopyFile, GetLocalName),
    GETTER(file, IBackgroundCopyFile, GetProgress),
    GETTER(error, IBackgroundCopyError, GetFile),
    GETTER(error, IBackgroundCopyError, GetProtocol),
    {"IBackgroundCopyManager::CreateJob",
     [](Objects& o, bool& cleared) {
       Out<GUID> id;
       Out<IBackgroundCopyJob*> job;
       const HRESULT result = o.manager->CreateJob(L"a", BG_JOB_TYPE_DOWNLOAD, id.Receive(), job.Receive());
       cleared = id.cleared() && job.cleared();
       return result;
     }},
    {"IBackgroundCopyManager::GetJob",
     [](Objects& o, bool& cleared) {
       Out<IBackgroundCopyJob*> job;
       const HRESULT result = o.manager->GetJob(GUID{}, job.Receive());
       cleared = job.cleared();
       return result;
     }},
    {"IBackgroundCopyManager::EnumJobs",
     [](Objects& o, bool& cleared) {
       Out<IEnumBackgroundCopyJobs*> jobs;
       const HRESULT result = o.manager->EnumJobs(0, jobs.Receive());
       cleared = jobs.cleared();
       return result;
     }},
    {"IBackgroundCopyManager::GetErrorDescription",
     [](Objects& o, bool& cleared) {
       Out<LPWSTR> text;
       const HRESULT result = o.manager->GetErrorDescription(E_FAIL, 0x0409, text.Receive());
       cleared = text.cleared();
       return result;
     }},
    {"IBackgroundCopyJob::GetProxySettings",
     [](Objects& o, bool& cleared) {
       Out<BG_JOB_PROXY_USAGE> usage;
       Out<LPWSTR> list;
       Out<LPWSTR> bypass;
       const HRESULT result = o.job->GetProxySettings(usage.Receive(), list.Receive(), bypass.Receive());
       cleared = usage.cleared() && list.cleared() && bypass.cleared();
       return result;
     }},
    {"IBackgroundCopyJob2::GetNotifyCmdLine",
     [](Objects& o, bool& cleared) {
       Out<LPWSTR> program;
       Out<LPWSTR> parameters;
       const HRESULT result = o.job->GetNotifyCmdLine(program.Receive(), parameters.Receive());
       cleared = program.cleared() && parameters.cleared();
       return result;
     }},
    {"IBackgroundCopyJob2::GetReplyData",
     [](Objects& o, bool& cleared) {
       Out<byte*> data;
       Out<UINT64> length;
       const HRESULT result = o.job->GetReplyData(data.Receive(), length.Receive());
       cleared = data.cleared() && length.cleared();
       return result;
     }},
    {"IBackgroundCopyFile2::GetFileRanges",
     [](Objects& o, bool& cleared) {
       Out<DWORD> count;
       Out<BG_FILE_RANGE*> ranges;
       const HRESULT result = o.file->GetFileRanges(count.Receive(), ranges.Receive());
       cleared = count.cleared() && ranges.cleared();
       return result;
     }},
    {"IBackgroundCopyError::GetError",
     [](Objects& o, bool& cleared) {
       Out<BG_ERROR_CONTEXT> context;
       Out<HRESULT> code;
       const HRESULT result = o.error->GetError(context.Receive(), code.Receive());
       cleared = context.cleared() && code.cleared();
       return result;
     }},
    {"IBackgroundCopyJobHttpOptions::GetClientCertificate",
     [](Objects& o, bool& cleared) {
       BG_CERT_STORE_LOCATION location{};
       Out<LPWSTR> store;
       Out<BYTE*> hash;
       Out<LPWSTR> subject;
       const HRESULT result =
           o.http->GetClientCertificate(&location, store.Receive(), hash.Receive(), subject.Receive());
       cleared = store.cleared() && hash.cleared() && subject.cleared();
       return result;
     }},
    {"IEnumBackgroundCopyJobs::Next",
     [](Objects& o, bool& cleared) {
       std::array<Out<IBackgroundCopyJob*>, 3> jobs;
       Out<ULONG> fetched;
       const HRESULT result = o.jobs->Next(3, jobs[0].Receive(), fetched.Receive());
       cleared = jobs[0].cleared() && jobs[1].cleared() && jobs[2].cleared() && fetched.cleared();
       return result;
     }},
    {"IEnumBackgroundCopyFiles::Next",
     [](Objects& o, bool& cleared) {
       Out<IBackgroundCopyFile*> file;
       Out<ULONG> fetched;
       const HRESULT result = o.files->Next(1, file.Receive(), fetched.Receive());
       cleared = file.cleared() && fetched.cleared();
       return result;
     }},
};

// A service that has stopped makes every call fail, in the service or before it.
TEST_F(FailuresTest, OutParametersAreClearedWhenTheServiceIsGone) {
  world_.StopBits();
  for (const Getter& getter : kGetters) {
    bool cleared = false;
    EXPECT_HRESULT(getter.call(made_, cleared), static_cast<HRESULT>(0x800706BA)) << getter.name;
    EXPECT_TRUE(cleared) << getter.name;
  }
}

TEST_F(FailuresTest, OutParametersAreClearedWhenTheScopeIsClosed) {
  bits_.reset();
  for (const Getter& getter : kGetters) {
    bool cleared = false;
    EXPECT_HRESULT(getter.call(made_, cleared), RPC_E_DISCONNECTED) << getter.name;
    EXPECT_TRUE(cleared) << getter.name;
  }
}

}  // namespace
}  // namespace bits::fakes::com
