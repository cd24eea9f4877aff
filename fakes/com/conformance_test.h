// What the conformance tests stand on: a program on a simulated Windows that calls COM and nothing else.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/com/apartment_test.h"
#include "fakes/com/scoped_fake_bits.h"
#include "fakes/com/scoped_fake_logon.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "harness/win32/com_call.h"
#include "harness/win32/conversions.h"
#include "harness/win32/manager_class_ids.h"

namespace bits::fakes::com {

inline constexpr HRESULT kNullReferencePointer = static_cast<HRESULT>(0x800706F4);  // RPC_X_NULL_REF_POINTER
inline constexpr wchar_t kUrl[] = L"http://files.contoso.test/setup.msi";           // 1 MB, here in 12 ms
inline constexpr wchar_t kMissingUrl[] = L"http://files.contoso.test/missing";      // 404: a fatal error
inline constexpr wchar_t kLocal[] = LR"(C:\Users\alice\file)";

// An HRESULT that a failed expectation prints as it is looked up.
struct Code {
  HRESULT value;
  friend bool operator==(const Code&, const Code&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Code& code) {
    return out << ToString(win32::FromHresult(code.value));
  }
};
#define EXPECT_HRESULT(call, expected) EXPECT_EQ((::bits::fakes::com::Code{call}), (::bits::fakes::com::Code{expected}))

// QueryInterface that must work.
template <class Interface>
ComPtr<Interface> As(IUnknown* object) {
  ComPtr<Interface> found;
  EXPECT_HRESULT(object->QueryInterface(IID_PPV_ARGS(found.GetAddressOf())), S_OK);
  return found;
}
template <class Interface, class From>
ComPtr<Interface> As(const ComPtr<From>& object) {
  return As<Interface>(static_cast<IUnknown*>(object.Get()));
}

// An object's identity in COM's sense, to be compared and for nothing else. (ComPtr of mingw-w64 compares whether there
// is a pointer at all.)
inline const IUnknown* IdentityOf(IUnknown* object) { return As<IUnknown>(object).Get(); }

// The references to an object, which stay as they are.
inline ULONG ReferencesTo(IUnknown* object) {
  object->AddRef();
  return object->Release();
}

inline HRESULT CreateManager(IBackgroundCopyManager** manager, ManagerClass manager_class = ManagerClass::k1_0) {
  return CoCreateInstance(win32::ClassId(manager_class), nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IBackgroundCopyManager),
                          reinterpret_cast<void**>(manager));
}

inline ComPtr<IBackgroundCopyManager> NewManager() {
  ComPtr<IBackgroundCopyManager> manager;
  EXPECT_HRESULT(CreateManager(manager.GetAddressOf()), S_OK);
  return manager;
}

inline ComPtr<IBackgroundCopyJob> NewJob(IBackgroundCopyManager* manager, BG_JOB_TYPE type = BG_JOB_TYPE_DOWNLOAD) {
  GUID id{};
  ComPtr<IBackgroundCopyJob> job;
  EXPECT_HRESULT(manager->CreateJob(L"a job", type, &id, job.GetAddressOf()), S_OK);
  return job;
}

inline BG_JOB_STATE StateOf(IBackgroundCopyJob* job) {
  BG_JOB_STATE state{};
  EXPECT_HRESULT(job->GetState(&state), S_OK);
  return state;
}

// An out-parameter that is full of rubbish until a method writes it.
template <class T>
class Out {
 public:
  Out() { std::memset(&value_, kRubbish, sizeof(value_)); }
  T* Receive() { return &value_; }
  bool cleared() const {
    const T none{};
    return std::memcmp(&value_, &none, sizeof(value_)) == 0;
  }

 private:
  static constexpr int kRubbish = 0x5A;
  T value_;
};

