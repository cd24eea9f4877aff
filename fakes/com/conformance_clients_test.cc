// Several clients of one server, each a process of its own; and what one that dies leaves behind.
#include "harness/win32/windows_headers.h"

#include <tlhelp32.h>

#include <algorithm>
#include <random>

#include "fakes/com/conformance_remote_test.h"

namespace bits::fakes::com {
namespace {

// --- second processes

// A client: "USER GUID" first, then commands.
TEST(SecondProcess, DISABLED_BitsClient) {
  Connection first = FirstProcess();
  const std::string who = TextOf(first.Receive().value());
  const std::size_t cut = who.find(' ');
  const std::optional<Guid> server = ParseGuid(who.substr(cut + 1));
  ASSERT_TRUE(server);
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const AttachedClient client(*server, who.substr(0, cut));
  first.Send(BytesOf("here"));
  const std::wstring local = L"C:\\Users\\" + std::wstring(who.begin(), who.begin() + cut) + L"\\file";
  const auto manager = NewManager();
  Callback callback;
  ComPtr<IBackgroundCopyJob> job;
  while (const auto received = first.Receive()) {
    const std::string command = TextOf(*received);
    std::string answer;
    if (command == "create") {
      job = NewJob(manager.Get());
      EXPECT_HRESULT(job->AddFile(kUrl, local.c_str()), S_OK);
    } else if (command == "count") {
      ComPtr<IEnumBackgroundCopyJobs> jobs;
      EXPECT_HRESULT(manager->EnumJobs(0, jobs.GetAddressOf()), S_OK);
      ULONG count = 0;
      EXPECT_HRESULT(jobs->GetCount(&count), S_OK);
      answer = std::to_string(count);
    } else if (command == "hang in a callback") {
      callback.answer = [&](IBackgroundCopyJob*) {
        first.Send(BytesOf("called"));
        Sleep(INFINITE);
        return S_OK;
      };
      EXPECT_HRESULT(job->SetNotifyInterface(&callback), S_OK);
      EXPECT_HRESULT(job->Resume(), S_OK);
      continue;  // the callback answers
    } else if (command == "be called") {
      callback.answer = [&](IBackgroundCopyJob* transferred) {
        const HRESULT completed = transferred->Complete();
        first.Send(BytesOf("called"));
        return completed;
      };
      EXPECT_HRESULT(job->SetNotifyInterface(&callback), S_OK);
      EXPECT_HRESULT(job->Resume(), S_OK);
      continue;
    }
    first.Send(BytesOf(answer));
  }
  job.Reset();
  EXPECT_TRUE(Eventually([&] { return callback.references() == 0; }));
}

// A program that knows nothing of the fake but the class of its server.
TEST(SecondProcess, DISABLED_PlainClient) {
  Connection first = FirstProcess();
  const std::optional<Guid> server = ParseGuid(TextOf(first.Receive().value()));
  ASSERT_TRUE(server);
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  first.Send(BytesOf(ToString(win32::FromHresult(TryServer(*server)))));
}

class ClientsTest : public ::testing::Test {
 protected:
  std::unique_ptr<SecondProcess> Start(std::string_view user) {
    auto client = std::make_unique<SecondProcess>(L"BitsClient");
    EXPECT_EQ(Ask(*client, std::string(user) + " " + ToString(server_.id())), "here");
    return client;
  }

