// What is given to a caller is the caller's, once: memory of CoTaskMemAlloc and references. Enumerators, which give
// most, are here too.
#include <mutex>

#include "fakes/com/conformance_objects.h"

namespace bits::fakes::com {
namespace {

// Counts what this thread has allocated with CoTaskMemAlloc since it was registered and not freed. Wine 8 calls a spy
// as Windows does, and like it does not give it up while something that it saw is alive.
class MallocSpy final : public IMallocSpy {
 public:
  std::size_t living() const {
    const std::lock_guard lock(mutex_);
    return living_.size();
  }
  std::size_t allocations() const { return allocations_; }

  HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
    const bool offered = id == __uuidof(IUnknown) || id == IID_IMallocSpy;
    *object = offered ? this : nullptr;
    return offered ? S_OK : E_NOINTERFACE;
  }
  ULONG STDMETHODCALLTYPE AddRef() override { return 2; }
  ULONG STDMETHODCALLTYPE Release() override { return 1; }

  SIZE_T STDMETHODCALLTYPE PreAlloc(SIZE_T size) override { return size; }
  void* STDMETHODCALLTYPE PostAlloc(void* memory) override {
    if (GetCurrentThreadId() == thread_ && memory != nullptr) {
      const std::lock_guard lock(mutex_);
      living_.insert(memory);
      ++allocations_;
    }
    return memory;
  }
  void* STDMETHODCALLTYPE PreFree(void* memory, BOOL) override {
    const std::lock_guard lock(mutex_);
    living_.erase(memory);
    return memory;
  }
  void STDMETHODCALLTYPE PostFree(BOOL) override {}
  SIZE_T STDMETHODCALLTYPE PreRealloc(void* memory, SIZE_T size, void** actual, BOOL) override {
    *actual = memory;
    return size;
  }
  void* STDMETHODCALLTYPE PostRealloc(void* memory, BOOL) override { return memory; }
  void* STDMETHODCALLTYPE PreGetSize(void* memory, BOOL) override { return memory; }
  SIZE_T STDMETHODCALLTYPE PostGetSize(SIZE_T size, BOOL) override { return size; }
  void* STDMETHODCALLTYPE PreDidAlloc(void* memory, BOOL) override { return memory; }
  int STDMETHODCALLTYPE PostDidAlloc(void*, BOOL, int did) override { return did; }
  void STDMETHODCALLTYPE PreHeapMinimize() override {}
  void STDMETHODCALLTYPE PostHeapMinimize() override {}

 private:
  const DWORD thread_ = GetCurrentThreadId();
  mutable std::mutex mutex_;
  std::set<void*> living_;
  std::size_t allocations_ = 0;
};

// The spy, while this lives. One that is not given up must not go.
class ScopedSpy {
 public:
  ScopedSpy() { EXPECT_HRESULT(CoRegisterMallocSpy(spy_.get()), S_OK); }
  ~ScopedSpy() {
    const HRESULT revoked = CoRevokeMallocSpy();
    EXPECT_HRESULT(revoked, S_OK) << "something that was allocated is not freed";
    if (FAILED(revoked)) static_cast<void>(spy_.release());
  }
  ScopedSpy(const ScopedSpy&) = delete;
  ScopedSpy& operator=(const ScopedSpy&) = delete;
  const MallocSpy* operator->() const { return spy_.get(); }

