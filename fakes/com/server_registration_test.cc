// fakebits_server as a registered local server: what is written, that COM starts it, and that nothing stays. For an
// installation that is for tests: CTest gives it a Wine prefix of its own, and says so by BITS_TEST_INSTALLATION.
#include "harness/win32/windows_headers.h"

#include "fakes/com/server_registration.h"

#include <tlhelp32.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/com/conformance_remote_test.h"
#include "fakes/com/registry_journal.h"
#include "harness/win32/environment.h"

namespace bits::fakes::com {
namespace {

using ::testing::HasSubstr;
using win32::RegistryKey;

// Every value below a key of HKEY_LOCAL_MACHINE, and every key, by its path.
using Snapshot = std::map<std::wstring, std::vector<BYTE>>;

void AddTo(Snapshot& snapshot, const std::wstring& path) {
  HKEY opened = nullptr;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path.c_str(), 0, KEY_READ, &opened) != ERROR_SUCCESS) return;
  const RegistryKey key(opened);
  snapshot[path];
  wchar_t name[512];
  for (DWORD i = 0;; ++i) {
    DWORD length = 512;
    DWORD size = 0;
    if (RegEnumValueW(key.get(), i, name, &length, nullptr, nullptr, nullptr, &size) != ERROR_SUCCESS) break;
    std::vector<BYTE>& data = snapshot[path + L" : " + name];
    data.resize(size);
    RegQueryValueExW(key.get(), name, nullptr, nullptr, data.data(), &size);
  }
  for (DWORD i = 0;; ++i) {
    DWORD length = 512;
    if (RegEnumKeyExW(key.get(), i, name, &length, nullptr, nullptr, nullptr, nullptr) != ERROR_SUCCESS) break;
    AddTo(snapshot, path + L"\\" + name);
  }
}

Snapshot Classes() {
  Snapshot snapshot;
  AddTo(snapshot, L"Software\\Classes");
  AddTo(snapshot, L"Software\\bits-harness");
  return snapshot;
}

// The paths of what differs.
std::vector<std::string> Differences(const Snapshot& before, const Snapshot& after) {
  std::vector<std::string> differences;
  const auto look = [&](const Snapshot& one, const Snapshot& other, const char* what) {
    for (const auto& [path, data] : one) {
      const auto found = other.find(path);
      if (found == other.end() || found->second != data) {
        differences.push_back(what + win32::Utf8FromWide(path).value_or("?"));
      }
    }
  };
  look(before, after, "was: ");
  look(after, before, "is: ");
  return differences;
}

// --- the journal

constexpr wchar_t kTestKey[] = L"Software\\bits-harness-test";

std::wstring Below(const wchar_t* name) { return std::wstring(kTestKey) + L"\\" + name; }

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const LSTATUS made =
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, Below(L"there").c_str(), L"number", REG_DWORD, &number_, 4);
    if (made == ERROR_ACCESS_DENIED) GTEST_SKIP() << "only an administrator may write HKEY_LOCAL_MACHINE";
    ASSERT_EQ(made, ERROR_SUCCESS);
    AddTo(before_, kTestKey);
  }
  void TearDown() override { RegDeleteTreeW(HKEY_LOCAL_MACHINE, kTestKey); }

  void ExpectUnchanged() {
    Snapshot after;
    AddTo(after, kTestKey);
    EXPECT_THAT(Differences(before_, after), ::testing::IsEmpty());
  }

  const DWORD number_ = 7;
  Snapshot before_;
  RegistryJournal journal_{Below(L"company\\product")};
};

