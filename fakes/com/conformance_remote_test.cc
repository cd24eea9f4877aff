// One client of a BITS in another process: all of COM lies between them.
#include <array>

#include <fmt/format.h>

#include "fakes/com/call_extension.h"
#include "fakes/com/caller_identity.h"
#include "fakes/com/conformance_remote_test.h"

namespace bits::fakes::com {
namespace {

class RemoteTest : public ::testing::TestWithParam<COINIT> {
 protected:
  RemoteTest() : apartment_(std::in_place, GetParam()) {}

  const std::unique_ptr<RemoteBits> bits_ = std::make_unique<RemoteBits>(
      kScript, [](const ScriptedWorld& world) { return world.cast->Owner(rules::TokenKind::kUser); });
  std::optional<ScopedApartment> apartment_;
};

INSTANTIATE_TEST_SUITE_P(Apartments, RemoteTest, ::testing::Values(COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED),
                         [](const auto& info) {
                           return info.param == COINIT_MULTITHREADED ? "MultiThreaded" : "SingleThreaded";
                         });

TEST_P(RemoteTest, AJobIsOneObject) {
  const auto manager = NewManager();
  GUID id{};
  ComPtr<IBackgroundCopyJob> created;
  ASSERT_HRESULT_SUCCEEDED(manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, created.GetAddressOf()));
  ComPtr<IBackgroundCopyJob> got;
  ASSERT_HRESULT_SUCCEEDED(manager->GetJob(id, got.GetAddressOf()));
  EXPECT_EQ(IdentityOf(got.Get()), IdentityOf(created.Get()));
  ComPtr<IEnumBackgroundCopyJobs> jobs;
  ASSERT_HRESULT_SUCCEEDED(manager->EnumJobs(0, jobs.GetAddressOf()));
  ComPtr<IBackgroundCopyJob> listed;
  ASSERT_HRESULT_SUCCEEDED(jobs->Next(1, listed.GetAddressOf(), nullptr));
  EXPECT_EQ(IdentityOf(listed.Get()), IdentityOf(created.Get()));
  const IUnknown* const identity = IdentityOf(created.Get());
  EXPECT_EQ(IdentityOf(As<IBackgroundCopyJob4>(created).Get()), identity);
  EXPECT_EQ(IdentityOf(As<IBackgroundCopyJobHttpOptions>(created).Get()), identity);
  EXPECT_EQ(IdentityOf(As<IBitsTokenOptions>(created).Get()), identity);
  EXPECT_EQ(As<IBackgroundCopyJob>(As<IBitsTokenOptions>(created)).Get(), created.Get());
  Out<void*> none;
  EXPECT_HRESULT(created->QueryInterface(__uuidof(IBackgroundCopyManager), none.Receive()), E_NOINTERFACE);
  EXPECT_TRUE(none.cleared());
}

TEST_P(RemoteTest, WhatIsRefusedHereIsRefusedThere) {
  const auto manager = NewManager();
  const auto job = NewJob(manager.Get());
  EXPECT_HRESULT(job->AddFile(nullptr, kLocal), E_INVALIDARG);
  EXPECT_HRESULT(job->SetDisplayName(L"\xD800"), E_INVALIDARG);
  EXPECT_HRESULT(job->SetPriority(static_cast<BG_JOB_PRIORITY>(9)), E_NOTIMPL);
  EXPECT_HRESULT(job->Resume(), static_cast<HRESULT>(0x80200003));  // BG_E_EMPTY
  Out<IBackgroundCopyError*> error;
  EXPECT_HRESULT(job->GetError(error.Receive()), static_cast<HRESULT>(0x8020000F));
  EXPECT_TRUE(error.cleared());
  Out<IBackgroundCopyJob*> other;
  EXPECT_HRESULT(manager->GetJob(GUID{}, other.Receive()), static_cast<HRESULT>(0x80200001));
  EXPECT_TRUE(other.cleared());
}

TEST_P(RemoteTest, BelongsToTheCaller) {
  win32::OutText owner;
  EXPECT_HRESULT(NewJob(NewManager().Get())->GetOwner(owner.Receive()), S_OK);
  EXPECT_EQ(owner.Text().value(), bits_->process().token()->sid());
}

TEST_P(RemoteTest, AHelperTokenArrives) {
  EXPECT_HRESULT(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING, nullptr),
                 S_OK);
  const auto options = As<IBitsTokenOptions>(NewJob(NewManager().Get()));
  HANDLE token = nullptr;
  ASSERT_TRUE(LogonUserW(L"helen", L".", L"correct horse battery staple", LOGON32_LOGON_INTERACTIVE,
                         LOGON32_PROVIDER_DEFAULT, &token));
  EXPECT_TRUE(ImpersonateLoggedOnUser(token));
  EXPECT_HRESULT(options->SetHelperToken(), S_OK);
  EXPECT_TRUE(RevertToSelf());
  win32::OutText sid;
  EXPECT_HRESULT(options->GetHelperTokenSid(sid.Receive()), S_OK);
  EXPECT_EQ(sid.Text().value(), bits_->scripted_world().cast->Helper(rules::TokenKind::kUser)->sid());
  EXPECT_TRUE(CloseHandle(token));
}

