#include "fakes/com/import_redirection.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace bits::fakes::com {
namespace {

// A function whose calls are redirected is called by one that is not inlined: the compiler may read the import once and
// keep it.
__declspec(noinline) DWORD CallPlain() { return GetCurrentProcessId(); }
__declspec(noinline) DWORD CallDelayed() { return CoBuildVersion(); }
__declspec(noinline) FARPROC LookUp(HMODULE library, LPCSTR name) { return GetProcAddress(library, name); }

constexpr DWORD kFirst = 0xF1F1F1F1;
constexpr DWORD kSecond = 0xF2F2F2F2;
constexpr DWORD kThird = 0xF3F3F3F3;

template <DWORD kResult>
DWORD WINAPI Return() {
  return kResult;
}

template <class Function>
void* Address(Function* function) {
  return reinterpret_cast<void*>(function);
}

using Resolver = decltype(::GetProcAddress);

RedirectedFunction Plain(void* replacement) { return {"GetCurrentProcessId", kKernelLibraries, replacement}; }
RedirectedFunction Plain(DWORD result) {
  switch (result) {
    case kFirst:
      return Plain(Address(&Return<kFirst>));
    case kSecond:
      return Plain(Address(&Return<kSecond>));
    default:
      return Plain(Address(&Return<kThird>));
  }
}
RedirectedFunction Other() { return {"GetCurrentThreadId", kKernelLibraries, Address(&Return<kThird>)}; }
RedirectedFunction Delayed() { return {"CoBuildVersion", kComLibraries, Address(&Return<kSecond>)}; }

DWORD RealPlain() { return RealFunction<decltype(GetCurrentProcessId)>("kernel32.dll", "GetCurrentProcessId")(); }
DWORD RealOther() { return RealFunction<decltype(GetCurrentThreadId)>("kernel32.dll", "GetCurrentThreadId")(); }
DWORD RealDelayed() { return RealFunction<decltype(CoBuildVersion)>("ole32.dll", "CoBuildVersion")(); }

HMODULE Kernel() { return GetModuleHandleW(L"kernel32.dll"); }

DWORD Protection(void** slot) {
  MEMORY_BASIC_INFORMATION region{};
  EXPECT_NE(VirtualQuery(slot, &region, sizeof region), 0U);
  return region.Protect;
}

void Protect(void* address, DWORD protection) {
  DWORD ignored = 0;
  ASSERT_TRUE(VirtualProtect(address, sizeof(void*), protection, &ignored)) << GetLastError();
}

// import_redirection_test_module.cc
class Module {
 public:
  Module() = default;
  ~Module() { Unload(); }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  void Unload() {
    if (handle_ != nullptr) FreeLibrary(handle_);
    handle_ = nullptr;
  }

  HMODULE handle() const { return handle_; }
  std::span<const HMODULE> chosen() const { return {&handle_, 1}; }

  DWORD CallPlain() const { return Export<DWORD()>("CallPlain")(); }
  DWORD CallOther() const { return Export<DWORD()>("CallOther")(); }
  DWORD CallDelayed() const { return Export<DWORD()>("CallDelayed")(); }
  FARPROC LookUp(HMODULE library, LPCSTR name) const {
    return Export<FARPROC(HMODULE, LPCSTR)>("LookUp")(library, name);
  }
  void** PlainSlot() const { return Export<void**()>("PlainSlot")(); }
  void** OtherSlot() const { return Export<void**()>("OtherSlot")(); }
  void** ResolverSlot() const { return Export<void**()>("ResolverSlot")(); }
  void** DelayedSlot() const { return Export<void**()>("DelayedSlot")(); }

  template <class Function>
  Function* Export(const char* name) const {
    return reinterpret_cast<Function*>(Address(GetProcAddress(handle_, name)));
  }

 private:
  HMODULE handle_ = LoadLibraryW(L"import_redirection_test_module.dll");
};

class ImportRedirectionTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(module_.handle(), nullptr) << GetLastError(); }

  Module module_;
};