 private:
  std::unique_ptr<MallocSpy> spy_ = std::make_unique<MallocSpy>();
};

class MemoryTest : public ObjectsTest {};

TEST_F(MemoryTest, TheSpySees) {
  const ScopedSpy spy;
  void* const memory = CoTaskMemAlloc(10);
  EXPECT_EQ(spy->living(), 1U);
  CoTaskMemFree(memory);
  EXPECT_EQ(spy->living(), 0U);
}

// Each text is one allocation, and what else a call needs is gone when it returns.
TEST_F(MemoryTest, TextsAreOneAllocationEach) {
  EXPECT_HRESULT(made_.job->SetNotifyCmdLine(L"C:\\a.exe", L"a b"), S_OK);
  const struct {
    const char* name;
    HRESULT (*call)(Objects&, LPWSTR*);
  } kTexts[] = {
      {"manager's GetErrorDescription",
       [](Objects& o, LPWSTR* text) { return o.manager->GetErrorDescription(E_FAIL, 0x0409, text); }},
      {"GetOwner", [](Objects& o, LPWSTR* text) { return o.job->GetOwner(text); }},
      {"GetDisplayName", [](Objects& o, LPWSTR* text) { return o.job->GetDisplayName(text); }},
      {"GetDescription", [](Objects& o, LPWSTR* text) { return o.job->GetDescription(text); }},
      {"GetReplyFileName", [](Objects& o, LPWSTR* text) { return o.upload_reply->GetReplyFileName(text); }},
      {"GetCustomHeaders", [](Objects& o, LPWSTR* text) { return o.http->GetCustomHeaders(text); }},
      {"GetRemoteName", [](Objects& o, LPWSTR* text) { return o.file->GetRemoteName(text); }},
      {"GetLocalName", [](Objects& o, LPWSTR* text) { return o.file->GetLocalName(text); }},
      {"GetErrorDescription", [](Objects& o, LPWSTR* text) { return o.error->GetErrorDescription(0x0409, text); }},
      {"GetErrorContextDescription",
       [](Objects& o, LPWSTR* text) { return o.error->GetErrorContextDescription(0x0409, text); }},
      {"GetProtocol", [](Objects& o, LPWSTR* text) { return o.error->GetProtocol(text); }},
  };
  for (const auto& row : kTexts) {
    const ScopedSpy spy;
    LPWSTR text = nullptr;
    EXPECT_HRESULT(row.call(made_, &text), S_OK) << row.name;
    EXPECT_NE(text, nullptr) << row.name;
    EXPECT_EQ(spy->living(), 1U) << row.name;
    EXPECT_EQ(spy->allocations(), 1U) << row.name;
    CoTaskMemFree(text);
  }
}

TEST_F(MemoryTest, TwoTextsAreTwoAllocations) {
  EXPECT_HRESULT(made_.job->SetNotifyCmdLine(L"C:\\a.exe", L"a b"), S_OK);
  const ScopedSpy spy;
  LPWSTR program = nullptr;
  LPWSTR parameters = nullptr;
  EXPECT_HRESULT(made_.job->GetNotifyCmdLine(&program, &parameters), S_OK);
  EXPECT_EQ(spy->living(), 2U);
  EXPECT_STREQ(program, L"C:\\a.exe");
  EXPECT_STREQ(parameters, L"a b");
  CoTaskMemFree(program);
  CoTaskMemFree(parameters);
  BG_JOB_PROXY_USAGE usage{};
  LPWSTR list = nullptr;
  LPWSTR bypass = nullptr;
  EXPECT_HRESULT(made_.job->GetProxySettings(&usage, &list, &bypass), S_OK);
  EXPECT_EQ(list, nullptr);
  EXPECT_EQ(bypass, nullptr);
}

TEST_F(MemoryTest, ObjectsComeAndGoWithoutIt) {
  const ScopedSpy spy;
  {
    const auto manager = NewManager();
    const auto job = Download(manager.Get());
    const auto options = As<IBitsTokenOptions>(job);
    ComPtr<IUnknown> copy;
    EXPECT_HRESULT(CoCopyProxy(options.Get(), copy.GetAddressOf()), S_OK);
    DWORD level = 0;
    EXPECT_HRESULT(CoQueryProxyBlanket(options.Get(), nullptr, nullptr, nullptr, nullptr, &level, nullptr, nullptr),
                   S_OK);
  }
  EXPECT_EQ(spy->living(), 0U);
}

TEST_F(MemoryTest, RefusedCallsKeepNothing) {
  const ScopedSpy spy;
  const std::wstring surrogate = L"a\xD800z";
  GUID id{};
  ComPtr<IBackgroundCopyJob> job;
  EXPECT_HRESULT(made_.manager->CreateJob(surrogate.c_str(), BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf()),
                 E_INVALIDARG);
  EXPECT_HRESULT(made_.job->SetDescription(surrogate.c_str()), E_INVALIDARG);
  EXPECT_EQ(spy->living(), 0U);
}

// --- enumerators

class EnumeratorTest : public ConformanceTest {
 protected:
  static constexpr ULONG kFiles = 5;

  void SetUp() override {
    ConformanceTest::SetUp();
    const auto job = NewJob(NewManager().Get());
    for (ULONG i = 0; i < kFiles; ++i) {
      EXPECT_HRESULT(job->AddFile(kUrl, (std::wstring(kLocal) + std::to_wstring(i)).c_str()), S_OK);
    }
    EXPECT_HRESULT(job->EnumFiles(files_.GetAddressOf()), S_OK);
  }
  void TearDown() override {
    files_.Reset();
    ConformanceTest::TearDown();
  }

  // The number at the end of the next file's name; -1 at the end.
  static int Next(IEnumBackgroundCopyFiles* files) {
    ComPtr<IBackgroundCopyFile> file;
    if (files->Next(1, file.GetAddressOf(), nullptr) != S_OK) return -1;
    win32::OutText name;
    EXPECT_HRESULT(file->GetLocalName(name.Receive()), S_OK);
    return std::wstring(*name.Receive()).back() - L'0';
  }

