// COM security as a client sets it: for the process, for one pointer, for a copy of one.
#include "fakes/com/conformance_test.h"

namespace bits::fakes::com {
namespace {

constexpr DWORD kBothCloakings = EOAC_STATIC_CLOAKING | EOAC_DYNAMIC_CLOAKING;

struct Blanket {
  DWORD authentication = RPC_C_AUTHN_WINNT;
  DWORD authorization = RPC_C_AUTHZ_NONE;
  DWORD authentication_level = RPC_C_AUTHN_LEVEL_CONNECT;
  DWORD impersonation_level = RPC_C_IMP_LEVEL_IMPERSONATE;
  DWORD capabilities = EOAC_DYNAMIC_CLOAKING;
  friend bool operator==(const Blanket&, const Blanket&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Blanket& blanket) {
    return out << blanket.authentication << ' ' << blanket.authorization << ' ' << blanket.authentication_level << ' '
               << blanket.impersonation_level << ' ' << blanket.capabilities;
  }
};

HRESULT Set(IUnknown* proxy, const Blanket& blanket, void* identity = nullptr) {
  return CoSetProxyBlanket(proxy, blanket.authentication, blanket.authorization, nullptr, blanket.authentication_level,
                           blanket.impersonation_level, identity, blanket.capabilities);
}

Blanket BlanketOf(IUnknown* proxy) {
  Blanket blanket;
  EXPECT_HRESULT(
      CoQueryProxyBlanket(proxy, &blanket.authentication, &blanket.authorization, nullptr,
                          &blanket.authentication_level, &blanket.impersonation_level, nullptr, &blanket.capabilities),
      S_OK);
  return blanket;
}

HRESULT InitializeSecurity(DWORD level = RPC_C_IMP_LEVEL_IMPERSONATE, DWORD capabilities = EOAC_DYNAMIC_CLOAKING,
                           DWORD authentication = RPC_C_AUTHN_LEVEL_CONNECT) {
  return CoInitializeSecurity(nullptr, -1, nullptr, nullptr, authentication, level, nullptr, capabilities, nullptr);
}

class SecurityTest : public ConformanceTest {};

TEST_F(SecurityTest, AProcessSaysItOnce) {
  EXPECT_HRESULT(InitializeSecurity(), S_OK);
  EXPECT_HRESULT(InitializeSecurity(), RPC_E_TOO_LATE);
  EXPECT_EQ(BlanketOf(NewManager().Get()), Blanket());
}

TEST_F(SecurityTest, TheFirstProxySaysItForAProcessThatDidNot) {
  const auto manager = NewManager();
  EXPECT_HRESULT(InitializeSecurity(), RPC_E_TOO_LATE);
  const Blanket defaults = {.impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY, .capabilities = EOAC_NONE};
  EXPECT_EQ(BlanketOf(manager.Get()), defaults);
}

TEST_F(SecurityTest, NonsenseIsRefusedAndCanBeCorrected) {
  EXPECT_HRESULT(InitializeSecurity(RPC_C_IMP_LEVEL_DEFAULT), E_INVALIDARG);
  EXPECT_HRESULT(InitializeSecurity(RPC_C_IMP_LEVEL_DELEGATE + 1), E_INVALIDARG);
  EXPECT_HRESULT(InitializeSecurity(RPC_C_IMP_LEVEL_IMPERSONATE, kBothCloakings), E_INVALIDARG);
  EXPECT_HRESULT(InitializeSecurity(RPC_C_IMP_LEVEL_IMPERSONATE, EOAC_NONE, RPC_C_AUTHN_LEVEL_PKT_PRIVACY + 1),
                 E_INVALIDARG);
  int reserved = 0;
  EXPECT_HRESULT(CoInitializeSecurity(nullptr, -1, nullptr, &reserved, RPC_C_AUTHN_LEVEL_CONNECT,
                                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE, nullptr),
                 E_INVALIDARG);
  EXPECT_HRESULT(InitializeSecurity(), S_OK);
}

TEST_F(SecurityTest, OutsideAnApartmentThereIsNone) {
  apartment_.reset();
  EXPECT_HRESULT(InitializeSecurity(), CO_E_NOTINITIALIZED);
  apartment_.emplace(COINIT_MULTITHREADED);
  EXPECT_HRESULT(InitializeSecurity(), S_OK);
}

class BlanketTest : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    EXPECT_HRESULT(InitializeSecurity(), S_OK);
    manager_ = NewManager();
    job_ = NewJob(manager_.Get());
  }
  void TearDown() override {
    job_.Reset();
    manager_.Reset();
    ConformanceTest::TearDown();
  }

