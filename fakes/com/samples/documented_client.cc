#include "fakes/com/samples/documented_client.h"

#include <cstdio>
#include <exception>
#include <new>
#include <utility>

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
    if (!End("JobTransferred")) return S_OK;
    result_ = job->Complete();
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob*, IBackgroundCopyError* error) override {
    if (!End("JobError")) return S_OK;
    BG_ERROR_CONTEXT context{};
    const HRESULT result = error->GetError(&context, &result_);
    if (FAILED(result)) result_ = result;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob*, DWORD) override { return S_OK; }

  // A callback can be lost, and some services never call JobError: who sees the state instead says so here.
  void OnState(IBackgroundCopyJob* job, BG_JOB_STATE state) {
    if (state == BG_JOB_STATE_TRANSFERRED) {
      if (!End("none, but TRANSFERRED")) return;
      result_ = job->Complete();
    } else {
      if (!End("none, but ERROR")) return;
      ComPtr<IBackgroundCopyError> error;
      BG_ERROR_CONTEXT context{};
      HRESULT result = job->GetError(error.GetAddressOf());
      if (SUCCEEDED(result)) result = error->GetError(&context, &result_);
      if (FAILED(result)) result_ = result;
    }
  }

  bool has_ended() const { return has_ended_; }
  HRESULT result() const { return result_; }

 private:
  ~NotifyInterface() = default;

  // False when the end was heard of before: a call of ours can be interrupted by a callback.
  bool End(const char* callback) {
    if (has_ended_) return false;
    has_ended_ = true;
    std::printf("callback: %s\n", callback);
    return true;
  }

  LONG references_ = 0;
  bool has_ended_ = false;
  HRESULT result_ = E_ABORT;
};

// A job that ends with its object, whatever happens.
class Job {
 public:
  explicit Job(ComPtr<IBackgroundCopyJob> job) : job_(std::move(job)) {}
  ~Job() {
    BG_JOB_STATE state{};
    // What cannot say how it is may be alive.
    if (SUCCEEDED(job_->GetState(&state)) && (state == BG_JOB_STATE_ACKNOWLEDGED || state == BG_JOB_STATE_CANCELLED)) {
      return;
    }
    job_->SetNotifyInterface(nullptr);
    std::printf("Cancel: 0x%08lX\n", static_cast<unsigned long>(job_->Cancel()));
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  IBackgroundCopyJob* get() const { return job_.Get(); }
  IBackgroundCopyJob* operator->() const { return job_.Get(); }

 private:
  const ComPtr<IBackgroundCopyJob> job_;
};

void DispatchMessages() {
  MSG message;
  while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) {
    if (message.message == WM_QUIT) throw CallFailed("the message loop", E_ABORT);
    TranslateMessage(&message);
    DispatchMessageW(&message);
  }
}

// Dispatches messages until the job has ended, at most `milliseconds`. The callback is preferred to the state: that it
// is missing is believed when the state stands at two looks.
void WaitForEnd(const Job& job, NotifyInterface& notify, DWORD milliseconds) {
  constexpr DWORD kBetweenLooks = 500;
  const ULONGLONG end = GetTickCount64() + milliseconds;
  ULONGLONG next_look = GetTickCount64() + kBetweenLooks;
  BG_JOB_STATE last_state = BG_JOB_STATE_QUEUED;
  for (;;) {
    DispatchMessages();
    if (notify.has_ended()) return;
    const ULONGLONG now = GetTickCount64();
    if (now >= end) throw CallFailed("the transfer", HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    if (now >= next_look) {
      BG_JOB_STATE state{};
      Check("GetState", job->GetState(&state));
      const bool final = state == BG_JOB_STATE_TRANSFERRED || state == BG_JOB_STATE_ERROR;
      if (final && state == last_state) notify.OnState(job.get(), state);
      last_state = state;
      next_look = now + kBetweenLooks;
      continue;
    }
    const ULONGLONG wake = next_look < end ? next_look : end;
    MsgWaitForMultipleObjectsEx(0, nullptr, static_cast<DWORD>(wake - now), QS_ALLINPUT, MWMO_INPUTAVAILABLE);
  }
}

// The helper's token opens what is on the network for the job; where BITS knows no helper tokens, the owner's does.
void SetHelper(const Job& job, const wchar_t* domain, const wchar_t* user, const wchar_t* password) {
  ComPtr<IBitsTokenOptions> options;
  const HRESULT offered = job->QueryInterface(IID_PPV_ARGS(options.GetAddressOf()));
  if (offered == E_NOINTERFACE) {
    std::printf("helper token: not offered here\n");
    return;
  }
  Check("QueryInterface", offered);
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
  const Job job(std::move(created));

  const ComPtr<NotifyInterface> notify(new NotifyInterface);
  Check("SetNotifyInterface", job->SetNotifyInterface(notify.Get()));
  Check("SetNotifyFlags", job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR));
  SetHelper(job, domain, user, password);
  Check("AddFile", job->AddFile(url, file));
  Check("Resume", job->Resume());
  WaitForEnd(job, *notify.Get(), 60'000);
  // BG_S_PARTIAL_COMPLETE is a success without the file.
  if (notify->result() != S_OK) throw CallFailed("the transfer", notify->result());
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
