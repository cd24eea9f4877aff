// How a program comes by its first pointer; which modules and classes are concerned, and for how long.
#include <array>
#include <deque>
#include <stdexcept>

#include "fakes/com/conformance_test.h"
#include "harness/rules/windows_profile.h"

namespace bits::fakes::com {
namespace {

const CLSID& AnyClass() { return win32::ClassId(ManagerClass::k1_0); }

class ActivationTest : public ConformanceTest {};

class ProfileTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ProfileTest, HasTheClassesOfItsBitsAndNoOthers) {
  const rules::WindowsProfile& profile = rules::WindowsProfiles()[GetParam()];
  World world(profile.name);
  const Cast cast(world);
  const auto process = world.Start(cast.Owner(rules::TokenKind::kUser));
  const ScopedFakeBits bits(*process);
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  for (const auto& entry : EnumNames<ManagerClass>::kNames) {
    const bool there = entry.value <= profile.newest_class;
    ComPtr<IBackgroundCopyManager> manager;
    EXPECT_HRESULT(CreateManager(manager.GetAddressOf(), entry.value), there ? S_OK : REGDB_E_CLASSNOTREG)
        << entry.name;
    EXPECT_EQ(manager.Get() != nullptr, there) << entry.name;
    ComPtr<IClassFactory> factory;
    EXPECT_HRESULT(CoGetClassObject(win32::ClassId(entry.value), CLSCTX_LOCAL_SERVER, nullptr,
                                    IID_PPV_ARGS(factory.GetAddressOf())),
                   there ? S_OK : REGDB_E_CLASSNOTREG)
        << entry.name;
    if (!there) continue;
    ComPtr<IBackgroundCopyManager> second;
    EXPECT_HRESULT(factory->CreateInstance(nullptr, IID_PPV_ARGS(second.GetAddressOf())), S_OK);
    EXPECT_NE(IdentityOf(second.Get()), IdentityOf(manager.Get()));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProfileTest, ::testing::Range<std::size_t>(0, rules::WindowsProfiles().size()));

TEST_F(ActivationTest, ContextsThatHoldNoLocalServerFindNothing) {
  for (const DWORD context : {CLSCTX_INPROC_SERVER, CLSCTX_INPROC_HANDLER, CLSCTX_REMOTE_SERVER}) {
    Out<void*> object;
    EXPECT_HRESULT(CoCreateInstance(AnyClass(), nullptr, context, __uuidof(IBackgroundCopyManager), object.Receive()),
                   REGDB_E_CLASSNOTREG);
    EXPECT_TRUE(object.cleared());
    Out<void*> factory;
    EXPECT_HRESULT(CoGetClassObject(AnyClass(), context, nullptr, __uuidof(IClassFactory), factory.Receive()),
                   REGDB_E_CLASSNOTREG);
    EXPECT_TRUE(factory.cleared());
  }
  for (const int context : {int{CLSCTX_ALL}, int{CLSCTX_SERVER}, int{CLSCTX_LOCAL_SERVER}}) {
    ComPtr<IUnknown> object;
    EXPECT_HRESULT(
        CoCreateInstance(AnyClass(), nullptr, static_cast<DWORD>(context), IID_PPV_ARGS(object.GetAddressOf())), S_OK);
  }
}

TEST_F(ActivationTest, IsNoPartOfAnotherObject) {
  Callback outer;
  Out<void*> object;
  EXPECT_HRESULT(CoCreateInstance(AnyClass(), &outer, CLSCTX_LOCAL_SERVER, __uuidof(IUnknown), object.Receive()),
                 CLASS_E_NOAGGREGATION);
  EXPECT_TRUE(object.cleared());
  ComPtr<IClassFactory> factory;
  ASSERT_HRESULT_SUCCEEDED(
      CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, IID_PPV_ARGS(factory.GetAddressOf())));
  Out<void*> made;
  EXPECT_HRESULT(factory->CreateInstance(&outer, __uuidof(IUnknown), made.Receive()), CLASS_E_NOAGGREGATION);
  EXPECT_TRUE(made.cleared());
  MULTI_QI wanted = {&__uuidof(IUnknown), nullptr, S_OK};
  EXPECT_HRESULT(CoCreateInstanceEx(AnyClass(), &outer, CLSCTX_LOCAL_SERVER, nullptr, 1, &wanted),
                 CLASS_E_NOAGGREGATION);
  EXPECT_EQ(outer.references(), 0U);
}

TEST_F(ActivationTest, RefusedInterfacesAndPlaces) {
  Out<void*> object;
  EXPECT_HRESULT(
      CoCreateInstance(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IBackgroundCopyJob), object.Receive()),
      E_NOINTERFACE);
  EXPECT_TRUE(object.cleared());
  EXPECT_EQ(bits_->living_objects(), 0U);
  EXPECT_HRESULT(CoCreateInstance(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IUnknown), nullptr), E_POINTER);
  EXPECT_HRESULT(CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, __uuidof(IUnknown), nullptr), E_INVALIDARG);
  Out<void*> factory;
  EXPECT_HRESULT(
      CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, __uuidof(IBackgroundCopyManager), factory.Receive()),
      E_NOINTERFACE);
  EXPECT_TRUE(factory.cleared());
  ComPtr<IClassFactory> good;
  EXPECT_HRESULT(CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, IID_PPV_ARGS(good.GetAddressOf())), S_OK);
  EXPECT_HRESULT(good->CreateInstance(nullptr, __uuidof(IUnknown), nullptr), E_POINTER);
  EXPECT_HRESULT(good->LockServer(TRUE), S_OK);
  EXPECT_HRESULT(good->LockServer(FALSE), S_OK);
}