TEST_F(ImportRedirectionTest, APlainImportOfTheProgram) {
  const DWORD real = CallPlain();
  EXPECT_EQ(real, RealPlain());
  {
    const ImportRedirection redirection({}, {Plain(kFirst)});
    EXPECT_EQ(redirection.redirected(), 1U);
    EXPECT_EQ(CallPlain(), kFirst);
  }
  EXPECT_EQ(CallPlain(), real);
}

TEST_F(ImportRedirectionTest, ADelayedImportOfTheProgram) {
  {
    const ImportRedirection redirection({}, {Delayed()});
    EXPECT_EQ(redirection.redirected(), 1U);
    EXPECT_EQ(CallDelayed(), kSecond);
  }
  EXPECT_EQ(CallDelayed(), RealDelayed());
  {
    const ImportRedirection redirection({}, {Delayed()});
    EXPECT_EQ(CallDelayed(), kSecond);
  }
  EXPECT_EQ(CallDelayed(), RealDelayed());
}

TEST_F(ImportRedirectionTest, ADelayedImportThatWasNeverCalledIsUnboundAgain) {
  void* const stub = *module_.DelayedSlot();
  ASSERT_NE(stub, RealFunction("ole32.dll", "CoBuildVersion"));
  {
    const ImportRedirection redirection(module_.chosen(), {Delayed()});
    EXPECT_EQ(redirection.redirected(), 1U);
    EXPECT_EQ(module_.CallDelayed(), kSecond);
    EXPECT_EQ(module_.CallDelayed(), kSecond);
  }
  EXPECT_EQ(*module_.DelayedSlot(), stub);
  EXPECT_EQ(module_.CallDelayed(), RealDelayed());
  EXPECT_EQ(*module_.DelayedSlot(), RealFunction("ole32.dll", "CoBuildVersion"));
}

TEST_F(ImportRedirectionTest, ABoundDelayedImportIsBoundAgain) {
  EXPECT_EQ(module_.CallDelayed(), RealDelayed());
  {
    const ImportRedirection redirection(module_.chosen(), {Delayed()});
    EXPECT_EQ(module_.CallDelayed(), kSecond);
  }
  EXPECT_EQ(*module_.DelayedSlot(), RealFunction("ole32.dll", "CoBuildVersion"));
}

TEST_F(ImportRedirectionTest, ADelayedImportIsBoundWhileAnotherIsRedirected) {
  const ImportRedirection redirection(module_.chosen(), {Plain(kFirst)});
  EXPECT_EQ(module_.CallDelayed(), RealDelayed());
  EXPECT_EQ(*module_.DelayedSlot(), RealFunction("ole32.dll", "CoBuildVersion"));
}

TEST_F(ImportRedirectionTest, OneOfManyFunctionsOfOneModule) {
  void* const plain = *module_.PlainSlot();
  void* const other = *module_.OtherSlot();
  void* const resolver = *module_.ResolverSlot();
  {
    const ImportRedirection redirection(module_.chosen(), {Other(), Delayed(), Plain(kFirst), Plain(kSecond)});
    EXPECT_EQ(redirection.redirected(), 3U);
    EXPECT_EQ(module_.CallPlain(), kFirst);
    EXPECT_EQ(module_.CallOther(), kThird);
    EXPECT_EQ(module_.CallDelayed(), kSecond);
  }
  EXPECT_EQ(*module_.PlainSlot(), plain);
  EXPECT_EQ(*module_.OtherSlot(), other);
  EXPECT_EQ(*module_.ResolverSlot(), resolver);
}

TEST_F(ImportRedirectionTest, AModuleThatWasNotChosenIsUntouched) {
  {
    const ImportRedirection redirection({}, {Plain(kFirst), Delayed()});
    EXPECT_EQ(module_.CallPlain(), RealPlain());
    EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), *module_.PlainSlot());
  }
  const ImportRedirection redirection(module_.chosen(), {Plain(kFirst)});
  EXPECT_EQ(module_.CallPlain(), kFirst);
  EXPECT_EQ(CallPlain(), RealPlain());
}

