#include "harness/win32/adapters.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "harness/api/bits_token_options.h"
#include "harness/win32/conversions.h"
#include "harness/win32/test_objects.h"

namespace bits::win32 {
namespace {

TEST(InterfaceIdentifier, IsTheDocumentedOne) {
  struct Row {
    InterfaceId id;
    const char* iid;
  };
  constexpr Row kRows[] = {
      {InterfaceId::kBackgroundCopyManager, "5ce34c0d-0dc9-4c1f-897c-daa1b78cee7c"},
      {InterfaceId::kBackgroundCopyJob, "37668d37-507e-4160-9316-26306d150b12"},
      {InterfaceId::kBackgroundCopyJob2, "54b50739-686f-45eb-9dff-d6a9a0faa9af"},
      {InterfaceId::kBackgroundCopyJob3, "443c8934-90ff-48ed-bcde-26f5c7450042"},
      {InterfaceId::kBackgroundCopyJob4, "659cdeae-489e-11d9-a9cd-000d56965251"},
      {InterfaceId::kBackgroundCopyJobHttpOptions, "f1bd1079-9f01-4bdc-8036-f09b70095066"},
      {InterfaceId::kBitsTokenOptions, "9a2584c3-f7d2-457a-9a5e-22b67bffc7d2"},
      {InterfaceId::kBackgroundCopyError, "19c613a0-fcb8-4f28-81ae-897c3d078f81"},
      {InterfaceId::kBackgroundCopyFile, "01b7bd23-fb88-4a77-8490-5891d3e4653a"},
      {InterfaceId::kBackgroundCopyFile2, "83e81b93-0873-474d-8a8c-f2018b1a939c"},
      {InterfaceId::kEnumBackgroundCopyJobs, "1af4f612-3b71-466f-8f58-7b6f73ac57ad"},
      {InterfaceId::kEnumBackgroundCopyFiles, "ca51e165-c365-424c-8d41-24aaa4ff3c40"},
  };
  static_assert(std::size(kRows) == std::size(EnumNames<InterfaceId>::kNames));
  for (const Row& row : kRows) EXPECT_EQ(FromGuid(InterfaceIdentifier(row.id)), ParseGuid(row.iid)) << row.id;
}

class FakeTokenOptions final : public TestObject<IBitsTokenOptions> {
 public:
  HRESULT STDMETHODCALLTYPE SetHelperTokenFlags(BG_TOKEN flags) override {
    flags_ = flags;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetHelperTokenFlags(BG_TOKEN* flags) override {
    *flags = flags_;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE SetHelperToken() override { return CO_E_FAILEDTOIMPERSONATE; }
  HRESULT STDMETHODCALLTYPE ClearHelperToken() override { return S_FALSE; }
  HRESULT STDMETHODCALLTYPE GetHelperTokenSid(LPWSTR* text) override {
    if (sid.empty()) return S_OK;
    const std::size_t size = (sid.size() + 1) * sizeof(wchar_t);
    *text = static_cast<LPWSTR>(CoTaskMemAlloc(size));
    std::memcpy(*text, sid.c_str(), size);
    return S_OK;
  }

  std::wstring sid;

 private:
  BG_TOKEN flags_ = 0;
};

class TokenOptionsAdapterTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Unknown>> found = QueryAdapted(&object_, InterfaceId::kBitsTokenOptions);
    ASSERT_TRUE(found);
    options_.reset(static_cast<BitsTokenOptions*>(found->release()));
  }
  void TearDown() override {
    options_.reset();
    EXPECT_EQ(object_.references(), 0U);
  }