  const ScopedApartment apartment_{COINIT_MULTITHREADED};
  const ServerProcess server_{ServerPath(), kScript};
};

TEST_F(ClientsTest, SeeTheJobsOfTheirUserAndOfNobodyElse) {
  const auto one = Start("alice");
  const auto two = Start("alice");
  const auto other = Start("oscar");
  Ask(*one, "create");
  Ask(*other, "create");
  Ask(*one, "create");
  EXPECT_EQ(Ask(*one, "count"), "2");
  EXPECT_EQ(Ask(*two, "count"), "2");
  EXPECT_EQ(Ask(*other, "count"), "1");
}

TEST_F(ClientsTest, OneThatIsKilledInACallbackHarmsNobody) {
  auto dying = Start("alice");
  const auto living = Start("alice");
  Ask(*dying, "create");
  EXPECT_EQ(Ask(*dying, "hang in a callback"), "called");
  EXPECT_EQ(Ask(*living, "count"), "1") << "it is not waited for";
  dying->Kill();
  EXPECT_EQ(Ask(*living, "count"), "1") << "its job stays";
  Ask(*living, "create");
  EXPECT_EQ(Ask(*living, "count"), "2");
  // The next one comes as if nothing had been.
  const auto next = Start("alice");
  EXPECT_EQ(Ask(*next, "count"), "2");
}

// As long as they are fewer than four, not even their own [nn-bits-ibackgroundcopycallback].
TEST_F(ClientsTest, FourThatHangInCallbacksHarmNoOtherUser) {
  std::vector<std::unique_ptr<SecondProcess>> hanging;
  const auto hang = [&] {
    hanging.push_back(Start("alice"));
    Ask(*hanging.back(), "create");
    EXPECT_EQ(Ask(*hanging.back(), "hang in a callback"), "called");
  };
  for (int i = 0; i < 3; ++i) hang();
  const auto same = Start("alice");
  Ask(*same, "create");
  EXPECT_EQ(Ask(*same, "be called"), "called");
  hang();
  const auto other = Start("oscar");
  Ask(*other, "create");
  EXPECT_EQ(Ask(*other, "be called"), "called");
  for (const auto& client : hanging) client->Kill();
}

TEST_F(ClientsTest, OneWithoutIdentityIsRefused) {
  SecondProcess plain(L"PlainClient");
  EXPECT_EQ(Ask(plain, ToString(server_.id())), ToString("E_ACCESSDENIED"_hr));
}

// --- what is left when a server ends, well or badly

// The servers that this program has started and that run.
int Servers() {
  const KernelHandle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry = {};
  entry.dwSize = sizeof(entry);
  int count = 0;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more; more = Process32NextW(snapshot.get(), &entry)) {
    const bool ours = entry.th32ParentProcessID == GetCurrentProcessId();
    if (ours && _wcsicmp(entry.szExeFile, L"fakebits_server.exe") == 0) ++count;
  }
  return count;
}

// The keys under Software\Classes\CLSID, by what stands before them.
std::set<std::wstring> RegisteredClasses() {
  std::set<std::wstring> classes;
  for (const HKEY root : {HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER}) {
    HKEY opened = nullptr;
    if (RegOpenKeyExW(root, L"Software\\Classes\\CLSID", 0, KEY_ENUMERATE_SUB_KEYS, &opened) != ERROR_SUCCESS) continue;
    const win32::RegistryKey key(opened);
    wchar_t name[256] = L"";
    for (DWORD index = 0, length = 256;
         RegEnumKeyExW(key.get(), index, name, &length, nullptr, nullptr, nullptr, nullptr) == ERROR_SUCCESS;
         ++index, length = 256) {
      classes.insert((root == HKEY_LOCAL_MACHINE ? L"machine " : L"user ") + std::wstring(name));
    }
  }
  return classes;
}

// A temporary directory of our own for the processes that are started meanwhile.
class ScopedTemporaryDirectory {
 public:
  ScopedTemporaryDirectory() {
    GetTempPathW(MAX_PATH, before_);
    path_ = std::wstring(before_) + L"bits-conformance-" + std::to_wstring(GetCurrentProcessId());
    EXPECT_TRUE(CreateDirectoryW(path_.c_str(), nullptr));
    Set(path_.c_str());
  }
  // What was left in it makes this fail.
  ~ScopedTemporaryDirectory() {
    Set(before_);
    EXPECT_TRUE(RemoveDirectoryW(path_.c_str())) << "something is left in the temporary directory";
  }
  ScopedTemporaryDirectory(const ScopedTemporaryDirectory&) = delete;
  ScopedTemporaryDirectory& operator=(const ScopedTemporaryDirectory&) = delete;

