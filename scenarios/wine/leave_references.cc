// Leaves the machine's BITS with a reference to an object of each kind, and ends without releasing them.
//
// For sessions of Wine, whose BITS otherwise now and then never answers a Release on a busy machine: when the last stub
// of an interface goes, Wine takes the interface from its RPC run-time and waits for calls of it that are under way,
// having looked whether there are any before it can be told that they are over (RpcServerUnregisterIf in rpcrt4 of
// Wine 8). References of a client that has ended stay on Wine, where nobody looks after dead clients, so the last stub
// never goes while the service runs. The job is cancelled, and the queue as it was. And makes the
// session's desktop, before several programs do so at once.
//
// Exit codes: 0 done, 1 not wholly, with the reason on stderr.
#include "harness/win32/windows_headers.h"

#include <cstdio>
#include <string>

#include "harness/win32/bits_headers.h"
#include "harness/win32/com_call.h"
#include "harness/win32/system_error.h"

namespace {

using bits::win32::ComPtr;

// What failed first; empty when nothing did.
std::string Leave() {
  std::string failed;
  const auto did = [&](const char* call, HRESULT result) {
    if (FAILED(result) && failed.empty()) failed = call + (": " + ToString(bits::win32::FromHresult(result)));
    return SUCCEEDED(result);
  };
  // None of these is ever released.
  IClassFactory* factory = nullptr;
  IBackgroundCopyManager* manager = nullptr;
  IEnumBackgroundCopyJobs* jobs = nullptr;
  IBackgroundCopyJob* job = nullptr;
  IEnumBackgroundCopyFiles* files = nullptr;
  IBackgroundCopyFile* file = nullptr;
  GUID id{};
  if (!did("CoInitializeEx", CoInitializeEx(nullptr, COINIT_MULTITHREADED)) ||
      !did("CoGetClassObject",
           CoGetClassObject(__uuidof(::BackgroundCopyManager), CLSCTX_LOCAL_SERVER, nullptr, IID_PPV_ARGS(&factory))) ||
      !did("CreateInstance", factory->CreateInstance(nullptr, IID_PPV_ARGS(&manager))) ||
      !did("EnumJobs", manager->EnumJobs(0, &jobs)) ||
      !did("CreateJob", manager->CreateJob(L"left by leave_references", BG_JOB_TYPE_DOWNLOAD, &id, &job))) {
    return failed;
  }
  if (did("AddFile", job->AddFile(L"http://127.0.0.1/", L"C:\\windows\\temp\\left-by-leave-references")) &&
      did("EnumFiles", job->EnumFiles(&files))) {
    did("Next", files->Next(1, &file, nullptr));
  }
  did("Cancel", job->Cancel());
  return failed;
}

}  // namespace

int main() {
  // The first window of a session makes its desktop; of programs that do so at once, Wine lets some have none.
  CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr, nullptr, nullptr);
  const std::string failed = Leave();
  if (!failed.empty()) std::fprintf(stderr, "leave_references: %s\n", failed.c_str());
  std::fflush(stderr);
  // Not by way of COM's own end, which releases what is left.
  TerminateProcess(GetCurrentProcess(), failed.empty() ? 0 : 1);
}