  FakeTokenOptions object_;
  std::unique_ptr<BitsTokenOptions> options_;
};

TEST_F(TokenOptionsAdapterTest, PassesFlagsUnchanged) {
  EXPECT_EQ(options_->SetHelperTokenFlags(0x80000003), HResult());
  EXPECT_EQ(options_->GetHelperTokenFlags().value(), 0x80000003U);
}

TEST_F(TokenOptionsAdapterTest, PassesResultsUnchanged) {
  EXPECT_EQ(options_->SetHelperToken(), "CO_E_FAILEDTOIMPERSONATE"_hr);
  EXPECT_EQ(options_->ClearHelperToken(), "S_FALSE"_hr);
}

TEST_F(TokenOptionsAdapterTest, HasNoSidForNull) { EXPECT_EQ(options_->GetHelperTokenSid().value(), std::nullopt); }

TEST_F(TokenOptionsAdapterTest, HasTheSidAsText) {
  object_.sid = L"S-1-5-21-1-2-3-1001";
  EXPECT_EQ(options_->GetHelperTokenSid().value(), "S-1-5-21-1-2-3-1001");
}

TEST_F(TokenOptionsAdapterTest, RefusesTextThatIsNotUtf16) {
  object_.sid = std::wstring(1, L'\xD83D');
  EXPECT_EQ(HResultOf(options_->GetHelperTokenSid()), "E_INVALIDARG"_hr);
}

TEST_F(TokenOptionsAdapterTest, PassesTheRefusalOfAnotherInterface) {
  EXPECT_EQ(HResultOf(options_->QueryInterface(InterfaceId::kBackgroundCopyJob)), "E_NOINTERFACE"_hr);
}

// An object of this process has no proxy, so it has no blanket.
TEST_F(TokenOptionsAdapterTest, HasNoBlanketWithoutAProxy) {
  EXPECT_EQ(options_->SetProxyBlanket({}), "E_NOINTERFACE"_hr);
  EXPECT_EQ(HResultOf(options_->QueryProxyBlanket()), "E_NOINTERFACE"_hr);
}

TEST(ManagerAdapter, ReportsASuccessThatGivesNothing) {
  HollowManager object;
  {
    const auto manager = Adapt(ComPtr<IBackgroundCopyManager>(&object));
    EXPECT_EQ(HResultOf(manager->CreateJob("name", JobType::kDownload)), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(manager->GetJob({})), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(manager->EnumJobs(0)), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(manager->GetErrorDescription({}, 0)), "E_UNEXPECTED"_hr);
  }
  EXPECT_EQ(object.references(), 0U);
}

TEST(ErrorAdapter, ReportsASuccessThatGivesNothing) {
  HollowError object;
  {
    const auto error = Adapt(ComPtr<IBackgroundCopyError>(&object));
    EXPECT_EQ(error->GetError().value(), JobError{});
    EXPECT_EQ(HResultOf(error->GetFile()), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(error->GetErrorDescription(0)), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(error->GetErrorContextDescription(0)), "E_UNEXPECTED"_hr);
    EXPECT_EQ(HResultOf(error->GetProtocol()), "E_UNEXPECTED"_hr);
  }
  EXPECT_EQ(object.references(), 0U);
}

// Gives the same file `left` times, then fails with `end`; pretends to have given `lie` more than it did.
class FakeFiles final : public TestObject<IEnumBackgroundCopyFiles> {
 public:
  HRESULT STDMETHODCALLTYPE Next(ULONG count, IBackgroundCopyFile** files, ULONG* fetched) override {
    const ULONG given = std::min(count, left);
    for (ULONG i = 0; i < given; ++i) {
      file.AddRef();
      files[i] = &file;
    }
    left -= given;
    *fetched = given + lie;
    return given == count ? S_OK : end;
  }
  HRESULT STDMETHODCALLTYPE Skip(ULONG) override { return S_FALSE; }
  HRESULT STDMETHODCALLTYPE Reset() override { return S_OK; }
  HRESULT STDMETHODCALLTYPE Clone(IEnumBackgroundCopyFiles**) override { return S_OK; }
  HRESULT STDMETHODCALLTYPE GetCount(ULONG* count) override {
    *count = left;
    return S_OK;
  }

  HollowFile file;
  ULONG left = 0;
  ULONG lie = 0;
  HRESULT end = S_FALSE;
};

class EnumeratorAdapterTest : public testing::Test {
 protected:
  void TearDown() override {
    enumerator_.reset();
    EXPECT_EQ(object_.references(), 0U);
    EXPECT_EQ(object_.file.references(), 0U);
  }

  FakeFiles object_;
  std::unique_ptr<EnumBackgroundCopyFiles> enumerator_ = Adapt(ComPtr<IEnumBackgroundCopyFiles>(&object_));
};

TEST_F(EnumeratorAdapterTest, GivesAsManyAsAskedFor) {
  object_.left = 5;
  EXPECT_EQ(enumerator_->Next(0).value().size(), 0U);
  EXPECT_EQ(enumerator_->Next(2).value().size(), 2U);
  EXPECT_EQ(enumerator_->GetCount().value(), 3U);
  EXPECT_EQ(enumerator_->Next(3).value().size(), 3U);
  EXPECT_EQ(enumerator_->Next(1).value().size(), 0U);
}

TEST_F(EnumeratorAdapterTest, GivesAllOfALongListWhateverCountIsNamed) {
  object_.left = 2500;
  EXPECT_EQ(enumerator_->Next(0xFFFFFFFF).value().size(), 2500U);
}

TEST_F(EnumeratorAdapterTest, ReleasesWhatItHadWhenTheEndFails) {
  object_.left = 1500;
  object_.end = E_OUTOFMEMORY;
  EXPECT_EQ(HResultOf(enumerator_->Next(2000)), "E_OUTOFMEMORY"_hr);
}

TEST_F(EnumeratorAdapterTest, DoesNotTrustTheCountOfTheServer) {
  object_.left = 2;
  object_.lie = 1;
  EXPECT_EQ(HResultOf(enumerator_->Next(3)), "E_UNEXPECTED"_hr);
}

TEST_F(EnumeratorAdapterTest, ReportsAnEntryWithoutNames) {
  object_.left = 1;
  const auto files = enumerator_->Next(1);
  ASSERT_TRUE(files);
  EXPECT_EQ(HResultOf(files->at(0)->GetRemoteName()), "E_UNEXPECTED"_hr);
  EXPECT_EQ(files->at(0)->GetProgress().value(), (FileProgress{.bytes_total = 0}));
}

TEST_F(EnumeratorAdapterTest, PassesResultsUnchanged) {
  EXPECT_EQ(enumerator_->Skip(1), "S_FALSE"_hr);
  EXPECT_EQ(enumerator_->Reset(), HResult());
  EXPECT_EQ(HResultOf(enumerator_->Clone()), "E_UNEXPECTED"_hr);
}

}  // namespace
}  // namespace bits::win32
