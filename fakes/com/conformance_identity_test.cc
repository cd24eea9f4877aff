// The laws of IUnknown, for every kind of object that the simulation publishes [the rules of QueryInterface].
#include <algorithm>
#include <array>
#include <span>

#include "fakes/com/conformance_test.h"

namespace bits::fakes::com {
namespace {

class IdentityTest : public ConformanceTest {
 public:
  using ConformanceTest::Download;
  using ConformanceTest::FailedJob;
};

struct NamedInterface {
  const char* name;
  IID iid;
};

template <class Interface>
NamedInterface Named(const char* name) {
  return {name, __uuidof(Interface)};
}

// Every interface that some object has, and some that none has.
std::span<const NamedInterface> AllInterfaces() {
  static const NamedInterface kInterfaces[] = {
      Named<IUnknown>("IUnknown"),
      Named<IBackgroundCopyManager>("IBackgroundCopyManager"),
      Named<IBackgroundCopyJob>("IBackgroundCopyJob"),
      Named<IBackgroundCopyJob2>("IBackgroundCopyJob2"),
      Named<IBackgroundCopyJob3>("IBackgroundCopyJob3"),
      Named<IBackgroundCopyJob4>("IBackgroundCopyJob4"),
      Named<IBackgroundCopyJobHttpOptions>("IBackgroundCopyJobHttpOptions"),
      Named<IBitsTokenOptions>("IBitsTokenOptions"),
      Named<IEnumBackgroundCopyJobs>("IEnumBackgroundCopyJobs"),
      Named<IEnumBackgroundCopyFiles>("IEnumBackgroundCopyFiles"),
      Named<IBackgroundCopyFile>("IBackgroundCopyFile"),
      Named<IBackgroundCopyFile2>("IBackgroundCopyFile2"),
      Named<IBackgroundCopyError>("IBackgroundCopyError"),
      Named<IClassFactory>("IClassFactory"),
      Named<IClientSecurity>("IClientSecurity"),
      Named<IMultiQI>("IMultiQI"),
      Named<IBackgroundCopyCallback>("IBackgroundCopyCallback"),
      Named<IDispatch>("IDispatch"),
      Named<IPersist>("IPersist"),
      {"none's", {0x0b5d1f0e, 0x3c1a, 0x4d38, {0x91, 0x4e, 0x77, 0x10, 0x5c, 0xb2, 0xe9, 0x06}}},
      {"GUID_NULL", {}},
  };
  return kInterfaces;
}

using Interfaces = std::vector<NamedInterface>;

struct ObjectKind {
  const char* name;
  ComPtr<IUnknown> (*make)(IdentityTest&);
  Interfaces offered;  // beside IUnknown
};

ComPtr<IUnknown> CopyOf(IUnknown* pointer) {
  ComPtr<IUnknown> copy;
  EXPECT_HRESULT(CoCopyProxy(pointer, copy.GetAddressOf()), S_OK);
  return copy;
}

ComPtr<IUnknown> NewFile(IdentityTest& test) {
  ComPtr<IEnumBackgroundCopyFiles> files;
  EXPECT_HRESULT(test.Download(NewManager().Get())->EnumFiles(files.GetAddressOf()), S_OK);
  ComPtr<IBackgroundCopyFile> file;
  EXPECT_HRESULT(files->Next(1, file.GetAddressOf(), nullptr), S_OK);
  return file;
}

// With those that COM offers for every proxy.
Interfaces Proxied(Interfaces interfaces) {
  interfaces.push_back(Named<IClientSecurity>("IClientSecurity"));
  interfaces.push_back(Named<IMultiQI>("IMultiQI"));
  return interfaces;
}

Interfaces JobInterfaces() {
  return Proxied({Named<IBackgroundCopyJob>("IBackgroundCopyJob"), Named<IBackgroundCopyJob2>("IBackgroundCopyJob2"),
                  Named<IBackgroundCopyJob3>("IBackgroundCopyJob3"), Named<IBackgroundCopyJob4>("IBackgroundCopyJob4"),
                  Named<IBackgroundCopyJobHttpOptions>("IBackgroundCopyJobHttpOptions"),
                  Named<IBitsTokenOptions>("IBitsTokenOptions")});
}

Interfaces FileInterfaces() {
  return Proxied(
      {Named<IBackgroundCopyFile>("IBackgroundCopyFile"), Named<IBackgroundCopyFile2>("IBackgroundCopyFile2")});
}

std::span<const ObjectKind> Kinds() {
  static const ObjectKind kKinds[] = {
      {"Manager", [](IdentityTest&) -> ComPtr<IUnknown> { return NewManager(); },
       Proxied({Named<IBackgroundCopyManager>("IBackgroundCopyManager")})},
      {"Job", [](IdentityTest& test) -> ComPtr<IUnknown> { return test.Download(NewManager().Get()); },
       JobInterfaces()},
      {"CancelledJob",
       [](IdentityTest& test) -> ComPtr<IUnknown> {
         const auto job = test.Download(NewManager().Get());
         EXPECT_HRESULT(job->Cancel(), S_OK);
         return job;
       },
       JobInterfaces()},
      {"JobEnumerator",
       [](IdentityTest&) -> ComPtr<IUnknown> {
         ComPtr<IEnumBackgroundCopyJobs> jobs;
         EXPECT_HRESULT(NewManager()->EnumJobs(0, jobs.GetAddressOf()), S_OK);
         return jobs;
       },
       Proxied({Named<IEnumBackgroundCopyJobs>("IEnumBackgroundCopyJobs")})},
      {"FileEnumerator",
       [](IdentityTest& test) -> ComPtr<IUnknown> {
         ComPtr<IEnumBackgroundCopyFiles> files;
         EXPECT_HRESULT(test.Download(NewManager().Get())->EnumFiles(files.GetAddressOf()), S_OK);
         return files;
       },
       Proxied({Named<IEnumBackgroundCopyFiles>("IEnumBackgroundCopyFiles")})},
      {"File", NewFile, FileInterfaces()},
      {"Error",
       [](IdentityTest& test) -> ComPtr<IUnknown> {
         ComPtr<IBackgroundCopyError> error;
         EXPECT_HRESULT(test.FailedJob(NewManager().Get())->GetError(error.GetAddressOf()), S_OK);
         return error;
       },
       Proxied({Named<IBackgroundCopyError>("IBackgroundCopyError")})},
      {"ClassFactory",
       [](IdentityTest&) {
         ComPtr<IUnknown> factory;
         EXPECT_HRESULT(CoGetClassObject(win32::ClassId(ManagerClass::k1_0), CLSCTX_LOCAL_SERVER, nullptr,
                                         IID_PPV_ARGS(factory.GetAddressOf())),
                        S_OK);
         return factory;
       },
       {Named<IClassFactory>("IClassFactory")}},
      {"CopiedManager", [](IdentityTest&) { return CopyOf(NewManager().Get()); },
       Proxied({Named<IBackgroundCopyManager>("IBackgroundCopyManager")})},
      {"CopiedJob", [](IdentityTest& test) { return CopyOf(test.Download(NewManager().Get()).Get()); },
       JobInterfaces()},
      {"CopiedTokenOptions",
       [](IdentityTest& test) { return CopyOf(As<IBitsTokenOptions>(test.Download(NewManager().Get())).Get()); },
       JobInterfaces()},
      {"CopiedFile", [](IdentityTest& test) { return CopyOf(NewFile(test).Get()); }, FileInterfaces()},
  };
  return kKinds;
}

class UnknownLaws : public IdentityTest, public ::testing::WithParamInterface<std::size_t> {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    object_ = kind().make(*this);
    ASSERT_NE(object_, nullptr);
    pointers_.push_back({"the first", object_});
    pointers_.push_back({"IUnknown", Query(object_.Get(), __uuidof(IUnknown))});
    for (const NamedInterface& offered : kind().offered) {
      pointers_.push_back({offered.name, Query(object_.Get(), offered.iid)});
    }
  }
  void TearDown() override {
    pointers_.clear();
    object_.Reset();
    IdentityTest::TearDown();
  }