 private:
  static void Set(const wchar_t* path) {
    SetEnvironmentVariableW(L"TMP", path);
    SetEnvironmentVariableW(L"TEMP", path);
  }

  wchar_t before_[MAX_PATH + 1] = L"";
  std::wstring path_;
};

TEST(ServerEndTest, ComesWithTheEndOfItsInput) {
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  std::optional<ServerProcess> server(std::in_place, ServerPath(), kScript);
  const KernelHandle process(OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, server->process_id()));
  EXPECT_EQ(Servers(), 1);
  server.reset();
  DWORD code = ~0UL;
  EXPECT_TRUE(GetExitCodeProcess(process.get(), &code));
  EXPECT_EQ(code, 0U) << "it ended by itself";
  EXPECT_EQ(Servers(), 0);
}

// What a call may say whose server dies. Wine 8: the first for one that died before the call, the second for one that
// died in it; the others are what Windows documents for the same.
bool MeansThatTheServerDied(HRESULT result) {
  constexpr HRESULT kMeanings[] = {
      kServerUnavailable,
      static_cast<HRESULT>(0x800706BE),  // RPC_S_CALL_FAILED
      static_cast<HRESULT>(0x800706BF),  // RPC_S_CALL_FAILED_DNE
      RPC_E_DISCONNECTED,
      RPC_E_SERVER_DIED,
      RPC_E_SERVER_DIED_DNE,
      RPC_E_SERVERFAULT,
      CO_E_OBJNOTCONNECTED,
      CO_E_SERVER_EXEC_FAILURE,
      REGDB_E_CLASSNOTREG,
  };
  return std::ranges::find(kMeanings, result) != std::end(kMeanings);
}

// Uses BITS until that fails; how it failed.
HRESULT UseUntilItFails() {
  for (;;) {
    ComPtr<IBackgroundCopyManager> manager;
    if (const HRESULT result = CreateManager(manager.GetAddressOf()); FAILED(result)) return result;
    GUID id{};
    ComPtr<IBackgroundCopyJob> job;
    HRESULT result = manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf());
    if (SUCCEEDED(result)) result = job->AddFile(kUrl, kLocal);
    if (SUCCEEDED(result)) result = job->Resume();
    BG_JOB_STATE state{};
    for (int i = 0; i < 5 && SUCCEEDED(result); ++i) result = job->GetState(&state);
    if (SUCCEEDED(result)) result = job->Cancel();
    if (FAILED(result)) return result;
  }
}

TEST(ServerEndTest, KilledAtAnyMomentItLeavesNothing) {
  constexpr int kRounds = 100;
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const std::set<std::wstring> before = RegisteredClasses();
  const ScopedTemporaryDirectory temporary;
  std::mt19937 random(20'260'722);
  std::set<HRESULT> seen;
  for (int round = 0; round < kRounds; ++round) {
    RemoteBits bits(kScript, [](const ScriptedWorld& world) { return world.cast->Owner(rules::TokenKind::kUser); });
    HRESULT result = S_OK;
    std::thread client([&] {
      const ScopedApartment own(COINIT_MULTITHREADED);
      result = UseUntilItFails();
    });
    Sleep(random() % 40);
    bits.server().Kill();
    client.join();
    EXPECT_TRUE(MeansThatTheServerDied(result)) << ToString(win32::FromHresult(result)) << " in round " << round;
    seen.insert(result);
  }
  for (const HRESULT result : seen)
    std::printf("a server that died: %s\n", ToString(win32::FromHresult(result)).c_str());
  EXPECT_EQ(Servers(), 0);
  std::set<std::wstring> after = RegisteredClasses();
  for (const std::wstring& name : before) after.erase(name);
  EXPECT_THAT(after, ::testing::IsEmpty());
}

}  // namespace
}  // namespace bits::fakes::com