TEST_F(ImportRedirectionTest, SeveralModulesAndOneNamedTwice) {
  const HMODULE program = GetModuleHandleW(nullptr);
  const std::array chosen = {module_.handle(), program, module_.handle()};
  {
    const ImportRedirection redirection(chosen, {Plain(kFirst)});
    EXPECT_EQ(redirection.redirected(), 2U);
    EXPECT_EQ(CallPlain(), kFirst);
    EXPECT_EQ(module_.CallPlain(), kFirst);
  }
  EXPECT_EQ(CallPlain(), RealPlain());
  EXPECT_EQ(module_.CallPlain(), RealPlain());
}

TEST_F(ImportRedirectionTest, AFunctionOfAnotherLibraryIsNotMeant) {
  RedirectedFunction function = Plain(kFirst);
  function.libraries = kComLibraries;
  const ImportRedirection redirection(module_.chosen(), {function});
  EXPECT_EQ(redirection.redirected(), 0U);
  EXPECT_EQ(module_.CallPlain(), RealPlain());
  EXPECT_EQ(Address(module_.LookUp(Kernel(), function.name)), RealFunction("kernel32.dll", function.name));
}

TEST_F(ImportRedirectionTest, LibrariesAreNamedInAnyCase) {
  constexpr std::string_view kLibraries[] = {"nothing.", "KeRnEl32."};
  RedirectedFunction function = Plain(kFirst);
  function.libraries = kLibraries;
  const ImportRedirection redirection(module_.chosen(), {function});
  EXPECT_EQ(module_.CallPlain(), kFirst);
  EXPECT_EQ(Address(module_.LookUp(Kernel(), function.name)), function.replacement);
}

// --- Import tables without names ---

// As packers and old linkers leave it: the table of names is not found any more.
void RemoveImportNames(HMODULE module) {
  auto* const image = reinterpret_cast<std::byte*>(module);
  const auto& headers =
      *reinterpret_cast<IMAGE_NT_HEADERS*>(image + reinterpret_cast<IMAGE_DOS_HEADER*>(image)->e_lfanew);
  auto* table = reinterpret_cast<IMAGE_IMPORT_DESCRIPTOR*>(
      image + headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress);
  for (; table->Name != 0; ++table) {
    Protect(table, PAGE_READWRITE);
    table->OriginalFirstThunk = 0;
  }
}

TEST_F(ImportRedirectionTest, AnImportWithoutANameIsKnownByItsAddress) {
  RemoveImportNames(module_.handle());
  void* const before = *module_.PlainSlot();
  {
    const ImportRedirection redirection(module_.chosen(), {Plain(kFirst)});
    EXPECT_EQ(redirection.redirected(), 1U);
    EXPECT_EQ(module_.CallPlain(), kFirst);
    EXPECT_EQ(module_.CallOther(), RealOther());
    EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), Plain(kFirst).replacement);
    const ImportRedirection inner(module_.chosen(), {Plain(kSecond)});
    EXPECT_EQ(inner.redirected(), 1U);
    EXPECT_EQ(module_.CallPlain(), kSecond);
  }
  EXPECT_EQ(*module_.PlainSlot(), before);
}

// --- GetProcAddress ---

TEST_F(ImportRedirectionTest, GetProcAddressGivesTheReplacement) {
  void* const real = RealFunction("kernel32.dll", "GetCurrentProcessId");
  {
    const ImportRedirection redirection(module_.chosen(), {Plain(kFirst)});
    EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), Plain(kFirst).replacement);
    EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentThreadId")),
              RealFunction("kernel32.dll", "GetCurrentThreadId"));
    EXPECT_EQ(Address(LookUp(Kernel(), "GetCurrentProcessId")), real);  // the program's is not redirected
    EXPECT_EQ(RealFunction("kernel32.dll", "GetCurrentProcessId"), real);
  }
  EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), real);
}

TEST_F(ImportRedirectionTest, GetProcAddressFoundWithGetProcAddressIsRedirectedToo) {
  const ImportRedirection redirection(module_.chosen(), {Plain(kFirst)});
  Resolver* const resolver = reinterpret_cast<Resolver*>(Address(module_.LookUp(Kernel(), "GetProcAddress")));
  EXPECT_EQ(Address(resolver(Kernel(), "GetCurrentProcessId")), Plain(kFirst).replacement);
}

