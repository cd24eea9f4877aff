// Several jobs at once, followed by callbacks in a single-threaded apartment. Written against the SDK alone.
//
// usage: callback_client BASE_URL DIRECTORY
#include <cstdio>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "fakes/com/samples/sample_main.h"
#include "fakes/com/samples/sdk.h"

#include <wrl/client.h>

namespace {

using Microsoft::WRL::ComPtr;

constexpr ULONG kAllNotifications =
    BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR | BG_NOTIFY_JOB_MODIFICATION | BG_NOTIFY_FILE_TRANSFERRED;
constexpr DWORD kBetweenLooks = 500;  // milliseconds
constexpr DWORD kPatience = 60'000;

unsigned long Code(HRESULT result) { return static_cast<unsigned long>(result); }

const char* StateName(BG_JOB_STATE state) {
  static constexpr const char* kNames[] = {"QUEUED",          "CONNECTING",  "TRANSFERRING", "SUSPENDED", "ERROR",
                                           "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"};
  return static_cast<unsigned>(state) < std::size(kNames) ? kNames[state] : "?";
}

// The part behind the last slash of a URL or path.
std::wstring LastPart(const wchar_t* name) {
  const std::wstring whole = name;
  return whole.substr(whole.find_last_of(L"/\\") + 1);
}

// What is known of one job. Everything happens on the thread of the apartment, but a call into the service dispatches
// callbacks while it waits: whatever is read here may have changed after any call.
struct Record {
  const char* name;
  ULONG flags;
  std::vector<const wchar_t*> files;

  ComPtr<IBackgroundCopyJob> job = {};
  HRESULT set_up = S_OK;  // the first failure
  bool same_interface = false;
  ULONG given_flags = 0;

  bool modified = false;
  std::vector<std::wstring> transferred = {};  // the files that a callback told of
  std::string end = {};                        // how the program heard of it; empty before
  BG_ERROR_CONTEXT context = BG_ERROR_CONTEXT_NONE;
  HRESULT error = S_OK;
  HRESULT result = E_PENDING;  // of Complete or Cancel
  BG_JOB_STATE last_look = BG_JOB_STATE_SUSPENDED;
};

void Complete(Record& record, IBackgroundCopyJob& job) { record.result = job.Complete(); }

void ReadErrorAndCancel(Record& record, IBackgroundCopyJob& job, IBackgroundCopyError* error) {
  if (error == nullptr || FAILED(error->GetError(&record.context, &record.error))) record.error = E_UNEXPECTED;
  record.result = job.Cancel();
}

// One for each job. The job's registration is all that keeps it.
class Callback final : public IBackgroundCopyCallback2 {
 public:
  explicit Callback(Record& record) : record_(record) { ++living_; }

  static int living() { return living_; }

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = iid == __uuidof(IUnknown) || iid == __uuidof(IBackgroundCopyCallback) ||
                         iid == __uuidof(IBackgroundCopyCallback2);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return static_cast<ULONG>(InterlockedIncrement(&references_)); }
  ULONG STDMETHODCALLTYPE Release() override {
    const LONG left = InterlockedDecrement(&references_);
    if (left == 0) delete this;
    return static_cast<ULONG>(left);
  }

