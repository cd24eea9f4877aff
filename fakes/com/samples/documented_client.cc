#include "fakes/com/samples/documented_client.h"

#include <cstdio>
#include <exception>
#include <new>

#include "fakes/com/samples/sdk.h"

#include <wrl/client.h>

namespace {

using Microsoft::WRL::ComPtr;

class CallFailed : public std::exception {
 public:
  CallFailed(const char* call, HRESULT result) : call_(call), result_(result) {}
  const char* what() const noexcept override { return call_; }
  HRESULT result() const { return result_; }

 private:
  const char* call_;
  HRESULT result_;
};

void Check(const char* call, HRESULT result) {
  if (FAILED(result)) throw CallFailed(call, result);
}

void CheckWin32(const char* call, BOOL succeeded) {
  if (!succeeded) throw CallFailed(call, HRESULT_FROM_WIN32(GetLastError()));
}

class Apartment {
 public:
  explicit Apartment(DWORD model) { Check("CoInitializeEx", CoInitializeEx(nullptr, model)); }
  ~Apartment() { CoUninitialize(); }
  Apartment(const Apartment&) = delete;
  Apartment& operator=(const Apartment&) = delete;
};

class LogonToken {
 public:
  LogonToken(const wchar_t* user, const wchar_t* domain, const wchar_t* password) {
    CheckWin32("LogonUser",
               LogonUserW(user, domain, password, LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT, &handle_));
  }
  ~LogonToken() { CloseHandle(handle_); }
  LogonToken(const LogonToken&) = delete;
  LogonToken& operator=(const LogonToken&) = delete;
  HANDLE get() const { return handle_; }

 private:
  HANDLE handle_ = nullptr;
};

class Impersonation {
 public:
  explicit Impersonation(HANDLE token) { CheckWin32("ImpersonateLoggedOnUser", ImpersonateLoggedOnUser(token)); }
  ~Impersonation() {
    if (!RevertToSelf()) std::terminate();
  }
  Impersonation(const Impersonation&) = delete;
  Impersonation& operator=(const Impersonation&) = delete;
};

// Hears of the end of the job, in the apartment of the thread that waits for it.
class NotifyInterface final : public IBackgroundCopyCallback {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = iid == __uuidof(IUnknown) || iid == __uuidof(IBackgroundCopyCallback);
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
    std::printf("callback: JobTransferred\n");
    result_ = job->Complete();
    PostQuitMessage(0);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob* job, IBackgroundCopyError* error) override {
    BG_ERROR_CONTEXT context{};
    if (FAILED(error->GetError(&context, &result_))) result_ = E_FAIL;
    std::printf("callback: JobError\n");
    job->Cancel();
    PostQuitMessage(0);
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob*, DWORD) override { return S_OK; }

  HRESULT result() const { return result_; }

 private:
  ~NotifyInterface() = default;

  LONG references_ = 0;
  HRESULT result_ = E_ABORT;
};

// A job that ends with its object, whatever happens.
class Job {
 public:
  explicit Job(ComPtr<IBackgroundCopyJob> job) : job_(job) {}
  ~Job() {
    BG_JOB_STATE state{};
    if (FAILED(job_->GetState(&state))) return;
    if (state == BG_JOB_STATE_ACKNOWLEDGED || state == BG_JOB_STATE_CANCELLED) return;
    job_->SetNotifyInterface(nullptr);
    std::printf("Cancel: 0x%08lX\n", static_cast<unsigned long>(job_->Cancel()));
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  IBackgroundCopyJob* operator->() const { return job_.Get(); }

 private:
  ComPtr<IBackgroundCopyJob> job_;
};

// Dispatches messages until the callback says that the job has ended, at most `milliseconds`.
bool WaitForCallback(DWORD milliseconds) {
  const ULONGLONG end = GetTickCount64() + milliseconds;
  for (;;) {
    MSG message;
    while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) {
      if (message.message == WM_QUIT) return true;
      TranslateMessage(&message);
      DispatchMessageW(&message);
    }
    const ULONGLONG now = GetTickCount64();
    if (now >= end) return false;
    MsgWaitForMultipleObjects(0, nullptr, FALSE, static_cast<DWORD>(end - now), QS_ALLINPUT);
  }
}

void Transfer(const wchar_t* url, const wchar_t* file, const wchar_t* domain, const wchar_t* user,
              const wchar_t* password, DWORD level) {
  const Apartment apartment(COINIT_APARTMENTTHREADED);
  Check("CoInitializeSecurity", CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT, level,
                                                     nullptr, EOAC_DYNAMIC_CLOAKING, nullptr));
  ComPtr<IBackgroundCopyManager> manager;
  Check("CoCreateInstance", CoCreateInstance(__uuidof(BackgroundCopyManager), nullptr, CLSCTX_LOCAL_SERVER,
                                             IID_PPV_ARGS(manager.GetAddressOf())));
  GUID id;
  ComPtr<IBackgroundCopyJob> created;
  Check("CreateJob", manager->CreateJob(L"HelperTokenSample", BG_JOB_TYPE_DOWNLOAD, &id, created.GetAddressOf()));
  const Job job(created);

  const ComPtr<NotifyInterface> notify(new NotifyInterface);
  Check("SetNotifyInterface", job->SetNotifyInterface(notify.Get()));
  Check("SetNotifyFlags", job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR));

  ComPtr<IBitsTokenOptions> options;
  Check("QueryInterface", job->QueryInterface(IID_PPV_ARGS(options.GetAddressOf())));
  {
    const LogonToken token(user, domain, password);
    const Impersonation impersonation(token.get());
    Check("SetHelperToken", options->SetHelperToken());
    Check("SetHelperTokenFlags", options->SetHelperTokenFlags(BG_TOKEN_NETWORK));
  }
  LPWSTR sid = nullptr;
  Check("GetHelperTokenSid", options->GetHelperTokenSid(&sid));
  std::printf("helper token: %ls\n", sid == nullptr ? L"none" : sid);
  CoTaskMemFree(sid);

  Check("AddFile", job->AddFile(url, file));
  Check("Resume", job->Resume());
  if (!WaitForCallback(60'000)) throw CallFailed("the transfer", HRESULT_FROM_WIN32(ERROR_TIMEOUT));
  Check("the transfer", notify->result());
}

}  // namespace

int RunDocumentedClient(const wchar_t* url, const wchar_t* file, const wchar_t* domain, const wchar_t* user,
                        const wchar_t* password, unsigned long level) {
  try {
    Transfer(url, file, domain, user, password, level);
    std::printf("done\n");
    return 0;
  } catch (const CallFailed& failure) {
    std::printf("%s: 0x%08lX\n", failure.what(), static_cast<unsigned long>(failure.result()));
  } catch (const std::bad_alloc&) {
    std::printf("out of memory\n");
  }
  return 1;
}