TEST_F(JournalTest, PutsBackWhatItChanged) {
  EXPECT_FALSE(journal_.exists());
  EXPECT_EQ(journal_.Set(Below(L"there"), L"number", L"a text"), ERROR_SUCCESS);
  EXPECT_EQ(journal_.Set(Below(L"there"), L"number", L"another text"), ERROR_SUCCESS);
  EXPECT_EQ(journal_.Set(Below(L"new"), L"", L"a text"), ERROR_SUCCESS);
  EXPECT_EQ(journal_.Set(Below(L"new\\newer"), L"name", L"a text"), ERROR_SUCCESS);
  EXPECT_EQ(journal_.Set(Below(L"there"), L"number", std::nullopt), ERROR_SUCCESS);
  EXPECT_EQ(journal_.Set(Below(L"there"), L"none", std::nullopt), ERROR_SUCCESS);
  Snapshot changed;
  AddTo(changed, kTestKey);
  EXPECT_FALSE(changed.contains(Below(L"there : number")));
  EXPECT_TRUE(changed.contains(Below(L"new\\newer : name")));
  RegistryJournal anothers(Below(L"company\\product"));
  EXPECT_TRUE(anothers.exists());
  EXPECT_EQ(anothers.Undo(), ERROR_SUCCESS);
  EXPECT_FALSE(journal_.exists());
  ExpectUnchanged();
}

TEST_F(JournalTest, LeavesWhatOthersPutIntoItsKeys) {
  EXPECT_EQ(journal_.Set(Below(L"new"), L"", L"a text"), ERROR_SUCCESS);
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, Below(L"new").c_str(), L"others", REG_DWORD, &number_, 4);
  EXPECT_EQ(journal_.Undo(), ERROR_SUCCESS);
  Snapshot after;
  AddTo(after, kTestKey);
  EXPECT_TRUE(after.contains(Below(L"new : others")));
  EXPECT_FALSE(after.contains(Below(L"new : ")));
}

TEST_F(JournalTest, HalfAnEntryIsOfNoChange) {
  EXPECT_EQ(journal_.Set(Below(L"new"), L"", L"a text"), ERROR_SUCCESS);
  // Killed before the entry's key was written, and so before the change.
  RegSetKeyValueW(HKEY_LOCAL_MACHINE, Below(L"company\\product\\1").c_str(), L"Name", REG_SZ, L"number", 14);
  EXPECT_EQ(journal_.Undo(), ERROR_SUCCESS);
  ExpectUnchanged();
}

// --- the server

struct Ended {
  int code = -1;
  std::string said;
};

Ended RunServer(const std::string& arguments) {
  const std::string command = "\"\"" + ServerPath() + "\" " + arguments + " 2>&1\"";
  Ended ended;
  FILE* const pipe = _popen(command.c_str(), "r");
  if (pipe == nullptr) return ended;
  char buffer[256];
  while (std::fgets(buffer, sizeof(buffer), pipe) != nullptr) ended.said += buffer;
  ended.code = _pclose(pipe);
  return ended;
}

// The servers that run, whoever started them.
std::vector<DWORD> ServerProcesses() {
  std::vector<DWORD> found;
  const win32::KernelHandle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry = {};
  entry.dwSize = sizeof(entry);
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more; more = Process32NextW(snapshot.get(), &entry)) {
    if (_wcsicmp(entry.szExeFile, L"fakebits_server.exe") == 0) found.push_back(entry.th32ProcessID);
  }
  return found;
}

// Says with each call that it is LocalSystem's, as no COM says under Wine.
class SystemProvider final : public CallExtensionProvider {
 public:
  SystemProvider() {
    World world("win11-24h2");
    CallerIdentity caller;
    caller.process_id = GetCurrentProcessId();
    caller.token = world.ServiceToken(kLocalSystemSid)->facts;
    bytes_ = Serialize(caller);
  }
  std::optional<Filled> Fill() noexcept override { return Filled{bytes_, 0}; }
  void Done(std::uintptr_t) noexcept override {}

 private:
  Bytes bytes_;
};

class RegistrationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (GetEnvironmentVariableW(L"BITS_TEST_INSTALLATION", nullptr, 0) == 0) {
      GTEST_SKIP() << "it replaces this installation's BITS for a while; BITS_TEST_INSTALLATION=1 allows that";
    }
    ASSERT_TRUE(InstallCallExtension().Succeeded());
    SetCallExtensionProvider(std::make_shared<SystemProvider>());
    wchar_t directory[MAX_PATH + 1] = L"";
    GetTempPathW(MAX_PATH, directory);
    script_ = win32::Utf8FromWide(std::wstring(directory) + L"fakebits world.json").value();
    FILE* const file = std::fopen(script_.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    std::fwrite(kScript.data(), 1, kScript.size(), file);
    std::fclose(file);
    before_ = Classes();
  }
  void TearDown() override {
    SetCallExtensionProvider(nullptr);
    if (script_.empty()) return;
    RunServer("--unregister");
    std::remove(script_.c_str());
  }

  Ended Register(const std::string& classes) {
    return RunServer("--register " + classes + " --linger 20 --script \"" + script_ + "\"");
  }
  void ExpectNothingIsLeft() {
    EXPECT_THAT(Differences(before_, Classes()), ::testing::IsEmpty());
    EXPECT_TRUE(Eventually([] { return ServerProcesses().empty(); }));
  }
  static void KillServers() {
    for (const DWORD id : ServerProcesses()) {
      const win32::KernelHandle process(OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, id));
      TerminateProcess(process.get(), 1);
      WaitForSingleObject(process.get(), INFINITE);
    }
  }
  static HRESULT Connect(const Guid& class_id, ComPtr<IBackgroundCopyManager>& manager) {
    manager.Reset();
    return CoCreateInstance(win32::ToGuid(class_id), nullptr, CLSCTX_LOCAL_SERVER,
                            IID_PPV_ARGS(manager.GetAddressOf()));
  }

  // After a server was killed. A quirk of Wine 8: a client process that had a pointer to it gets no other server of the
  // class, nor the one that was there before; a new process does.
  static bool ConnectsAgain(const Guid& class_id, ComPtr<IBackgroundCopyManager>& manager) {
    const bool on_wine = win32::CreateEnvironment()->machine().GetOsVersion()->wine_version.has_value();
    const bool connects = SUCCEEDED(Connect(class_id, manager));
    EXPECT_EQ(connects, !on_wine) << "on Wine this quirk no longer shows: remove it";
    return connects;
  }

  // That of this machine does not implement it; the simulation has a text for every code.
  static bool IsSimulated(IBackgroundCopyManager& manager) {
    win32::OutText text;
    return manager.GetErrorDescription(E_ACCESSDENIED, 0x0409, text.Receive()) == S_OK;
  }

  const ScopedApartment apartment_{COINIT_MULTITHREADED};
  std::string script_;
  Snapshot before_;
};

TEST_F(RegistrationTest, ComStartsAServerOfAClassOfItsOwn) {
  const Guid server = ParseGuid("{5c9b5d1e-7c0f-4a55-9a57-6c1f5f0d8e20}").value();
  const Ended registered = Register("--class-id " + ToString(server));
  ASSERT_EQ(registered.code, 0) << registered.said;
  EXPECT_THAT(ServerProcesses(), ::testing::IsEmpty());
  ComPtr<IBackgroundCopyManager> manager;
  ASSERT_HRESULT_SUCCEEDED(Connect(ServerClassId(server, ManagerClass::k1_0), manager));
  EXPECT_TRUE(IsSimulated(*manager.Get()));
  // By the registered proxy and stub: this process has none of its own.
  EXPECT_NE(As<IBitsTokenOptions>(NewJob(manager.Get())).Get(), nullptr);
  // Another of its classes is the same server's: its jobs are there.
  ComPtr<IBackgroundCopyManager> newest;
  ASSERT_HRESULT_SUCCEEDED(Connect(ServerClassId(server, ManagerClass::k10_3), newest));
  ComPtr<IEnumBackgroundCopyJobs> jobs;
  ULONG count = 0;
  ASSERT_HRESULT_SUCCEEDED(newest->EnumJobs(0, jobs.GetAddressOf()));
  EXPECT_HRESULT(jobs->GetCount(&count), S_OK);
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(ServerProcesses().size(), 1U);

  KillServers();
  jobs.Reset();
  EXPECT_TRUE(FAILED(manager->EnumJobs(0, jobs.GetAddressOf())));
  // Wine takes a new process of the same id for the old one, as long as there are pointers to that.
  jobs.Reset();
  newest.Reset();
  manager.Reset();
  if (ConnectsAgain(ServerClassId(server, ManagerClass::k1_0), manager)) {
    EXPECT_TRUE(IsSimulated(*manager.Get())) << "COM starts another";
  }
  EXPECT_EQ(RunServer("--unregister").code, 0);
  ExpectNothingIsLeft();
  EXPECT_TRUE(FAILED(Connect(ServerClassId(server, ManagerClass::k1_0), manager)));
}

