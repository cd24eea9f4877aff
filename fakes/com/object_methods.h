// IBackgroundCopyManager, IBackgroundCopyError, IBackgroundCopyFile and the enumerators, published.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fakes/com/published.h"

namespace bits::fakes::com {

template <class Base>
class ManagerMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE CreateJob(LPCWSTR display_name, BG_JOB_TYPE type, GUID* id,
                                      IBackgroundCopyJob** job) override {
    if (job != nullptr) *job = nullptr;
    if (id != nullptr) *id = GUID{};
    if (id == nullptr || job == nullptr) return E_INVALIDARG;
    return this->Call([&](Api& manager) -> HResult {
      const InText name(display_name);
      if (!name.given()) return "E_INVALIDARG"_hr;
      Result<CreatedJob> created = manager.CreateJob(name.view(), static_cast<JobType>(type));
      if (!created) return created.error();
      Put(created->id, id);
      *job = this->publisher().Publish(std::move(created->job), created->id);
      return HResult();
    });
  }
  HRESULT STDMETHODCALLTYPE GetJob(REFGUID id, IBackgroundCopyJob** job) override {
    if (job == nullptr) return E_INVALIDARG;
    *job = nullptr;
    const Guid job_id = win32::FromGuid(id);
    return this->CallAndPut([&](Api& manager) { return manager.GetJob(job_id); },
                            [&](std::unique_ptr<BackgroundCopyJob> found) {
                              *job = this->publisher().Publish(std::move(found), job_id);
                              return S_OK;
                            });
  }
  HRESULT STDMETHODCALLTYPE EnumJobs(DWORD flags, IEnumBackgroundCopyJobs** jobs) override {
    return this->GetObject(jobs, [&](Api& manager) { return manager.EnumJobs(flags); });
  }
  HRESULT STDMETHODCALLTYPE GetErrorDescription(HRESULT result, DWORD language_id, LPWSTR* description) override {
    return this->Get(description, [&](Api& manager) {
      return manager.GetErrorDescription(win32::FromHresult(result), language_id);
    });
  }
};

template <class Base>
class ErrorMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE GetError(BG_ERROR_CONTEXT* context, HRESULT* code) override {
    if (context == nullptr || code == nullptr) return E_INVALIDARG;
    *context = BG_ERROR_CONTEXT_NONE;
    *code = S_OK;
    return this->CallAndPut([](Api& error) { return error.GetError(); },
                            [&](const JobError& error) {
                              *code = ToHresult(error.code);
                              return Put(error.context, context);
                            });
  }
  HRESULT STDMETHODCALLTYPE GetFile(IBackgroundCopyFile** file) override {
    return this->GetObject(file, [](Api& error) { return error.GetFile(); });
  }
  HRESULT STDMETHODCALLTYPE GetErrorDescription(DWORD language_id, LPWSTR* description) override {
    return this->Get(description, [&](Api& error) { return error.GetErrorDescription(language_id); });
  }
  HRESULT STDMETHODCALLTYPE GetErrorContextDescription(DWORD language_id, LPWSTR* description) override {
    return this->Get(description, [&](Api& error) { return error.GetErrorContextDescription(language_id); });
  }
  HRESULT STDMETHODCALLTYPE GetProtocol(LPWSTR* protocol) override {
    return this->Get(protocol, [](Api& error) { return error.GetProtocol(); });
  }
};

template <class Base>
class FileMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE GetRemoteName(LPWSTR* name) override {
    return this->Get(name, [](Api& file) { return file.GetRemoteName(); });
  }
  HRESULT STDMETHODCALLTYPE GetLocalName(LPWSTR* name) override {
    return this->Get(name, [](Api& file) { return file.GetLocalName(); });
  }
  HRESULT STDMETHODCALLTYPE GetProgress(BG_FILE_PROGRESS* progress) override {
    return this->Get(progress, [](Api& file) { return file.GetProgress(); });
  }
};

template <class Base>
class File2Methods : public FileMethods<Base> {
 public:
  using FileMethods<Base>::FileMethods;
  using Api = typename Base::ApiInterface;

  HRESULT STDMETHODCALLTYPE GetFileRanges(DWORD* count, BG_FILE_RANGE** ranges) override {
    if (count == nullptr || ranges == nullptr) return E_INVALIDARG;
    *count = 0;
    *ranges = nullptr;
    return this->CallAndPut([](Api& file) { return file.GetFileRanges(); },
                            [&](const std::vector<FileRange>& given) {
                              if (given.empty()) return S_OK;
                              const std::vector<BG_FILE_RANGE> native = win32::ToRanges(given);
                              *ranges = CopyForCaller(std::span<const BG_FILE_RANGE>(native));
                              *count = static_cast<DWORD>(native.size());
                              return S_OK;
                            });
  }
  HRESULT STDMETHODCALLTYPE SetRemoteName(LPCWSTR remote_name) override {
    return this->SetText(remote_name, [](Api& file, std::string_view text) { return file.SetRemoteName(text); });
  }
};

// `Entry` is the COM interface of the entries.
template <class Base, class Entry>
class EnumeratorMethods : public Base {
 public:
  using Base::Base;
  using Api = typename Base::ApiInterface;
  using Com = typename Base::ComInterface;

  // `fetched` may be NULL where one entry is asked for [ienumbackgroundcopyjobs-next].
  HRESULT STDMETHODCALLTYPE Next(ULONG count, Entry** entries, ULONG* fetched) override {
    if (fetched != nullptr) *fetched = 0;
    if (entries == nullptr || (fetched == nullptr && count != 1)) return E_INVALIDARG;
    std::fill_n(entries, count, nullptr);
    return this->Call([&](Api& enumerator) -> HResult {
      auto found = enumerator.Next(count);
      if (!found) return found.error();
      ULONG given = 0;
      try {
        for (auto& entry : *found) {
          entries[given] = this->publisher().Publish(std::move(entry));
          ++given;
        }
      } catch (...) {
        for (Entry*& entry : std::span(entries, given)) std::exchange(entry, nullptr)->Release();
        throw;
      }
      if (fetched != nullptr) *fetched = given;
      return given < count ? "S_FALSE"_hr : HResult();
    });
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG count) override {
    return this->Call([&](Api& enumerator) { return enumerator.Skip(count); });
  }
  HRESULT STDMETHODCALLTYPE Reset() override {
    return this->Call([](Api& enumerator) { return enumerator.Reset(); });
  }
  HRESULT STDMETHODCALLTYPE Clone(Com** clone) override {
    return this->GetObject(clone, [](Api& enumerator) { return enumerator.Clone(); });
  }
  HRESULT STDMETHODCALLTYPE GetCount(ULONG* count) override {
    return this->Get(count, [](Api& enumerator) { return enumerator.GetCount(); });
  }
};

}  // namespace bits::fakes::com