TEST_F(ActivationTest, SeveralInterfacesAtOnce) {
  const auto create = [](auto& wanted) {
    return CoCreateInstanceEx(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, nullptr, static_cast<DWORD>(std::size(wanted)),
                              wanted);
  };
  MULTI_QI all[] = {{&__uuidof(IBackgroundCopyManager), nullptr, S_OK}, {&__uuidof(IUnknown), nullptr, S_OK}};
  EXPECT_HRESULT(create(all), S_OK);
  EXPECT_EQ(IdentityOf(all[0].pItf), all[1].pItf);
  MULTI_QI some[] = {{&__uuidof(IBackgroundCopyManager), nullptr, S_OK},
                     {&__uuidof(IBackgroundCopyJob), nullptr, S_OK}};
  EXPECT_HRESULT(create(some), CO_S_NOTALLINTERFACES);
  EXPECT_HRESULT(some[0].hr, S_OK);
  EXPECT_HRESULT(some[1].hr, E_NOINTERFACE);
  EXPECT_EQ(some[1].pItf, nullptr);
  MULTI_QI none[] = {{&__uuidof(IDispatch), nullptr, S_OK}, {&__uuidof(IBackgroundCopyJob), nullptr, S_OK}};
  EXPECT_HRESULT(create(none), E_NOINTERFACE);
  for (MULTI_QI* const given : {&all[0], &all[1], &some[0]}) given->pItf->Release();
  EXPECT_HRESULT(CoCreateInstanceEx(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, nullptr, 0, all), E_INVALIDARG);
  EXPECT_HRESULT(CoCreateInstanceEx(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, nullptr, 1, nullptr), E_INVALIDARG);
  MULTI_QI bad = {nullptr, nullptr, S_OK};
  EXPECT_HRESULT(CoCreateInstanceEx(AnyClass(), nullptr, CLSCTX_LOCAL_SERVER, nullptr, 1, &bad), E_INVALIDARG);
}