// Whoever keeps the pointer to a GetProcAddress has that of the module it was made for.
void ExpectAResolverToBeTheModulesOwn(const Module& module) {
  void* const real = RealFunction("kernel32.dll", "GetCurrentProcessId");
  Resolver* resolver = nullptr;
  {
    const ImportRedirection redirection(module.chosen(), {Plain(kFirst)});
    resolver = reinterpret_cast<Resolver*>(*module.ResolverSlot());
  }
  EXPECT_EQ(Address(resolver(Kernel(), "GetCurrentProcessId")), real);
  const ImportRedirection other({}, {Plain(kSecond)});
  EXPECT_EQ(Address(resolver(Kernel(), "GetCurrentProcessId")), real);
  const ImportRedirection again(module.chosen(), {Plain(kThird)});
  EXPECT_EQ(Address(resolver(Kernel(), "GetCurrentProcessId")), Plain(kThird).replacement);
}

TEST_F(ImportRedirectionTest, AKeptGetProcAddressIsItsModules) { ExpectAResolverToBeTheModulesOwn(module_); }

TEST_F(ImportRedirectionTest, EachModuleHasItsOwnGetProcAddress) {
  const ImportRedirection programs({}, {Plain(kFirst)});
  const ImportRedirection modules(module_.chosen(), {Plain(kSecond)});
  EXPECT_EQ(Address(LookUp(Kernel(), "GetCurrentProcessId")), Plain(kFirst).replacement);
  EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), Plain(kSecond).replacement);
}

TEST_F(ImportRedirectionTest, GetProcAddressPassesOrdinalsAndErrorsThrough) {
  const auto ordinal = MAKEINTRESOURCEA(1);
  const FARPROC by_ordinal = module_.LookUp(Kernel(), ordinal);
  constexpr std::string_view kThisModule[] = {"import_redirection_test_module."};
  const ImportRedirection redirection(module_.chosen(),
                                      {{"NoSuchFunction", kKernelLibraries, Plain(kFirst).replacement},
                                       {"CallPlain", kThisModule, Plain(kFirst).replacement}});
  EXPECT_EQ(module_.LookUp(Kernel(), ordinal), by_ordinal);
  SetLastError(ERROR_SUCCESS);
  EXPECT_EQ(module_.LookUp(Kernel(), "NoSuchFunction"), nullptr);
  EXPECT_EQ(GetLastError(), static_cast<DWORD>(ERROR_PROC_NOT_FOUND));
  // A name that the module exports itself.
  EXPECT_EQ(Address(module_.LookUp(module_.handle(), "CallPlain")), Plain(kFirst).replacement);
  EXPECT_NE(Address(module_.LookUp(module_.handle(), MAKEINTRESOURCEA(2))), Plain(kFirst).replacement);
}

// --- Layers ---

TEST_F(ImportRedirectionTest, TheYoungestHasTheCalls) {
  void* const before = *module_.PlainSlot();
  {
    const ImportRedirection first(module_.chosen(), {Plain(kFirst)});
    {
      const ImportRedirection second(module_.chosen(), {Plain(kSecond), Other()});
      EXPECT_EQ(module_.CallPlain(), kSecond);
      EXPECT_EQ(module_.CallOther(), kThird);
      EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), Plain(kSecond).replacement);
    }
    EXPECT_EQ(module_.CallPlain(), kFirst);
    EXPECT_EQ(module_.CallOther(), RealOther());
    EXPECT_EQ(Address(module_.LookUp(Kernel(), "GetCurrentProcessId")), Plain(kFirst).replacement);
  }
  EXPECT_EQ(*module_.PlainSlot(), before);
}

class CloseOrderTest : public ImportRedirectionTest, public testing::WithParamInterface<std::array<int, 3>> {};

INSTANTIATE_TEST_SUITE_P(Orders, CloseOrderTest,
                         testing::Values(std::array{0, 1, 2}, std::array{0, 2, 1}, std::array{1, 0, 2},
                                         std::array{1, 2, 0}, std::array{2, 0, 1}, std::array{2, 1, 0}));