  ComPtr<IBackgroundCopyManager> manager_;
  ComPtr<IBackgroundCopyJob> job_;
};

TEST_F(BlanketTest, QueryTellsWhatWasSet) {
  const Blanket kBlankets[] = {
      {},
      {.authentication_level = RPC_C_AUTHN_LEVEL_PKT_PRIVACY},
      {.impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY},
      {.impersonation_level = RPC_C_IMP_LEVEL_DELEGATE, .capabilities = EOAC_STATIC_CLOAKING},
      {.impersonation_level = RPC_C_IMP_LEVEL_ANONYMOUS, .capabilities = EOAC_NONE},
      {.authentication_level = RPC_C_AUTHN_LEVEL_NONE, .capabilities = EOAC_NONE},
  };
  for (const Blanket& blanket : kBlankets) {
    EXPECT_HRESULT(Set(job_.Get(), blanket), S_OK);
    EXPECT_EQ(BlanketOf(job_.Get()), blanket);
  }
}

TEST_F(BlanketTest, DefaultsAreTheProcesss) {
  EXPECT_HRESULT(Set(job_.Get(), {.impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY, .capabilities = EOAC_NONE}), S_OK);
  EXPECT_HRESULT(Set(job_.Get(), {.authentication = RPC_C_AUTHN_DEFAULT,
                                  .authorization = RPC_C_AUTHZ_DEFAULT,
                                  .authentication_level = RPC_C_AUTHN_LEVEL_DEFAULT,
                                  .impersonation_level = RPC_C_IMP_LEVEL_DEFAULT,
                                  .capabilities = EOAC_DEFAULT}),
                 S_OK);
  EXPECT_EQ(BlanketOf(job_.Get()), Blanket());
}

