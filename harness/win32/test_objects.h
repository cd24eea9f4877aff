// COM objects of the tests' own, which answer as badly as a server may.
#pragma once

#include "harness/win32/bits_headers.h"

namespace bits::win32 {

// IUnknown for an object that lives on the stack: the test asks whether every reference was given back.
template <class Interface>
class TestObject : public Interface {
 public:
  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(Interface);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override { return --references_; }

  ULONG references() const { return references_; }

 protected:
  ~TestObject() = default;

 private:
  ULONG references_ = 0;
};

// Succeeds and gives nothing.
class HollowFile final : public TestObject<IBackgroundCopyFile> {
 public:
  HRESULT STDMETHODCALLTYPE GetRemoteName(LPWSTR*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetLocalName(LPWSTR*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetProgress(BG_FILE_PROGRESS*) override { return S_OK; }
};

class HollowError final : public TestObject<IBackgroundCopyError> {
 public:
  HRESULT STDMETHODCALLTYPE GetError(BG_ERROR_CONTEXT*, HRESULT*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetFile(IBackgroundCopyFile**) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetErrorDescription(DWORD, LPWSTR*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetErrorContextDescription(DWORD, LPWSTR*) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetProtocol(LPWSTR*) override { return S_OK; }
};

class HollowManager final : public TestObject<IBackgroundCopyManager> {
 public:
  HRESULT STDMETHODCALLTYPE CreateJob(LPCWSTR, BG_JOB_TYPE, GUID*, IBackgroundCopyJob**) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetJob(REFGUID, IBackgroundCopyJob**) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE EnumJobs(DWORD, IEnumBackgroundCopyJobs**) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetErrorDescription(HRESULT, DWORD, LPWSTR*) override { return S_OK; }
};

}  // namespace bits::win32