TEST_F(ActivationTest, OtherClassesAreTheSystems) {
  ComPtr<IGlobalInterfaceTable> table;
  EXPECT_HRESULT(CoCreateInstance(CLSID_StdGlobalInterfaceTable, nullptr, CLSCTX_INPROC_SERVER,
                                  IID_PPV_ARGS(table.GetAddressOf())),
                 S_OK);
  const auto manager = NewManager();
  DWORD cookie = 0;
  ASSERT_HRESULT_SUCCEEDED(table->RegisterInterfaceInGlobal(manager.Get(), __uuidof(IBackgroundCopyManager), &cookie));
  ComPtr<IBackgroundCopyManager> found;
  EXPECT_HRESULT(table->GetInterfaceFromGlobal(cookie, IID_PPV_ARGS(found.GetAddressOf())), S_OK);
  EXPECT_EQ(IdentityOf(found.Get()), IdentityOf(manager.Get()));
  EXPECT_HRESULT(table->RevokeInterfaceFromGlobal(cookie), S_OK);
  Out<void*> nothing;
  EXPECT_HRESULT(CoCreateInstance(CLSID_NULL, nullptr, CLSCTX_LOCAL_SERVER, __uuidof(IUnknown), nothing.Receive()),
                 REGDB_E_CLASSNOTREG);
}

// --- scopes

// Several simulated machines, each of another Windows.
struct Machine {
  explicit Machine(std::string_view profile)
      : world(profile), process(world.Start(world.ServiceToken(kLocalSystemSid))) {}
  World world;
  std::unique_ptr<Process> process;
};

HRESULT TryNewest() {
  ComPtr<IBackgroundCopyManager> manager;
  return CreateManager(manager.GetAddressOf(), ManagerClass::k10_3);
}

TEST(ScopesTest, TheYoungestThatIsOpenHasTheCalls) {
  Machine vista("vista");
  Machine newest("win11-24h2");
  std::optional<ScopedFakeBits> first(std::in_place, *newest.process);
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  EXPECT_HRESULT(TryNewest(), S_OK);
  std::optional<ScopedFakeBits> second(std::in_place, *vista.process);
  EXPECT_HRESULT(TryNewest(), REGDB_E_CLASSNOTREG);
  const auto manager = NewManager();
  EXPECT_EQ(first->living_objects(), 0U);
  EXPECT_EQ(second->living_objects(), 1U);
  std::optional<ScopedFakeBits> third(std::in_place, *newest.process);
  EXPECT_HRESULT(TryNewest(), S_OK);
  // Out of order.
  second.reset();
  EXPECT_HRESULT(TryNewest(), S_OK);
  GUID id{};
  IBackgroundCopyJob* job = nullptr;
  EXPECT_HRESULT(manager->CreateJob(L"a", BG_JOB_TYPE_DOWNLOAD, &id, &job), RPC_E_DISCONNECTED);
  third.reset();
  EXPECT_HRESULT(TryNewest(), S_OK);
  first.reset();
}

TEST(ScopesTest, EightAreTheMost) {
  Machine machine("win11-24h2");
  std::deque<ScopedFakeBits> scopes;
  for (int i = 0; i < 8; ++i) scopes.emplace_back(*machine.process);
  EXPECT_THROW(ScopedFakeBits(*machine.process), std::logic_error);
  scopes.pop_front();
  scopes.emplace_back(*machine.process);
}

TEST(ScopesTest, OpenAndCloseAThousandTimes) {
  Machine machine("win11-24h2");
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  for (int round = 0; round < 1000; ++round) {
    const ScopedFakeBits bits(*machine.process);
    if (round % 100 == 0) {
      EXPECT_HRESULT(TryNewest(), S_OK);
    }
  }
}