TEST_F(BlanketTest, EveryOutParameterMayBeNull) {
  EXPECT_HRESULT(CoQueryProxyBlanket(job_.Get(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr), S_OK);
}

TEST_F(BlanketTest, NonsenseIsRefusedAndChangesNothing) {
  const Blanket kNonsense[] = {
      {.capabilities = kBothCloakings},
      {.authentication_level = RPC_C_AUTHN_LEVEL_PKT_PRIVACY + 1},
      {.impersonation_level = RPC_C_IMP_LEVEL_DELEGATE + 1},
      {.authentication_level = ~0UL},
      {.impersonation_level = ~0UL},
  };
  for (const Blanket& blanket : kNonsense) {
    EXPECT_HRESULT(Set(job_.Get(), blanket), E_INVALIDARG) << blanket;
    EXPECT_EQ(BlanketOf(job_.Get()), Blanket());
  }
  // Cloaking takes the thread's identity: another cannot be given with it [combaseapi-cosetproxyblanket].
  SEC_WINNT_AUTH_IDENTITY_W identity = {};
  EXPECT_HRESULT(Set(job_.Get(), {.capabilities = EOAC_DYNAMIC_CLOAKING}, &identity), E_INVALIDARG);
  EXPECT_HRESULT(Set(job_.Get(), {.capabilities = EOAC_STATIC_CLOAKING}, &identity), E_INVALIDARG);
  EXPECT_HRESULT(Set(job_.Get(), {.capabilities = EOAC_DEFAULT}, &identity), E_INVALIDARG);
  EXPECT_EQ(BlanketOf(job_.Get()), Blanket());
}

constexpr Blanket kOwn = {.impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY, .capabilities = EOAC_STATIC_CLOAKING};

TEST_F(BlanketTest, BelongsToOnePointer) {
  EXPECT_HRESULT(Set(job_.Get(), kOwn), S_OK);
  EXPECT_EQ(BlanketOf(As<IBackgroundCopyJob4>(job_).Get()), Blanket()) << "it is not inherited";
  EXPECT_EQ(BlanketOf(manager_.Get()), Blanket());
}

TEST_F(BlanketTest, StaysWithThePointerHoweverItIsGot) {
  const auto options = As<IBitsTokenOptions>(job_);
  EXPECT_HRESULT(Set(job_.Get(), kOwn), S_OK);
  EXPECT_HRESULT(Set(options.Get(), kOwn), S_OK);
  GUID id{};
  EXPECT_HRESULT(job_->GetId(&id), S_OK);
  ComPtr<IBackgroundCopyJob> again;
  EXPECT_HRESULT(NewManager()->GetJob(id, again.GetAddressOf()), S_OK);
  EXPECT_EQ(BlanketOf(again.Get()), kOwn);
  EXPECT_EQ(BlanketOf(As<IBitsTokenOptions>(again).Get()), kOwn);
}

TEST_F(BlanketTest, ACopyHasItsOwn) {
  EXPECT_HRESULT(Set(job_.Get(), kOwn), S_OK);
  ComPtr<IUnknown> copy;
  EXPECT_HRESULT(CoCopyProxy(job_.Get(), copy.GetAddressOf()), S_OK);
  EXPECT_NE(copy.Get(), job_.Get());
  EXPECT_EQ(IdentityOf(copy.Get()), IdentityOf(job_.Get()));
  EXPECT_EQ(BlanketOf(copy.Get()), kOwn) << "it begins with the original's";
  EXPECT_HRESULT(Set(copy.Get(), Blanket()), S_OK);
  EXPECT_EQ(BlanketOf(copy.Get()), Blanket());
  EXPECT_EQ(BlanketOf(job_.Get()), kOwn);
  EXPECT_EQ(As<IBackgroundCopyJob>(copy).Get(), job_.Get()) << "QueryInterface leads back to the original";
  EXPECT_EQ(StateOf(static_cast<IBackgroundCopyJob*>(copy.Get())), BG_JOB_STATE_SUSPENDED);
}

TEST_F(BlanketTest, ACopyOfACopyIsOneToo) {
  ComPtr<IUnknown> copy;
  EXPECT_HRESULT(CoCopyProxy(job_.Get(), copy.GetAddressOf()), S_OK);
  ComPtr<IUnknown> second;
  EXPECT_HRESULT(CoCopyProxy(copy.Get(), second.GetAddressOf()), S_OK);
  EXPECT_NE(copy.Get(), second.Get());
  EXPECT_EQ(IdentityOf(copy.Get()), IdentityOf(second.Get()));
  EXPECT_HRESULT(CoCopyProxy(job_.Get(), nullptr), E_INVALIDARG);
}

// A pointer that is none of the simulation's is not touched. What the system says of an object that is no proxy.
TEST_F(BlanketTest, OtherPointersAreTheSystems) {
  Callback callback;
  EXPECT_HRESULT(Set(&callback, Blanket()), E_NOINTERFACE);
  IUnknown* copy = nullptr;
  EXPECT_HRESULT(CoCopyProxy(&callback, &copy), E_NOINTERFACE);
  EXPECT_EQ(callback.references(), 0U);
}

TEST_F(BlanketTest, LevelsDecideWhatTheServiceDoes) {
  const auto options = As<IBitsTokenOptions>(job_);
  EXPECT_HRESULT(options->SetHelperToken(), S_OK);
  EXPECT_HRESULT(Set(options.Get(), {.impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY}), S_OK);
  EXPECT_HRESULT(options->SetHelperToken(), CO_E_FAILEDTOIMPERSONATE);
  BG_JOB_STATE state{};
  EXPECT_HRESULT(Set(job_.Get(), {.impersonation_level = RPC_C_IMP_LEVEL_ANONYMOUS}), S_OK);
  EXPECT_HRESULT(job_->GetState(&state), E_ACCESSDENIED);
  EXPECT_HRESULT(Set(job_.Get(), {.authentication_level = RPC_C_AUTHN_LEVEL_NONE}), S_OK);
  EXPECT_HRESULT(job_->GetState(&state), E_ACCESSDENIED);
}

TEST_F(BlanketTest, AnIdentityHasItsOwn) {
  const auto identity = As<IUnknown>(job_);
  EXPECT_HRESULT(Set(job_.Get(), {.impersonation_level = RPC_C_IMP_LEVEL_DELEGATE}), S_OK);
  EXPECT_EQ(BlanketOf(identity.Get()), Blanket()) << "it begins with the process's";
  EXPECT_HRESULT(Set(identity.Get(), kOwn), S_OK);
  EXPECT_EQ(BlanketOf(identity.Get()), kOwn);
  EXPECT_EQ(BlanketOf(As<IBackgroundCopyJob2>(job_).Get()), Blanket());
  // QueryInterface through it is a call with its security.
  EXPECT_HRESULT(Set(identity.Get(), {.impersonation_level = RPC_C_IMP_LEVEL_ANONYMOUS}), S_OK);
  ComPtr<IBackgroundCopyJob4> another;
  EXPECT_HRESULT(identity->QueryInterface(IID_PPV_ARGS(another.GetAddressOf())), E_ACCESSDENIED);
  EXPECT_HRESULT(job_->QueryInterface(IID_PPV_ARGS(another.GetAddressOf())), S_OK);
}

// What CoSetProxyBlanket and its kin do for the program [combaseapi-cosetproxyblanket], by the interface itself.
TEST_F(BlanketTest, IClientSecurityIsTheSame) {
  const auto security = As<IClientSecurity>(job_);
  const auto options = As<IBitsTokenOptions>(job_);
  EXPECT_HRESULT(security->SetBlanket(options.Get(), kOwn.authentication, kOwn.authorization, nullptr,
                                      kOwn.authentication_level, kOwn.impersonation_level, nullptr, kOwn.capabilities),
                 S_OK);
  EXPECT_EQ(BlanketOf(options.Get()), kOwn);
  EXPECT_EQ(BlanketOf(job_.Get()), Blanket());
  EXPECT_HRESULT(options->SetHelperToken(), CO_E_FAILEDTOIMPERSONATE) << "the service is shown that level";
  Blanket told;
  OLECHAR rubbish = 0;
  OLECHAR* principal = &rubbish;
  void* auth_info = &rubbish;
  EXPECT_HRESULT(
      security->QueryBlanket(options.Get(), &told.authentication, &told.authorization, &principal,
                             &told.authentication_level, &told.impersonation_level, &auth_info, &told.capabilities),
      S_OK);
  EXPECT_EQ(told, kOwn);
  EXPECT_EQ(principal, nullptr);
  EXPECT_EQ(auth_info, nullptr);
  ComPtr<IUnknown> copy;
  EXPECT_HRESULT(security->CopyProxy(options.Get(), copy.GetAddressOf()), S_OK);
  EXPECT_NE(copy.Get(), options.Get());
  EXPECT_EQ(BlanketOf(copy.Get()), kOwn);
  // IUnknown has no copies, and what COM does by itself no security.
  IUnknown* none = nullptr;
  EXPECT_HRESULT(security->CopyProxy(As<IUnknown>(job_).Get(), &none), E_NOINTERFACE);
  const auto set = [&](IUnknown* proxy) {
    return security->SetBlanket(proxy, RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE);
  };
  EXPECT_HRESULT(set(security.Get()), E_INVALIDARG);
  EXPECT_HRESULT(set(manager_.Get()), E_INVALIDARG) << "it is another object's";
}

// A module whose imports are not redirected asks the system, and that asks the object.
TEST_F(BlanketTest, TheSystemsOwnFunctionsReachItToo) {
  const HMODULE module = LoadLibraryW(L"com_conformance_test_module.dll");
  ASSERT_NE(module, nullptr);
  const auto set = reinterpret_cast<HRESULT (*)(IUnknown*, DWORD)>(
      reinterpret_cast<void*>(GetProcAddress(module, "ModuleSetLevel")));
  ASSERT_NE(set, nullptr);
  EXPECT_HRESULT(set(job_.Get(), RPC_C_IMP_LEVEL_IDENTIFY), S_OK);
  EXPECT_EQ(BlanketOf(job_.Get()).impersonation_level, DWORD{RPC_C_IMP_LEVEL_IDENTIFY});
  FreeLibrary(module);
}

TEST_F(BlanketTest, IsGoneWithTheScope) {
  bits_.reset();
  EXPECT_HRESULT(Set(job_.Get(), Blanket()), RPC_E_DISCONNECTED);
}

}  // namespace
}  // namespace bits::fakes::com