TEST_P(CloseOrderTest, TheYoungestThatIsOpenHasTheCalls) {
  constexpr std::array kResults = {kFirst, kSecond, kThird};
  const std::array before = {*module_.PlainSlot(), *module_.ResolverSlot(), *module_.DelayedSlot()};
  std::array<std::optional<ImportRedirection>, 3> redirections;
  for (std::size_t i = 0; i < 3; ++i) {
    redirections[i].emplace(module_.chosen(), std::vector{Plain(kResults[i]), Delayed()});
  }
  for (const int closed : GetParam()) {
    redirections[closed].reset();
    DWORD expected = RealPlain();
    for (std::size_t i = 0; i < 3; ++i) {
      if (redirections[i]) expected = kResults[i];
    }
    EXPECT_EQ(module_.CallPlain(), expected) << "after " << closed;
  }
  EXPECT_EQ((std::array{*module_.PlainSlot(), *module_.ResolverSlot(), *module_.DelayedSlot()}), before);
}

TEST_F(ImportRedirectionTest, WhatSomebodyElseWroteStays) {
  Protect(module_.PlainSlot(), PAGE_READWRITE);
  void* const before = *module_.PlainSlot();
  void* const theirs = Plain(kThird).replacement;
  {
    const ImportRedirection first(module_.chosen(), {Plain(kFirst)});
    *module_.PlainSlot() = theirs;
    {
      const ImportRedirection second(module_.chosen(), {Plain(kSecond)});
      EXPECT_EQ(module_.CallPlain(), kSecond);
    }
    EXPECT_EQ(*module_.PlainSlot(), theirs);
  }
  EXPECT_EQ(*module_.PlainSlot(), theirs);
  *module_.PlainSlot() = before;

  // The lower one closes first: the upper one covers theirs, not the lower one.
  std::optional<ImportRedirection> lower(std::in_place, module_.chosen(), std::vector{Plain(kFirst)});
  *module_.PlainSlot() = theirs;
  {
    const ImportRedirection upper(module_.chosen(), {Plain(kSecond)});
    lower.reset();
    EXPECT_EQ(module_.CallPlain(), kSecond);
  }
  EXPECT_EQ(*module_.PlainSlot(), theirs);
  *module_.PlainSlot() = before;
}

// --- Modules that go ---