TEST(ScopesTest, ObjectsMayOutliveScopeProcessAndWorld) {
  ComPtr<IBackgroundCopyManager> manager;
  ComPtr<IBackgroundCopyJob> job;
  ComPtr<IUnknown> copy;
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  {
    Machine machine("win11-24h2");
    const ScopedFakeBits bits(*machine.process);
    manager = NewManager();
    job = NewJob(manager.Get());
    EXPECT_HRESULT(CoCopyProxy(job.Get(), copy.GetAddressOf()), S_OK);
  }
  EXPECT_HRESULT(job->Resume(), RPC_E_DISCONNECTED);
  EXPECT_HRESULT(static_cast<IBackgroundCopyJob*>(copy.Get())->Suspend(), RPC_E_DISCONNECTED);
  // What is known already is told, what would have to be asked for is not.
  EXPECT_EQ(IdentityOf(copy.Get()), IdentityOf(job.Get()));
  ComPtr<IBackgroundCopyJob4> unknown;
  EXPECT_HRESULT(job->QueryInterface(IID_PPV_ARGS(unknown.GetAddressOf())), RPC_E_DISCONNECTED);
  copy.Reset();
  EXPECT_EQ(job.Detach()->Release(), 0U);
  EXPECT_EQ(manager.Detach()->Release(), 0U);
}

// A factory that is left makes nothing more: the process that it made managers for may be gone.
TEST(ScopesTest, AFactoryMayOutliveItsScope) {
  Machine machine("win11-24h2");
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  ComPtr<IClassFactory> factory;
  {
    const ScopedFakeBits bits(*machine.process);
    EXPECT_HRESULT(CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, IID_PPV_ARGS(factory.GetAddressOf())),
                   S_OK);
  }
  ComPtr<IBackgroundCopyManager> manager;
  EXPECT_HRESULT(factory->CreateInstance(nullptr, IID_PPV_ARGS(manager.GetAddressOf())), RPC_E_DISCONNECTED);
}

TEST(ScopesTest, AFactoryIsALivingObject) {
  Machine machine("win11-24h2");
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const ScopedFakeBits bits(*machine.process);
  ComPtr<IClassFactory> factory;
  EXPECT_HRESULT(CoGetClassObject(AnyClass(), CLSCTX_LOCAL_SERVER, nullptr, IID_PPV_ARGS(factory.GetAddressOf())),
                 S_OK);
  EXPECT_EQ(bits.living_objects(), 1U) << "a factory is an object that the program has to release";
  factory.Reset();
  EXPECT_EQ(bits.living_objects(), 0U);
}

// --- modules

class ModuleTest : public ::testing::Test {
 protected:
  ~ModuleTest() override { FreeLibrary(module_); }

  ComPtr<IUnknown> Create(const char* function) const {
    const auto create = reinterpret_cast<HRESULT (*)(const CLSID*, const IID*, void**)>(
        reinterpret_cast<void*>(GetProcAddress(module_, function)));
    ComPtr<IUnknown> object;
    create(&win32::ClassId(ManagerClass::k10_3), &__uuidof(IUnknown), reinterpret_cast<void**>(object.GetAddressOf()));
    return object;
  }

  Machine machine_{"win11-24h2"};
  const HMODULE module_ = LoadLibraryW(L"com_conformance_test_module.dll");
};

// What the system has of BITS does not matter here: whose a manager is shows by who counts it.
TEST_F(ModuleTest, OnlyChosenOnesAreConcerned) {
  ASSERT_NE(module_, nullptr);
  const HMODULE program = GetModuleHandleW(nullptr);
  const struct {
    std::vector<HMODULE> chosen;  // none: the program
    bool the_programs;
    bool the_modules;
  } kChoices[] = {{{}, true, false}, {{module_}, false, true}, {{module_, program}, true, true}};
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  for (const auto& choice : kChoices) {
    const ScopedFakeBits bits(*machine_.process, choice.chosen);
    ComPtr<IBackgroundCopyManager> manager;
    CreateManager(manager.GetAddressOf(), ManagerClass::k10_3);
    EXPECT_EQ(bits.living_objects() == 1, choice.the_programs);
    manager.Reset();
    const auto made = Create("ModuleCreateInstance");
    EXPECT_EQ(bits.living_objects() == 1, choice.the_modules);
  }
}

}  // namespace
}  // namespace bits::fakes::com