// A client's callback, on the stack: counts what it is told, and by whom.
class Callback final : public IBackgroundCopyCallback2 {
 public:
  Callback() = default;
  ~Callback() { EXPECT_EQ(references_, 0U); }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    if (object == nullptr) return E_POINTER;
    const bool offered = id == __uuidof(IUnknown) || id == __uuidof(IBackgroundCopyCallback) ||
                         (id == __uuidof(IBackgroundCopyCallback2) && offers_second);
    *object = offered ? this : nullptr;
    if (!offered) return E_NOINTERFACE;
    AddRef();
    return S_OK;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return ++references_; }
  ULONG STDMETHODCALLTYPE Release() override {
    const ULONG left = --references_;
    if (left == 0) released_on = GetCurrentThreadId();
    return left;
  }

  HRESULT STDMETHODCALLTYPE JobTransferred(IBackgroundCopyJob* job) override { return Count(transferred, job); }
  HRESULT STDMETHODCALLTYPE JobError(IBackgroundCopyJob* job, IBackgroundCopyError*) override {
    return Count(errors, job);
  }
  HRESULT STDMETHODCALLTYPE JobModification(IBackgroundCopyJob* job, DWORD) override {
    return Count(modifications, job);
  }
  HRESULT STDMETHODCALLTYPE FileTransferred(IBackgroundCopyJob* job, IBackgroundCopyFile*) override {
    return Count(files, job);
  }

  ULONG references() const { return references_; }

  bool offers_second = true;
  std::function<HRESULT(IBackgroundCopyJob*)> answer;  // S_OK without it
  std::atomic<int> transferred{0};
  std::atomic<int> errors{0};
  std::atomic<int> modifications{0};
  std::atomic<int> files{0};
  std::atomic<DWORD> called_on{0};    // the thread of the last call
  std::atomic<DWORD> released_on{0};  // the thread of the last release

 private:
  HRESULT Count(std::atomic<int>& calls, IBackgroundCopyJob* job) {
    called_on = GetCurrentThreadId();
    const HRESULT result = answer ? answer(job) : S_OK;
    ++calls;
    return result;
  }

  std::atomic<ULONG> references_{0};
};

// Waits for something that happens on another thread, in real time; whether it did.
template <class Condition>
bool Eventually(Condition condition, int milliseconds = 5000) {
  for (int waited = 0; waited < milliseconds; ++waited) {
    if (condition()) return true;
    Sleep(1);
  }
  return condition();
}

// Dispatches the calling thread's messages until `condition` holds; whether it did.
template <class Condition>
bool EventuallyServing(Condition condition, int milliseconds = 5000) {
  return Eventually(
      [&] {
        MSG message;
        while (PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE)) DispatchMessageW(&message);
        return condition();
      },
      milliseconds);
}

// A thread that enters no apartment by itself.
inline void OnAnotherThread(const std::function<void()>& task) { std::thread(task).join(); }

inline WorldOptions OptionsFor(std::string_view profile, bool real_time) {
  WorldOptions options;
  options.profile = profile;
  options.real_time = real_time;
  return options;
}

// A program of alice's, who is no administrator, in an apartment. At its end nothing of it may be left.
class ConformanceTest : public ::testing::Test {
 protected:
  explicit ConformanceTest(bool real_time = false, COINIT apartment = COINIT_MULTITHREADED)
      : world_(OptionsFor("win11-24h2", real_time)), apartment_type_(apartment) {
    AddStandardServers(world_);
  }

  void SetUp() override {
    process_ = world_.Start(cast_.Owner(rules::TokenKind::kUser));
    bits_.emplace(*process_);
    apartment_.emplace(apartment_type_);
  }
  void TearDown() override {
    apartment_.reset();
    // A test that closed the scope itself left the apartment unseen.
    if (bits_) {
      EXPECT_EQ(bits_->living_objects(), 0U);
      bits_.reset();
      // Threads of COM's and of the simulation's that came into the apartment are counted as well, and never left it.
      for (const std::string& leak : process_->Leaks()) EXPECT_THAT(leak, ::testing::HasSubstr("of CoInitializeEx"));
    }
  }

  // A job with a file, not resumed.
  static ComPtr<IBackgroundCopyJob> Download(IBackgroundCopyManager* manager, const wchar_t* url = kUrl) {
    ComPtr<IBackgroundCopyJob> job = NewJob(manager);
    EXPECT_HRESULT(job->AddFile(url, kLocal), S_OK);
    return job;
  }

  // A job that has failed; in virtual time.
  ComPtr<IBackgroundCopyJob> FailedJob(IBackgroundCopyManager* manager) {
    ComPtr<IBackgroundCopyJob> job = Download(manager, kMissingUrl);
    EXPECT_HRESULT(job->Resume(), S_OK);
    world_.Advance(std::chrono::seconds(10));
    EXPECT_EQ(StateOf(job.Get()), BG_JOB_STATE_ERROR);
    return job;
  }

  World world_;
  Cast cast_{world_};
  std::unique_ptr<Process> process_;
  std::optional<ScopedFakeBits> bits_;
  std::optional<ScopedApartment> apartment_;

 private:
  const COINIT apartment_type_;
};

}  // namespace bits::fakes::com
