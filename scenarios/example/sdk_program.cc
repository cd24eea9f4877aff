// It knows the Windows SDK and nothing else: no header of the package.
#include "sdk_program.h"

#include <windows.h>

#include <bits.h>
#include <wrl/client.h>

#include <cstdio>

using Microsoft::WRL::ComPtr;

namespace {

HRESULT Download(const wchar_t* url, const wchar_t* file) {
  ComPtr<IBackgroundCopyManager> manager;
  HRESULT result = CoCreateInstance(__uuidof(BackgroundCopyManager), nullptr, CLSCTX_LOCAL_SERVER,
                                    IID_PPV_ARGS(manager.GetAddressOf()));
  if (FAILED(result)) return result;
  GUID id;
  ComPtr<IBackgroundCopyJob> job;
  result = manager->CreateJob(L"sdk program", BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf());
  if (FAILED(result)) return result;
  result = job->AddFile(url, file);
  if (SUCCEEDED(result)) result = job->Resume();
  while (SUCCEEDED(result)) {
    BG_JOB_STATE state;
    result = job->GetState(&state);
    if (FAILED(result)) break;
    if (state == BG_JOB_STATE_TRANSFERRED) return job->Complete();
    if (state == BG_JOB_STATE_ERROR) result = E_FAIL;
    Sleep(10);
  }
  job->Cancel();
  return result;
}

}  // namespace

int RunSdkProgram(const wchar_t* url, const wchar_t* file) {
  if (FAILED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))) return 1;
  const HRESULT result = Download(url, file);
  CoUninitialize();
  std::printf("0x%08lX\n", static_cast<unsigned long>(result));
  return result == S_OK ? 0 : 1;
}