  HRESULT STDMETHODCALLTYPE JobTransferred(IBackgroundCopyJob* job) override {
    if (!End("JobTransferred")) return S_OK;
    // The registration ends here, in the middle of the call that it brought: COM keeps this object until it returns.
    job->SetNotifyInterface(nullptr);
    Complete(record_, *job);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob* job, IBackgroundCopyError* error) override {
    if (!End("JobError")) return S_OK;
    job->SetNotifyInterface(nullptr);
    ReadErrorAndCancel(record_, *job, error);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob*, DWORD) override {
    record_.modified = true;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE FileTransferred(IBackgroundCopyJob*, IBackgroundCopyFile* file) override {
    LPWSTR name = nullptr;
    if (FAILED(file->GetRemoteName(&name))) return S_OK;
    record_.transferred.push_back(LastPart(name));
    CoTaskMemFree(name);
    return S_OK;
  }

 private:
  ~Callback() { --living_; }

  bool End(const char* callback) {
    if (!record_.end.empty()) return false;
    record_.end = callback;
    return true;
  }

  static int living_;

  LONG references_ = 0;
  Record& record_;
};

int Callback::living_ = 0;

// Makes the job, ready to be resumed; the first failure ends that.
HRESULT SetUp(IBackgroundCopyManager& manager, Record& record, const std::wstring& base_url,
              const std::wstring& directory) {
  const std::wstring display_name(record.name, record.name + std::char_traits<char>::length(record.name));
  GUID id;
  HRESULT result =
      manager.CreateJob(display_name.c_str(), BG_JOB_TYPE_DOWNLOAD, &id, record.job.ReleaseAndGetAddressOf());
  if (FAILED(result)) return result;
  const ComPtr<IBackgroundCopyCallback2> callback(new Callback(record));
  result = record.job->SetNotifyInterface(callback.Get());
  if (FAILED(result)) return result;
  result = record.job->SetNotifyFlags(record.flags);
  if (FAILED(result)) return result;
  result = record.job->GetNotifyFlags(&record.given_flags);
  if (FAILED(result)) return result;

  ComPtr<IUnknown> registered;
  result = record.job->GetNotifyInterface(registered.GetAddressOf());
  if (FAILED(result)) return result;
  ComPtr<IUnknown> own;
  ComPtr<IUnknown> theirs;
  callback.CopyTo(IID_PPV_ARGS(own.GetAddressOf()));
  registered.CopyTo(IID_PPV_ARGS(theirs.GetAddressOf()));
  record.same_interface = own == theirs;

  // Two jobs may have the same file: each writes to a name of its own.
  for (const wchar_t* file : record.files) {
    const std::wstring local = directory + L"\\" + display_name + L" " + file;
    result = record.job->AddFile((base_url + L"/" + file).c_str(), local.c_str());
    if (FAILED(result)) return result;
  }
  return S_OK;
}

void CancelLeft(std::vector<Record>& records) {
  for (Record& record : records) {
    if (record.job == nullptr || !record.end.empty()) continue;
    record.end = "none in time";
    record.job->SetNotifyInterface(nullptr);
    record.result = record.job->Cancel();
  }
}

// A callback can be lost, is not wanted for some jobs, and some services never call JobError: the states are looked at
// too. That the callback is missing is believed when the state stands at two looks.
void Look(Record& record) {
  if (!record.end.empty()) return;
  BG_JOB_STATE state{};
  if (FAILED(record.job->GetState(&state)) || !record.end.empty()) return;
  const bool stands = state == std::exchange(record.last_look, state);
  if (!stands || (state != BG_JOB_STATE_TRANSFERRED && state != BG_JOB_STATE_ERROR)) return;
  record.end = std::string("no callback, but ") + StateName(state);
  // Before the end: afterwards a job takes no call but questions.
  record.job->SetNotifyInterface(nullptr);
  if (state == BG_JOB_STATE_TRANSFERRED) {
    Complete(record, *record.job.Get());
  } else {
    ComPtr<IBackgroundCopyError> error;
    record.job->GetError(error.GetAddressOf());
    ReadErrorAndCancel(record, *record.job.Get(), error.Get());
  }
}

bool AllEnded(const std::vector<Record>& records) {
  for (const Record& record : records) {
    if (record.end.empty() || record.result == E_PENDING) return false;
  }
  return true;
}

void DispatchMessages() {
  MSG message;
  while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) {
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

// False when that took too long.
bool RunMessageLoop(std::vector<Record>& records) {
  const ULONGLONG end = GetTickCount64() + kPatience;
  ULONGLONG next_look = GetTickCount64() + kBetweenLooks;
  for (;;) {
    DispatchMessages();
    if (AllEnded(records)) return true;
    const ULONGLONG now = GetTickCount64();
    if (now >= end) return false;
    if (now >= next_look) {
      for (Record& record : records) Look(record);
      next_look = now + kBetweenLooks;
      continue;
    }
    MsgWaitForMultipleObjectsEx(0, nullptr, static_cast<DWORD>(next_look - now), QS_ALLINPUT, MWMO_INPUTAVAILABLE);
  }
}

void Print(Record& record) {
  std::printf("job \"%s\"\n", record.name);
  std::printf("  set up: 0x%08lX\n", Code(record.set_up));
  std::printf("  notifications: 0x%02lX, to %s\n", record.given_flags,
              record.same_interface ? "the interface that was set" : "another interface");
  std::printf("  JobModification: %s\n", record.modified ? "yes" : "no");
  std::printf("  FileTransferred:%s", record.transferred.empty() ? " none" : "");
  for (const std::wstring& file : record.transferred) std::printf(" %ls", file.c_str());
  std::printf("\n  end: %s\n", record.end.c_str());
  std::printf("  error: 0x%08lX, context %d\n", Code(record.error), static_cast<int>(record.context));
  BG_JOB_STATE state{};
  const HRESULT result = record.job == nullptr ? E_POINTER : record.job->GetState(&state);
  std::printf("  result: 0x%08lX, state %s\n", Code(record.result), SUCCEEDED(result) ? StateName(state) : "unknown");
}

int Run(const std::wstring& base_url, const std::wstring& directory) {
  HRESULT result = CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                        RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING, nullptr);
  std::printf("CoInitializeSecurity: 0x%08lX\n", Code(result));
  if (FAILED(result)) return 1;
  ComPtr<IBackgroundCopyManager> manager;
  result = CoCreateInstance(__uuidof(BackgroundCopyManager), nullptr, CLSCTX_LOCAL_SERVER,
                            IID_PPV_ARGS(manager.GetAddressOf()));
  std::printf("CoCreateInstance: 0x%08lX\n", Code(result));
  if (FAILED(result)) return 1;

  // The callbacks refer to the records, which therefore stay where they are.
  std::vector<Record> records;
  records.push_back({"one", kAllNotifications, {L"small"}});
  records.push_back({"three", kAllNotifications, {L"large", L"empty", L"small"}});
  records.push_back({"missing", kAllNotifications, {L"missing"}});
  records.push_back({"half", kAllNotifications, {L"small", L"missing"}});
  records.push_back({"quiet", BG_NOTIFY_DISABLE, {L"small"}});
  records.push_back({"ends only", BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR, {L"small"}});
  bool ready = true;
  for (Record& record : records) {
    record.set_up = SetUp(*manager.Get(), record, base_url, directory);
    if (FAILED(record.set_up)) ready = false;
  }
  for (Record& record : records) {
    if (!ready) break;
    record.set_up = record.job->Resume();
    if (FAILED(record.set_up)) ready = false;
  }
  if (ready && !RunMessageLoop(records)) ready = false;
  CancelLeft(records);
  for (Record& record : records) Print(record);
  for (Record& record : records) record.job.Reset();
  manager.Reset();
  // The last references to the callbacks are released by calls that come in.
  const ULONGLONG end = GetTickCount64() + kBetweenLooks;
  for (ULONGLONG now = GetTickCount64(); Callback::living() != 0 && now < end; now = GetTickCount64()) {
    MsgWaitForMultipleObjectsEx(0, nullptr, static_cast<DWORD>(end - now), QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    DispatchMessages();
  }
  std::printf("callbacks left: %d\n", Callback::living());
  return ready ? 0 : 1;
}

}  // namespace

int SampleMain(int argc, wchar_t** argv) {
  if (argc != 3) {
    std::printf("usage: callback_client BASE_URL DIRECTORY\n");
    return 2;
  }
  const HRESULT apartment = CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED);
  std::printf("CoInitializeEx: 0x%08lX\n", Code(apartment));
  if (FAILED(apartment)) return 1;
  const int result = Run(argv[1], argv[2]);
  CoUninitialize();
  return result;
}