TEST_F(RegistrationTest, TakesThePlaceOfBitsAndGivesItBack) {
  const Guid bits = ServerClasses::OfBits().Of(ManagerClass::k1_0);
  const Ended registered = Register("--as-bits");
  ASSERT_EQ(registered.code, 0) << registered.said;
  ComPtr<IBackgroundCopyManager> manager;
  ASSERT_HRESULT_SUCCEEDED(Connect(bits, manager));
  EXPECT_TRUE(IsSimulated(*manager.Get()));
  KillServers();
  manager.Reset();
  EXPECT_THAT(Differences(before_, Classes()), ::testing::Not(::testing::IsEmpty()));
  EXPECT_EQ(RunServer("--unregister").code, 0);
  ExpectNothingIsLeft();

  if (!ConnectsAgain(bits, manager)) return;
  EXPECT_FALSE(IsSimulated(*manager.Get())) << "this machine's BITS is back";
  const Ended refused = Register("--as-bits");
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.said, HasSubstr("net stop BITS"));
  ExpectNothingIsLeft();
}

TEST_F(RegistrationTest, RefusesWhatMakesNoSense) {
  const std::string own = "--class-id {5c9b5d1e-7c0f-4a55-9a57-6c1f5f0d8e20}";
  const struct {
    std::string arguments;
    int code;
    const char* said;
  } kBad[] = {
      {"--unregister", 0, "nothing was registered"},
      {"--register " + own, 2, "--script FILE"},
      {"--register --as-bits " + own + " --script x", 2, "either --class-id GUID or --as-bits"},
      {"--register --unregister", 2, "--register"},
      {"--register " + own + " --script C:\\none.json", 2, "C:\\none.json: there is no such file"},
      {"--class-id 12", 2, "\"12\" is no GUID"},
      {"", 2, "either --class-id GUID or --as-bits"},
  };
  for (const auto& bad : kBad) {
    const Ended ended = RunServer(bad.arguments);
    EXPECT_EQ(ended.code, bad.code) << bad.arguments;
    EXPECT_THAT(ended.said, HasSubstr(bad.said)) << bad.arguments;
  }
  EXPECT_EQ(Register(own).code, 0);
  const Ended twice = Register(own);
  EXPECT_EQ(twice.code, 3);
  EXPECT_THAT(twice.said, HasSubstr("registered already"));
  EXPECT_EQ(RunServer("--unregister").code, 0);
  ExpectNothingIsLeft();
}

TEST(RegistrationAdvice, OnWindowsBitsClassesAreTheServices) {
  EXPECT_THAT(WhyClassIsRefused(CO_E_WRONG_SERVER_IDENTITY), HasSubstr("0x80004015"));
  EXPECT_THAT(WhyClassIsRefused(CO_E_WRONG_SERVER_IDENTITY), HasSubstr("--class-id"));
  EXPECT_THAT(WhyClassIsRefused(E_OUTOFMEMORY), HasSubstr("E_OUTOFMEMORY"));
}

}  // namespace
}  // namespace bits::fakes::com