TEST_F(ImportRedirectionTest, OutlivesItsModule) {
  std::optional<ImportRedirection> redirection(std::in_place, module_.chosen(), std::vector{Plain(kFirst), Delayed()});
  void** const slot = module_.PlainSlot();
  module_.Unload();
  ASSERT_EQ(GetModuleHandleW(L"import_redirection_test_module.dll"), nullptr) << "held by the redirection";
  MEMORY_BASIC_INFORMATION region{};
  ASSERT_NE(VirtualQuery(slot, &region, sizeof region), 0U);
  ASSERT_EQ(region.State, static_cast<DWORD>(MEM_FREE));

  // Memory of somebody else that happens to look the same.
  void* const page = VirtualAlloc(slot, sizeof(void*), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (page != nullptr) *slot = Plain(kFirst).replacement;
  redirection.reset();
  if (page == nullptr) GTEST_SKIP() << "the address is taken";
  EXPECT_EQ(*slot, Plain(kFirst).replacement);
  VirtualFree(page, 0, MEM_RELEASE);
}

TEST_F(ImportRedirectionTest, AModuleThatIsLoadedAtTheSameAddressIsLeftAlone) {
  std::optional<ImportRedirection> first(std::in_place, module_.chosen(), std::vector{Plain(kFirst)});
  const HMODULE handle = module_.handle();
  module_.Unload();
  const Module again;
  if (again.handle() != handle) GTEST_SKIP() << "loaded elsewhere";
  void* const before = *again.PlainSlot();
  EXPECT_EQ(again.CallPlain(), RealPlain());
  EXPECT_EQ(Address(again.LookUp(Kernel(), "GetCurrentProcessId")), before);
  {
    const ImportRedirection second(again.chosen(), {Other()});
    EXPECT_EQ(Address(again.LookUp(Kernel(), "GetCurrentProcessId")), before);
  }
  {
    const ImportRedirection second(again.chosen(), {Plain(kFirst)});
    first.reset();
    EXPECT_EQ(again.CallPlain(), kFirst);
  }
  EXPECT_EQ(*again.PlainSlot(), before);
}

// --- Protection ---

TEST_F(ImportRedirectionTest, ReadOnlyPagesAreReadOnlyAgain) {
  const DWORD kinds[] = {PAGE_READONLY, PAGE_EXECUTE_READ};
  for (const DWORD kind : kinds) {
    for (void** const slot : {module_.PlainSlot(), module_.OtherSlot()}) Protect(slot, kind);
    {
      const ImportRedirection redirection(module_.chosen(), {Plain(kFirst), Other()});
      EXPECT_EQ(Protection(module_.PlainSlot()), kind);
      EXPECT_EQ(Protection(module_.OtherSlot()), kind);
      EXPECT_EQ(module_.CallPlain(), kFirst);
      EXPECT_EQ(module_.CallOther(), kThird);
    }
    EXPECT_EQ(Protection(module_.PlainSlot()), kind);
    EXPECT_EQ(module_.CallPlain(), RealPlain());
    EXPECT_EQ(module_.CallOther(), RealOther());
  }
}

TEST_F(ImportRedirectionTest, PagesOfDifferentProtection) {
  Protect(module_.PlainSlot(), PAGE_READONLY);
  const std::array chosen = {GetModuleHandleW(nullptr), module_.handle()};
  {
    const ImportRedirection redirection(chosen, {Plain(kFirst)});
    EXPECT_EQ(CallPlain(), kFirst);
    EXPECT_EQ(module_.CallPlain(), kFirst);
  }
  EXPECT_EQ(CallPlain(), RealPlain());
  EXPECT_EQ(module_.CallPlain(), RealPlain());
}

std::atomic<bool> virtual_protect_fails = false;

BOOL WINAPI TestVirtualProtect(void* address, SIZE_T size, DWORD protection, DWORD* old) {
  static const auto real = RealFunction<decltype(VirtualProtect)>("kernel32.dll", "VirtualProtect");
  const BOOL result = !virtual_protect_fails && real(address, size, protection, old);
  SetLastError(ERROR_NOT_ENOUGH_QUOTA);  // a call that succeeds may change it as well
  return result;
}
RedirectedFunction VirtualProtectOfThisTest() {
  return {"VirtualProtect", kKernelLibraries, Address(&TestVirtualProtect)};
}

TEST_F(ImportRedirectionTest, NothingIsRedirectedWhenAPageStaysReadOnly) {
  const std::array before = {*module_.PlainSlot(), *module_.DelayedSlot(), *module_.ResolverSlot()};
  Protect(module_.PlainSlot(), PAGE_READONLY);
  const std::array chosen = {GetModuleHandleW(nullptr), module_.handle()};
  const ImportRedirection failing({}, {VirtualProtectOfThisTest()});
  virtual_protect_fails = true;
  try {
    const ImportRedirection redirection(chosen, {Plain(kFirst), Delayed()});
    ADD_FAILURE() << "no exception";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ERROR_NOT_ENOUGH_QUOTA);
  }
  virtual_protect_fails = false;
  EXPECT_EQ((std::array{*module_.PlainSlot(), *module_.DelayedSlot(), *module_.ResolverSlot()}), before);
  EXPECT_EQ(CallPlain(), RealPlain());
  EXPECT_EQ(Address(LookUp(Kernel(), "GetCurrentProcessId")), before[0]);
  const ImportRedirection redirection(module_.chosen(), {Plain(kSecond), Delayed()});
  EXPECT_EQ(module_.CallPlain(), kSecond);
}

// --- Arguments ---