  ComPtr<IEnumBackgroundCopyFiles> files_;
};

TEST_F(EnumeratorTest, FetchedMayBeNullForOneAlone) {
  IBackgroundCopyFile* file = nullptr;
  EXPECT_HRESULT(files_->Next(2, &file, nullptr), E_INVALIDARG);
  EXPECT_HRESULT(files_->Next(0, &file, nullptr), E_INVALIDARG);
  ULONG fetched = 7;
  EXPECT_HRESULT(files_->Next(1, nullptr, &fetched), E_INVALIDARG);
  EXPECT_EQ(fetched, 0U);
  EXPECT_EQ(file, nullptr);
  EXPECT_EQ(Next(files_.Get()), 0) << "what was refused skips nothing";
}

TEST_F(EnumeratorTest, NoneIsNone) {
  ULONG fetched = 7;
  IBackgroundCopyFile* file = nullptr;
  EXPECT_HRESULT(files_->Next(0, &file, &fetched), S_OK);
  EXPECT_EQ(fetched, 0U);
  EXPECT_HRESULT(files_->Skip(0), S_OK);
  EXPECT_EQ(Next(files_.Get()), 0);
}

TEST_F(EnumeratorTest, MoreThanThereAreIsFalse) {
  IBackgroundCopyFile* found[kFiles + 3] = {};
  std::memset(found, 0x5A, sizeof(found));
  ULONG fetched = 0;
  EXPECT_HRESULT(files_->Next(kFiles + 3, found, &fetched), S_FALSE);
  EXPECT_EQ(fetched, kFiles);
  for (ULONG i = 0; i < kFiles + 3; ++i) {
    EXPECT_EQ(found[i] != nullptr, i < kFiles) << i;
    if (found[i] != nullptr) {
      EXPECT_EQ(found[i]->Release(), 0U) << i;
    }
  }
  EXPECT_HRESULT(files_->Next(1, found, nullptr), S_FALSE);
  EXPECT_EQ(found[0], nullptr);
}

TEST_F(EnumeratorTest, SkipsAndStartsAgain) {
  EXPECT_HRESULT(files_->Skip(2), S_OK);
  EXPECT_EQ(Next(files_.Get()), 2);
  EXPECT_HRESULT(files_->Skip(~0UL), S_FALSE);
  EXPECT_EQ(Next(files_.Get()), -1);
  EXPECT_HRESULT(files_->Reset(), S_OK);
  EXPECT_EQ(Next(files_.Get()), 0);
  ULONG count = 0;
  EXPECT_HRESULT(files_->GetCount(&count), S_OK);
  EXPECT_EQ(count, kFiles);
}

TEST_F(EnumeratorTest, ACloneGoesOnFromWhereItWasMadeAndAlone) {
  EXPECT_HRESULT(files_->Skip(3), S_OK);
  ComPtr<IEnumBackgroundCopyFiles> clone;
  EXPECT_HRESULT(files_->Clone(clone.GetAddressOf()), S_OK);
  EXPECT_NE(IdentityOf(clone.Get()), IdentityOf(files_.Get()));
  EXPECT_EQ(Next(clone.Get()), 3);
  EXPECT_EQ(Next(clone.Get()), 4);
  EXPECT_EQ(Next(clone.Get()), -1);
  EXPECT_EQ(Next(files_.Get()), 3);
  EXPECT_HRESULT(clone->Reset(), S_OK);
  EXPECT_EQ(Next(clone.Get()), 0);
  EXPECT_EQ(Next(files_.Get()), 4);
}

TEST_F(EnumeratorTest, KeepsItsPlaceThroughQueryInterface) {
  EXPECT_EQ(Next(files_.Get()), 0);
  EXPECT_EQ(Next(As<IEnumBackgroundCopyFiles>(As<IUnknown>(files_)).Get()), 1);
}

// A copy is another proxy of the same object [combaseapi-cocopyproxy].
TEST_F(EnumeratorTest, ACopyIsAtTheSamePlace) {
  ComPtr<IUnknown> copy;
  EXPECT_HRESULT(CoCopyProxy(files_.Get(), copy.GetAddressOf()), S_OK);
  EXPECT_EQ(Next(static_cast<IEnumBackgroundCopyFiles*>(copy.Get())), 0);
  EXPECT_EQ(Next(files_.Get()), 1);
}

}  // namespace
}  // namespace bits::fakes::com