  static const ObjectKind& kind() { return Kinds()[GetParam()]; }

  // Null where it is not offered.
  static ComPtr<IUnknown> Query(IUnknown* from, REFIID iid) {
    void* found = nullptr;
    return FAILED(from->QueryInterface(iid, &found)) ? ComPtr<IUnknown>()
                                                     : win32::TakeReference(static_cast<IUnknown*>(found));
  }

  struct Pointer {
    const char* name;
    ComPtr<IUnknown> pointer;
  };
  ComPtr<IUnknown> object_;
  std::vector<Pointer> pointers_;  // one an interface, and the one that the object was got by
};

TEST_P(UnknownLaws, EveryPointerOffersTheSameInterfacesAndNoOthers) {
  for (const Pointer& from : pointers_) {
    ASSERT_NE(from.pointer, nullptr) << from.name;
    for (const NamedInterface& wanted : AllInterfaces()) {
      const bool offered = wanted.iid == __uuidof(IUnknown) ||
                           std::ranges::any_of(kind().offered, [&](const auto& has) { return has.iid == wanted.iid; });
      void* const rubbish = &const_cast<NamedInterface&>(wanted);
      void* found = rubbish;
      EXPECT_HRESULT(from.pointer->QueryInterface(wanted.iid, &found), offered ? S_OK : E_NOINTERFACE)
          << from.name << " for " << wanted.name;
      EXPECT_NE(found, rubbish) << wanted.name;
      EXPECT_EQ(found != nullptr, offered) << wanted.name;
      if (offered) static_cast<IUnknown*>(found)->Release();
    }
  }
}

TEST_P(UnknownLaws, IdentityIsOnePointerForEver) {
  const IUnknown* const identity = IdentityOf(object_.Get());
  for (const Pointer& from : pointers_) {
    for (int round = 0; round < 2; ++round) {
      EXPECT_EQ(Query(from.pointer.Get(), __uuidof(IUnknown)).Get(), identity) << from.name;
    }
  }
}

TEST_P(UnknownLaws, QueryIsReflexiveSymmetricAndTransitive) {
  for (const NamedInterface& first : kind().offered) {
    const auto a = Query(object_.Get(), first.iid);
    ASSERT_NE(a, nullptr) << first.name;
    EXPECT_EQ(Query(a.Get(), first.iid).Get(), a.Get()) << first.name << " asked for itself";
    for (const NamedInterface& second : kind().offered) {
      const auto b = Query(a.Get(), second.iid);
      ASSERT_NE(b, nullptr) << first.name << " to " << second.name;
      EXPECT_EQ(Query(b.Get(), first.iid).Get(), a.Get()) << "from " << second.name << " back to " << first.name;
      for (const NamedInterface& third : kind().offered) {
        const auto c = Query(b.Get(), third.iid);
        ASSERT_NE(c, nullptr) << second.name << " to " << third.name;
        EXPECT_EQ(Query(a.Get(), third.iid).Get(), c.Get()) << first.name << " to " << third.name;
      }
    }
  }
}

TEST_P(UnknownLaws, NowhereToPutIt) {
  for (const Pointer& from : pointers_) {
    EXPECT_HRESULT(from.pointer->QueryInterface(__uuidof(IUnknown), nullptr), E_POINTER) << from.name;
    EXPECT_HRESULT(from.pointer->QueryInterface(__uuidof(IDispatch), nullptr), E_POINTER) << from.name;
    for (const NamedInterface& offered : kind().offered) {
      EXPECT_HRESULT(from.pointer->QueryInterface(offered.iid, nullptr), E_POINTER) << from.name;
    }
  }
}

TEST_P(UnknownLaws, ReferencesAreTheObjects) {
  const ULONG before = ReferencesTo(object_.Get());
  for (const Pointer& from : pointers_) {
    EXPECT_EQ(from.pointer->AddRef(), before + 1) << from.name;
    EXPECT_EQ(ReferencesTo(object_.Get()), before + 1) << from.name;
    EXPECT_EQ(from.pointer->Release(), before) << from.name;
    // What is refused counts nothing.
    EXPECT_EQ(Query(from.pointer.Get(), __uuidof(IDispatch)).Get(), nullptr);
    EXPECT_EQ(ReferencesTo(object_.Get()), before) << from.name;
  }
  pointers_.clear();
  EXPECT_EQ(object_.Detach()->Release(), 0U);
  EXPECT_EQ(bits_->living_objects(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, UnknownLaws, ::testing::Range<std::size_t>(0, Kinds().size()),
                         [](const auto& info) { return std::string(Kinds()[info.param].name); });

// --- several interfaces at once

TEST_F(IdentityTest, IMultiQIAsksForSeveral) {
  const auto several = As<IMultiQI>(NewJob(NewManager().Get()));
  const auto ask = [&](auto& wanted) {
    return several->QueryMultipleInterfaces(static_cast<ULONG>(std::size(wanted)), wanted);
  };
  MULTI_QI all[] = {{&__uuidof(IBackgroundCopyJob3), nullptr, S_OK}, {&__uuidof(IUnknown), nullptr, S_OK}};
  EXPECT_HRESULT(ask(all), S_OK);
  EXPECT_EQ(As<IBackgroundCopyJob3>(several.Get()).Get(), all[0].pItf);
  EXPECT_EQ(IdentityOf(several.Get()), all[1].pItf);
  MULTI_QI some[] = {{&__uuidof(IDispatch), nullptr, S_OK}, {&__uuidof(IBitsTokenOptions), nullptr, S_OK}};
  EXPECT_HRESULT(ask(some), S_FALSE);
  EXPECT_HRESULT(some[0].hr, E_NOINTERFACE);
  EXPECT_EQ(some[0].pItf, nullptr);
  EXPECT_HRESULT(some[1].hr, S_OK);
  EXPECT_HRESULT(ask(some), E_INVALIDARG) << "there is something in its place";
  MULTI_QI none[] = {{&__uuidof(IDispatch), nullptr, S_OK}};
  EXPECT_HRESULT(ask(none), E_NOINTERFACE);
  MULTI_QI nameless[] = {{nullptr, nullptr, S_OK}};
  EXPECT_HRESULT(ask(nameless), E_INVALIDARG);
  EXPECT_HRESULT(several->QueryMultipleInterfaces(0, all), E_INVALIDARG);
  EXPECT_HRESULT(several->QueryMultipleInterfaces(1, nullptr), E_INVALIDARG);
  for (const MULTI_QI& given : {all[0], all[1], some[1]}) given.pItf->Release();
}

// --- one object, however it was got

TEST_F(IdentityTest, AJobIsOneObject) {
  const auto manager = NewManager();
  GUID id{};
  ComPtr<IBackgroundCopyJob> created;
  ASSERT_HRESULT_SUCCEEDED(manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, created.GetAddressOf()));
  const IUnknown* const identity = IdentityOf(created.Get());
  for (int round = 0; round < 2; ++round) {
    ComPtr<IBackgroundCopyJob> got;
    ASSERT_HRESULT_SUCCEEDED(NewManager()->GetJob(id, got.GetAddressOf()));
    EXPECT_EQ(got.Get(), created.Get());
    EXPECT_EQ(IdentityOf(got.Get()), identity);
  }
  ComPtr<IEnumBackgroundCopyJobs> jobs;
  ASSERT_HRESULT_SUCCEEDED(manager->EnumJobs(0, jobs.GetAddressOf()));
  ComPtr<IBackgroundCopyJob> listed;
  ASSERT_HRESULT_SUCCEEDED(jobs->Next(1, listed.GetAddressOf(), nullptr));
  EXPECT_EQ(IdentityOf(listed.Get()), identity);
}

TEST_F(IdentityTest, AJobThatNobodyHoldsIsGoneAndCanBeGotAgain) {
  const auto manager = NewManager();
  GUID id{};
  ComPtr<IBackgroundCopyJob> job;
  ASSERT_HRESULT_SUCCEEDED(manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf()));
  EXPECT_EQ(bits_->living_objects(), 2U);
  job.Reset();
  EXPECT_EQ(bits_->living_objects(), 1U);
  ASSERT_HRESULT_SUCCEEDED(manager->GetJob(id, job.GetAddressOf()));
  EXPECT_EQ(StateOf(job.Get()), BG_JOB_STATE_SUSPENDED);
}

TEST_F(IdentityTest, EveryManagerIsAnObjectOfItsOwn) {
  const auto first = NewManager();
  const auto second = NewManager();
  EXPECT_NE(IdentityOf(first.Get()), IdentityOf(second.Get()));
}

TEST_F(IdentityTest, AJobIsOneObjectAlsoForThreadsThatMeet) {
  const auto manager = NewManager();
  GUID id{};
  ComPtr<IBackgroundCopyJob> created;
  ASSERT_HRESULT_SUCCEEDED(manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, created.GetAddressOf()));
  created.Reset();
  constexpr int kRounds = 2000;
  std::array<ComPtr<IBackgroundCopyJob>, 2> jobs;
  std::array<ComPtr<IBackgroundCopyJob4>, 2> fourths;
  std::atomic<int> arrivals{0};
  int different = 0;
  const auto meet = [&](int times) {
    // Both go on at the same moment where each has a processor of its own.
    ++arrivals;
    for (int spins = 0; arrivals < 2 * times; ++spins) {
      if (spins > 20'000) Sleep(0);
    }
  };
  const auto take = [&](std::size_t index) {
    for (int round = 0; round < kRounds; ++round) {
      meet(3 * round + 1);
      EXPECT_HRESULT(manager->GetJob(id, jobs[index].GetAddressOf()), S_OK);
      EXPECT_HRESULT(jobs[index]->QueryInterface(IID_PPV_ARGS(fourths[index].GetAddressOf())), S_OK);
      // A pointer is known to be the simulation's from the moment that it is given out.
      EXPECT_HRESULT(
          CoSetProxyBlanket(fourths[index].Get(), RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr,
                            RPC_C_AUTHN_LEVEL_CONNECT, RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING),
          S_OK);
      meet(3 * round + 2);
      if (index == 0 && (jobs[0].Get() != jobs[1].Get() || fourths[0].Get() != fourths[1].Get())) ++different;
      meet(3 * round + 3);
      jobs[index].Reset();
      fourths[index].Reset();
    }
  };
  std::thread other([&] {
    const ScopedApartment apartment(COINIT_MULTITHREADED);
    take(1);
  });
  take(0);
  other.join();
  EXPECT_EQ(different, 0) << "of " << kRounds;
}

}  // namespace
}  // namespace bits::fakes::com