TEST_F(ImportRedirectionTest, RefusesWhatIsNoModule) {
  alignas(IMAGE_DOS_HEADER) std::array<std::byte, 4096> memory{};
  const HMODULE kernel = Kernel();
  const HMODULE file = LoadLibraryExW(L"lz32.dll", nullptr, LOAD_LIBRARY_AS_DATAFILE);
  const std::array<HMODULE, 4> wrong = {nullptr, reinterpret_cast<HMODULE>(memory.data()),
                                        reinterpret_cast<HMODULE>(reinterpret_cast<std::byte*>(kernel) + 4096), file};
  for (const HMODULE handle : wrong) {
    const std::array chosen = {module_.handle(), handle};
    EXPECT_THROW(ImportRedirection(chosen, {Plain(kFirst)}), std::invalid_argument) << handle;
  }
  FreeLibrary(file);
  EXPECT_EQ(module_.CallPlain(), RealPlain());
}

TEST_F(ImportRedirectionTest, RefusesWhatCannotBeRedirected) {
  const RedirectedFunction wrong[] = {{nullptr, kKernelLibraries, Plain(kFirst).replacement},
                                      {"GetCurrentProcessId", kKernelLibraries, nullptr},
                                      {"GetProcAddress", kKernelLibraries, Plain(kFirst).replacement}};
  for (const RedirectedFunction& function : wrong) {
    EXPECT_THROW(ImportRedirection({}, {function}), std::invalid_argument);
  }
}

TEST_F(ImportRedirectionTest, RefusesMoreModulesThanItCanTellApart) {
  wchar_t directory[MAX_PATH + 1];
  ASSERT_NE(GetTempPathW(MAX_PATH + 1, directory), 0U);
  wchar_t original[MAX_PATH];
  ASSERT_LT(GetModuleFileNameW(module_.handle(), original, MAX_PATH), static_cast<DWORD>(MAX_PATH));
  std::vector<std::wstring> files;
  std::vector<HMODULE> modules;
  const std::wstring prefix = directory + std::to_wstring(GetCurrentProcessId()) + L"-import-redirection-";
  for (int i = 0; i < 65; ++i) {
    files.push_back(prefix + std::to_wstring(i) + L".dll");
    ASSERT_TRUE(CopyFileW(original, files.back().c_str(), FALSE)) << GetLastError();
    modules.push_back(LoadLibraryW(files.back().c_str()));
    ASSERT_NE(modules.back(), nullptr) << GetLastError();
  }
  EXPECT_THROW(ImportRedirection(modules, {Plain(kFirst)}), std::system_error);
  // Those that were counted by then are not any more.
  EXPECT_EQ(ImportRedirection(std::span(modules).first(64), {Plain(kFirst)}).redirected(), 64U);
  EXPECT_EQ(ImportRedirection(std::span(modules).last(64), {Plain(kFirst)}).redirected(), 64U);
  for (const HMODULE module : modules) FreeLibrary(module);
  for (const std::wstring& file : files) EXPECT_TRUE(DeleteFileW(file.c_str())) << GetLastError();
  ExpectAResolverToBeTheModulesOwn(module_);  // those that are unloaded do not take its place
}

// --- Around the call ---

TEST_F(ImportRedirectionTest, LeavesTheLastErrorAsItWas) {
  constexpr DWORD kError = 0xBEEF;
  const ImportRedirection changing_it({}, {VirtualProtectOfThisTest()});
  std::optional<ImportRedirection> redirection;
  Protect(module_.PlainSlot(), PAGE_READONLY);
  SetLastError(kError);
  redirection.emplace(module_.chosen(), std::vector{Plain(kFirst)});
  EXPECT_EQ(GetLastError(), kError);

  const auto look_up = module_.Export<FARPROC(HMODULE, LPCSTR)>("LookUp");
  const HMODULE kernel = Kernel();
  SetLastError(kError);
  EXPECT_EQ(Address(look_up(kernel, "GetCurrentProcessId")), Plain(kFirst).replacement);
  EXPECT_EQ(GetLastError(), kError);

  SetLastError(kError);
  EXPECT_EQ(RealFunction("kernel32.dll", "NoSuchFunction"), nullptr);
  EXPECT_EQ(RealFunction("no-such-library.dll", "NoSuchFunction"), nullptr);
  EXPECT_EQ(GetLastError(), kError);

  redirection.reset();
  EXPECT_EQ(GetLastError(), kError);
}