// As many groups as Windows lets a token have, and more.
TEST_P(RemoteTest, ATokenOfVeryManyGroups) {
  const auto with_groups = [&](std::size_t count) {
    TokenData data = *bits_->process().token();
    for (std::size_t i = 0; i < count; ++i) {
      data.facts.groups.push_back({fmt::format("S-1-5-21-1111111111-2222222222-3333333333-{}", 100'000 + i),
                                   fmt::format("CONTOSO\\Members of the project number {}", i), 7});
    }
    return MakeToken(std::move(data));
  };
  EXPECT_HRESULT(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING, nullptr),
                 S_OK);
  constexpr auto kNoSuchJob = static_cast<HRESULT>(0x80200001);  // BG_E_NOT_FOUND
  const auto manager = NewManager();
  LogonApi& logon = bits_->process().logon();
  Out<IBackgroundCopyJob*> none;
  const Token most = bits_->process().Open(with_groups(1024));
  ASSERT_TRUE(logon.ImpersonateLoggedOnUser(most).Succeeded());
  EXPECT_HRESULT(manager->GetJob(GUID{}, none.Receive()), kNoSuchJob);
  GUID id{};
  ComPtr<IBackgroundCopyJob> job;
  EXPECT_HRESULT(manager->CreateJob(L"a job", BG_JOB_TYPE_DOWNLOAD, &id, job.GetAddressOf()), S_OK);
  const Token too_many = bits_->process().Open(with_groups(4096));
  ASSERT_TRUE(logon.ImpersonateLoggedOnUser(too_many).Succeeded());
  EXPECT_HRESULT(manager->GetJob(GUID{}, none.Receive()), HRESULT_FROM_WIN32(ERROR_TOO_MANY_CONTEXT_IDS));
  EXPECT_TRUE(none.cleared());
  EXPECT_TRUE(logon.RevertToSelf().Succeeded());
  EXPECT_HRESULT(manager->GetJob(GUID{}, none.Receive()), kNoSuchJob) << "the server goes on";
}

TEST_P(RemoteTest, CallbacksComeInTheApartment) {
  Callback callback;
  callback.answer = [](IBackgroundCopyJob* job) { return job->Complete(); };
  auto job = NewJob(NewManager().Get());
  EXPECT_HRESULT(job->AddFile(kUrl, kLocal), S_OK);
  EXPECT_HRESULT(job->SetNotifyInterface(&callback), S_OK);
  EXPECT_HRESULT(job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED), S_OK);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(EventuallyServing([&] { return callback.transferred == 1; }));
  EXPECT_EQ(callback.called_on == GetCurrentThreadId(), GetParam() == COINIT_APARTMENTTHREADED);
  EXPECT_EQ(StateOf(job.Get()), BG_JOB_STATE_ACKNOWLEDGED);
  job.Reset();
  EXPECT_TRUE(EventuallyServing([&] { return callback.references() == 0; }));
  // The server's call that released it must have left the apartment before that ends: Wine 8 deletes what is left with
  // the last who leaves, and RpcServerUnregisterIf waits there for the very call that it is in, holding a lock that
  // every later marshaling in the process needs.
  constexpr int kToLeave = 100;  // milliseconds
  EventuallyServing([] { return false; }, kToLeave);
}

TEST_P(RemoteTest, AServerThatDiedIsUnavailable) {
  const auto manager = NewManager();
  const auto job = NewJob(manager.Get());
  bits_->server().Kill();
  BG_JOB_STATE state{};
  EXPECT_HRESULT(job->GetState(&state), kServerUnavailable);
  Out<IEnumBackgroundCopyJobs*> jobs;
  EXPECT_HRESULT(manager->EnumJobs(0, jobs.Receive()), kServerUnavailable);
  EXPECT_TRUE(jobs.cleared());
  IBackgroundCopyManager* none = nullptr;
  EXPECT_TRUE(FAILED(CreateManager(&none)));
  EXPECT_EQ(none, nullptr);
}