DWORD WINAPI AddOneToTheReal() { return RealPlain() + 1; }

TEST_F(ImportRedirectionTest, AReplacementReachesTheRealFunction) {
  const DWORD real = CallPlain();
  const ImportRedirection outer({}, {Plain(Address(&AddOneToTheReal))});
  const ImportRedirection inner({}, {Plain(Address(&AddOneToTheReal))});
  EXPECT_EQ(CallPlain(), real + 1);
}

TEST(RealFunction, LoadsTheLibrary) {
  constexpr char kLibrary[] = "dinput8.dll";
  if (GetModuleHandleA(kLibrary) != nullptr) GTEST_SKIP() << "loaded already";
  EXPECT_NE(RealFunction(kLibrary, "DirectInput8Create"), nullptr);
  EXPECT_NE(GetModuleHandleA(kLibrary), nullptr);
}

// --- Threads ---

TEST_F(ImportRedirectionTest, OthersCallWhileItOpensAndCloses) {
  module_.CallDelayed();  // the first call is no part of the promise
  const std::array before = {*module_.PlainSlot(), *module_.DelayedSlot(), *module_.ResolverSlot()};
  Protect(module_.PlainSlot(), PAGE_READONLY);
  const DWORD real_plain = RealPlain();
  const DWORD real_delayed = RealDelayed();
  const HMODULE kernel = Kernel();
  const auto call_plain = module_.Export<DWORD()>("CallPlain");
  const auto call_delayed = module_.Export<DWORD()>("CallDelayed");
  const auto look_up = module_.Export<FARPROC(HMODULE, LPCSTR)>("LookUp");

  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> real_seen = 0;
  std::atomic<int> replaced_seen = 0;
  const auto call = [&] {
    while (!stop) {
      const DWORD plain = call_plain();
      const DWORD delayed = call_delayed();
      const void* found = Address(look_up(kernel, "GetCurrentProcessId"));
      (plain == real_plain ? real_seen : replaced_seen)++;
      if (plain != real_plain && plain != kFirst && plain != kThird) ++wrong;
      if (delayed != real_delayed && delayed != kSecond) ++wrong;
      if (found != before[0] && found != Plain(kFirst).replacement && found != Plain(kThird).replacement) ++wrong;
    }
  };
  std::thread first(call);
  std::thread second(call);
  constexpr int kCycles = 20'000;
  for (int i = 0; i < kCycles / 2; ++i) {
    std::optional<ImportRedirection> outer(std::in_place, module_.chosen(), std::vector{Plain(kFirst), Delayed()});
    const ImportRedirection inner(module_.chosen(), {Plain(kThird)});
    outer.reset();
  }
  stop = true;
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(real_seen, 0);
  EXPECT_GT(replaced_seen, 0);
  EXPECT_EQ((std::array{*module_.PlainSlot(), *module_.DelayedSlot(), *module_.ResolverSlot()}), before);
}

TEST_F(ImportRedirectionTest, OthersOpenAndCloseToo) {
  Protect(module_.PlainSlot(), PAGE_READONLY);
  void* const before = *module_.PlainSlot();
  const auto open_and_close = [&](DWORD result) {
    for (int i = 0; i < 2'000; ++i) const ImportRedirection redirection(module_.chosen(), {Plain(result)});
  };
  std::thread first(open_and_close, kFirst);
  std::thread second(open_and_close, kSecond);
  // The loader tells of unloaded modules with its own lock held.
  for (int i = 0; i < 50; ++i) {
    const HMODULE library = LoadLibraryW(L"lz32.dll");
    EXPECT_NE(library, nullptr);
    FreeLibrary(library);
  }
  first.join();
  second.join();
  EXPECT_EQ(*module_.PlainSlot(), before);
  EXPECT_EQ(Protection(module_.PlainSlot()), static_cast<DWORD>(PAGE_READONLY));
}

}  // namespace
}  // namespace bits::fakes::com