TEST_P(RemoteTest, ClosedWithPointersAlive) {
  const auto manager = NewManager();
  const auto job = NewJob(manager.Get());
  const_cast<std::unique_ptr<RemoteBits>&>(bits_).reset();
  EXPECT_HRESULT(job->Resume(), RPC_E_DISCONNECTED);
}

// --- what the world script lets go wrong

TEST(RemoteServerTest, ACallFailsWhereTheScriptSaysSo) {
  const RemoteBits bits(
      R"({"profile": "win11-24h2", "cast": true, "standard_servers": true, "clock": {"real_time": true},
          "faults": [{"call": "IBackgroundCopyJob::Suspend#2=BG_E_TOO_MANY_JOBS_PER_USER"},
                     {"server": "http://files.contoso.test", "path": "/setup.msi", "status": 403}]})",
      [](const ScriptedWorld& world) { return world.cast->Owner(rules::TokenKind::kUser); });
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const auto job = NewJob(NewManager().Get());
  EXPECT_HRESULT(job->Suspend(), S_OK);
  EXPECT_HRESULT(job->Suspend(), static_cast<HRESULT>(0x80200049));
  EXPECT_HRESULT(job->Suspend(), S_OK);
  EXPECT_HRESULT(job->AddFile(kUrl, kLocal), S_OK);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return StateOf(job.Get()) == BG_JOB_STATE_ERROR; }));
}

// --- who is not believed

class HostileProvider final : public CallExtensionProvider {
 public:
  explicit HostileProvider(Bytes bytes) : bytes_(std::move(bytes)) {}
  std::optional<Filled> Fill() noexcept override { return Filled{bytes_, 0}; }
  void Done(std::uintptr_t) noexcept override {}

 private:
  const Bytes bytes_;
};

TEST(RemoteServerTest, BelievesNoBytesThatAreNoIdentity) {
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const ServerProcess server(ServerPath(), kScript);
  ASSERT_TRUE(InstallCallExtension().Succeeded());
  EXPECT_HRESULT(TryServer(server.id()), E_ACCESSDENIED) << "nobody's";

  World world("win11-24h2");
  CallerIdentity good;
  good.process_id = GetCurrentProcessId();
  good.token = world.ServiceToken(kLocalSystemSid)->facts;
  const Bytes whole = Serialize(good);
  std::vector<Bytes> hostile = {
      {}, BytesOf("BIT1"), Bytes(kMaximumCallExtension, std::byte{0xFF}), Bytes(kMaximumCallExtension, std::byte{0})};
  for (std::size_t size = 1; size < whole.size(); size += 29) hostile.emplace_back(whole.begin(), whole.begin() + size);
  hostile.push_back(whole);
  hostile.back().push_back(std::byte{0});
  for (const Bytes& bytes : hostile) {
    SetCallExtensionProvider(std::make_shared<HostileProvider>(bytes));
    EXPECT_HRESULT(TryServer(server.id()), E_ACCESSDENIED) << bytes.size();
  }
  // Bytes that say something else at one place may be anything, but nothing that harms the server.
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    Bytes changed = whole;
    changed[at] ^= std::byte{0xA5};
    SetCallExtensionProvider(std::make_shared<HostileProvider>(changed));
    ComPtr<IBackgroundCopyManager> manager;
    CoCreateInstance(win32::ToGuid(ServerClassId(server.id(), ManagerClass::k1_0)), nullptr, CLSCTX_LOCAL_SERVER,
                     IID_PPV_ARGS(manager.GetAddressOf()));
  }
  SetCallExtensionProvider(std::make_shared<HostileProvider>(whole));
  ComPtr<IBackgroundCopyManager> manager;
  EXPECT_HRESULT(CoCreateInstance(win32::ToGuid(ServerClassId(server.id(), ManagerClass::k1_0)), nullptr,
                                  CLSCTX_LOCAL_SERVER, IID_PPV_ARGS(manager.GetAddressOf())),
                 S_OK);
  manager.Reset();
  SetCallExtensionProvider(nullptr);
}

TEST(RemoteServerTest, SaysWhyItDoesNotComeUp) {
  const ScopedApartment apartment(COINIT_MULTITHREADED);
  const struct {
    const char* script;
    const char* said;
  } kBad[] = {
      {"{", "world script"}, {R"({"profile": "win3.11"})", "win3.11"}, {R"({"profile": "win11-24h2"})", "real_time"}};
  for (const auto& bad : kBad) {
    try {
      const ServerProcess server(ServerPath(), bad.script);
      ADD_FAILURE() << bad.script;
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(bad.said));
    }
  }
  EXPECT_THROW(ServerProcess("C:\\nowhere\\fakebits_server.exe", kScript), std::runtime_error);
}

}  // namespace
}  // namespace bits::fakes::com
