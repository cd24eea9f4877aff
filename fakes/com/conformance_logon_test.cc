// The logon and token functions of the system as a program meets them while they are simulated.
#include <cstddef>

#include "fakes/com/conformance_test.h"
#include "harness/win32/sid.h"
#include "harness/win32/token_information.h"

namespace bits::fakes::com {
namespace {

constexpr wchar_t kPassword[] = L"correct horse battery staple";

HANDLE Rubbish() { return reinterpret_cast<HANDLE>(std::uintptr_t{0x5A5A5A5A5A}); }

// alice's program, whose logons are simulated as well.
class LogonTest : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    logon_.emplace(*process_);
  }
  void TearDown() override {
    EXPECT_THAT(logon_->Leaks(), ::testing::IsEmpty());
    logon_.reset();
    ConformanceTest::TearDown();
  }

  static HANDLE LogOn(const wchar_t* user, DWORD type = LOGON32_LOGON_INTERACTIVE) {
    HANDLE token = nullptr;
    EXPECT_TRUE(LogonUserW(user, L".", kPassword, type, LOGON32_PROVIDER_DEFAULT, &token)) << GetLastError();
    return token;
  }

  // What a call that must fail says.
  template <class Call>
  static DWORD ErrorOf(Call call) {
    SetLastError(ERROR_SUCCESS);
    EXPECT_FALSE(call());
    return GetLastError();
  }

  // What the simulation itself knows of the token behind a handle.
  TokenFacts FactsOf(HANDLE handle) {
    Token token(process_->logon(), static_cast<TokenHandle>(reinterpret_cast<std::uintptr_t>(handle)));
    const Result<TokenFacts> facts = process_->logon().GetTokenFacts(token);
    token.Release();
    EXPECT_TRUE(facts);
    return facts.value_or(TokenFacts());
  }

  std::optional<ScopedFakeLogon> logon_;
};

// Reading a token by the system's functions yields what the simulation knows, in every class of information.
TEST_F(LogonTest, EveryClassOfInformationTellsTheSimulatedToken) {
  const struct {
    const wchar_t* user;
    DWORD type;
  } kLogons[] = {{L"helen", LOGON32_LOGON_INTERACTIVE}, {L"hector", LOGON32_LOGON_INTERACTIVE},
                 {L"hector", LOGON32_LOGON_NETWORK},    {L"helen", LOGON32_LOGON_BATCH},
                 {L"helen", LOGON32_LOGON_SERVICE},     {L"helen", LOGON32_LOGON_NEW_CREDENTIALS}};
  for (const auto& row : kLogons) {
    const HANDLE token = LogOn(row.user, row.type);
    const Result<TokenFacts> read = win32::ReadTokenFacts(token);
    ASSERT_TRUE(read) << ToString(read.error());
    const TokenFacts known = FactsOf(token);
    EXPECT_EQ(read->user, known.user) << row.type;
    EXPECT_EQ(read->privileges, known.privileges) << row.type;
    EXPECT_EQ(read->groups, known.groups) << row.type;
    EXPECT_TRUE(*read == known) << row.type;
    EXPECT_TRUE(CloseHandle(token));
  }
}

TEST_F(LogonTest, GroupsHaveTheNamesThatTheSystemTells) {
  const HANDLE token = LogOn(L"hector");
  std::vector<std::string> names;
  for (const SidAndAttributes& group : FactsOf(token).groups) names.push_back(group.account);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"Everyone", "BUILTIN\\Administrators", "BUILTIN\\Users",
                                              "NT AUTHORITY\\Authenticated Users", "NT AUTHORITY\\INTERACTIVE"}));
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, SmallBuffersAreToldTheSize) {
  const HANDLE token = LogOn(L"hector");
  for (const TOKEN_INFORMATION_CLASS information :
       {::TokenUser, ::TokenGroups, ::TokenPrivileges, ::TokenOwner, ::TokenPrimaryGroup, ::TokenType,
        ::TokenStatistics, ::TokenSessionId, ::TokenElevation, ::TokenElevationType, ::TokenHasRestrictions,
        ::TokenIntegrityLevel, ::TokenRestrictedSids, ::TokenLinkedToken}) {
    DWORD needed = 0;
    EXPECT_EQ(ErrorOf([&] { return GetTokenInformation(token, information, nullptr, 0, &needed); }),
              DWORD{ERROR_INSUFFICIENT_BUFFER})
        << information;
    ASSERT_GT(needed, 0U) << information;
    std::vector<std::max_align_t> buffer(needed / sizeof(std::max_align_t) + 1);
    DWORD again = 0;
    EXPECT_EQ(ErrorOf([&] { return GetTokenInformation(token, information, buffer.data(), needed - 1, &again); }),
              DWORD{ERROR_INSUFFICIENT_BUFFER})
        << information;
    EXPECT_EQ(again, needed) << information;
    EXPECT_TRUE(GetTokenInformation(token, information, buffer.data(), needed, &again)) << information;
    if (information == ::TokenLinkedToken) {
      EXPECT_TRUE(CloseHandle(reinterpret_cast<TOKEN_LINKED_TOKEN*>(buffer.data())->LinkedToken));
    }
  }
  DWORD needed = 0;
  DWORD level = 0;
  EXPECT_EQ(
      ErrorOf([&] { return GetTokenInformation(token, ::TokenImpersonationLevel, &level, sizeof(level), &needed); }),
      DWORD{ERROR_INVALID_PARAMETER})
      << "a primary token has none";
  EXPECT_EQ(ErrorOf([&] { return GetTokenInformation(token, ::MaxTokenInfoClass, &level, sizeof(level), &needed); }),
            DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, WrongPasswordsAndBadAccountsSaySo) {
  const auto account = [&](std::string_view name) -> Account& { return world_.accounts().Get(name); };
  const struct {
    const char* name;
    void (*change)(Account&);
    DWORD expected;
  } kStates[] = {
      {"disabled", [](Account& a) { a.disabled = true; }, ERROR_ACCOUNT_DISABLED},
      {"locked out", [](Account& a) { a.locked_out = true; }, ERROR_ACCOUNT_LOCKED_OUT},
      {"expired", [](Account& a) { a.expired = true; }, ERROR_ACCOUNT_EXPIRED},
      {"password expired", [](Account& a) { a.password_expired = true; }, ERROR_PASSWORD_EXPIRED},
      {"must change", [](Account& a) { a.must_change_password = true; }, ERROR_PASSWORD_MUST_CHANGE},
      {"hours", [](Account& a) { a.restricted_hours = true; }, ERROR_INVALID_LOGON_HOURS},
      {"right", [](Account& a) { a.denied_logons.insert(LogonType::kInteractive); }, ERROR_LOGON_TYPE_NOT_GRANTED},
  };
  const auto fail = [&](const wchar_t* user, const wchar_t* password) {
    HANDLE token = Rubbish();
    const DWORD error = ErrorOf(
        [&] { return LogonUserW(user, L".", password, LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT, &token); });
    EXPECT_EQ(token, nullptr);
    return error;
  };
  for (const auto& state : kStates) {
    const Account before = account("helen");
    state.change(account("helen"));
    EXPECT_EQ(fail(L"helen", kPassword), state.expected) << state.name;
    account("helen") = before;
  }
  EXPECT_EQ(fail(L"helen", L"wrong"), DWORD{ERROR_LOGON_FAILURE});
  EXPECT_EQ(fail(L"nobody", kPassword), DWORD{ERROR_LOGON_FAILURE});
  EXPECT_EQ(fail(L"helen", nullptr), DWORD{ERROR_LOGON_FAILURE});
  EXPECT_EQ(fail(nullptr, kPassword), DWORD{ERROR_INVALID_PARAMETER});
  EXPECT_EQ(ErrorOf([&] {
              return LogonUserW(L"helen", L".", kPassword, LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT,
                                nullptr);
            }),
            DWORD{ERROR_NOACCESS});
}

TEST_F(LogonTest, TheAnsiFormLogsTheSameUserOn) {
  HANDLE token = nullptr;
  ASSERT_TRUE(LogonUserA("helen", ".", "correct horse battery staple", LOGON32_LOGON_INTERACTIVE,
                         LOGON32_PROVIDER_DEFAULT, &token));
  EXPECT_EQ(FactsOf(token).user.account, "SIMULATED\\helen");
  EXPECT_TRUE(CloseHandle(token));
  EXPECT_EQ(ErrorOf([&] {
              return LogonUserA("helen", ".", nullptr, LOGON32_LOGON_INTERACTIVE, LOGON32_PROVIDER_DEFAULT, &token);
            }),
            DWORD{ERROR_LOGON_FAILURE});
}

TEST_F(LogonTest, AHandleIsClosedOnce) {
  const HANDLE token = LogOn(L"helen");
  EXPECT_TRUE(CloseHandle(token));
  EXPECT_EQ(ErrorOf([&] { return CloseHandle(token); }), DWORD{ERROR_INVALID_HANDLE});
  DWORD needed = 0;
  TOKEN_TYPE type{};
  HANDLE copy = Rubbish();
  EXPECT_EQ(ErrorOf([&] { return GetTokenInformation(token, ::TokenType, &type, sizeof(type), &needed); }),
            DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(ErrorOf([&] { return ImpersonateLoggedOnUser(token); }), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(ErrorOf([&] { return SetThreadToken(nullptr, token); }), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(ErrorOf([&] { return DuplicateToken(token, SecurityImpersonation, &copy); }), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(copy, nullptr);
  EXPECT_EQ(ErrorOf([&] {
              return DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(), &copy, 0, FALSE,
                                     DUPLICATE_SAME_ACCESS);
            }),
            DWORD{ERROR_INVALID_HANDLE});
}

TEST_F(LogonTest, RealHandlesAreTheSystems) {
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  HANDLE copy = nullptr;
  EXPECT_TRUE(DuplicateHandle(GetCurrentProcess(), event, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
  EXPECT_TRUE(SetEvent(copy));
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_TRUE(CloseHandle(copy));
  EXPECT_TRUE(CloseHandle(event));
  EXPECT_EQ(ErrorOf([&] { return CloseHandle(event); }), DWORD{ERROR_INVALID_HANDLE});
}

TEST_F(LogonTest, DuplicatesLiveOnTheirOwn) {
  const HANDLE token = LogOn(L"helen");
  HANDLE copy = nullptr;
  ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), token, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
  EXPECT_NE(copy, token);
  EXPECT_EQ(FactsOf(copy), FactsOf(token));
  HANDLE moved = nullptr;
  ASSERT_TRUE(DuplicateHandle(GetCurrentProcess(), copy, GetCurrentProcess(), &moved, TOKEN_QUERY, FALSE,
                              DUPLICATE_CLOSE_SOURCE));
  EXPECT_EQ(ErrorOf([&] { return CloseHandle(copy); }), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(ErrorOf([&] { return ImpersonateLoggedOnUser(moved); }), DWORD{ERROR_ACCESS_DENIED})
      << "it may be asked, no more";
  // No target: the source is closed, which is all.
  EXPECT_TRUE(DuplicateHandle(GetCurrentProcess(), moved, nullptr, nullptr, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
  EXPECT_EQ(ErrorOf([&] { return CloseHandle(moved); }), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, LeaksNameTheCall) {
  const HANDLE token = LogOn(L"helen");
  HANDLE copies[4] = {};
  EXPECT_TRUE(DuplicateToken(token, SecurityIdentification, &copies[0]));
  EXPECT_TRUE(DuplicateTokenEx(token, 0, nullptr, SecurityImpersonation, ::TokenPrimary, &copies[1]));
  EXPECT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &copies[2]));
  EXPECT_TRUE(CreateRestrictedToken(token, 0, 0, nullptr, 0, nullptr, 0, nullptr, &copies[3]));
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  const auto says = [](const char* function, const char* user) { return AllOf(HasSubstr(function), HasSubstr(user)); };
  EXPECT_THAT(logon_->Leaks(), ::testing::UnorderedElementsAre(says("LogonUserW made handle", "SIMULATED\\helen"),
                                                               says("DuplicateToken made handle", "helen"),
                                                               says("DuplicateTokenEx made handle", "helen"),
                                                               says("OpenProcessToken made handle", "alice"),
                                                               says("CreateRestrictedToken made handle", "helen")));
  for (const HANDLE copy : copies) EXPECT_TRUE(CloseHandle(copy));
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, ImpersonationIsTheThreadsAndSeenByBits) {
  const HANDLE token = LogOn(L"helen");
  HANDLE thread_token = Rubbish();
  EXPECT_EQ(ErrorOf([&] { return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &thread_token); }),
            DWORD{ERROR_NO_TOKEN});
  EXPECT_EQ(thread_token, nullptr);
  ASSERT_TRUE(ImpersonateLoggedOnUser(token));
  ASSERT_TRUE(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &thread_token));
  EXPECT_EQ(FactsOf(thread_token).user.account, "SIMULATED\\helen");
  EXPECT_TRUE(CloseHandle(thread_token));
  OnAnotherThread([&] {
    EXPECT_EQ(ErrorOf([&] { return OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &thread_token); }),
              DWORD{ERROR_NO_TOKEN});
  });
  EXPECT_TRUE(RevertToSelf());

  EXPECT_HRESULT(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING, nullptr),
                 S_OK);
  const auto options = As<IBitsTokenOptions>(NewJob(NewManager().Get()));
  ASSERT_TRUE(ImpersonateLoggedOnUser(token));
  EXPECT_HRESULT(options->SetHelperToken(), S_OK);
  EXPECT_TRUE(SetThreadToken(nullptr, nullptr));
  win32::OutText sid;
  EXPECT_HRESULT(options->GetHelperTokenSid(sid.Receive()), S_OK);
  EXPECT_EQ(sid.Text().value(), FactsOf(token).user.sid);
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, ImpersonateSelfAndMembership) {
  const Result<win32::Sid> administrators = win32::ParseSid(kAdministratorsSid);
  ASSERT_TRUE(administrators);
  BOOL member = TRUE;
  EXPECT_TRUE(CheckTokenMembership(nullptr, administrators->get(), &member));
  EXPECT_FALSE(member) << "alice is none";
  ASSERT_TRUE(ImpersonateSelf(SecurityIdentification));
  HANDLE thread_token = nullptr;
  ASSERT_TRUE(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &thread_token));
  EXPECT_EQ(FactsOf(thread_token).impersonation_level, ImpersonationLevel::kIdentify);
  EXPECT_TRUE(CloseHandle(thread_token));
  EXPECT_TRUE(RevertToSelf());

  const HANDLE primary = LogOn(L"hector", LOGON32_LOGON_BATCH);
  EXPECT_EQ(ErrorOf([&] { return CheckTokenMembership(primary, administrators->get(), &member); }),
            DWORD{ERROR_NO_IMPERSONATION_TOKEN});
  HANDLE impersonation = nullptr;
  ASSERT_TRUE(DuplicateToken(primary, SecurityImpersonation, &impersonation));
  EXPECT_TRUE(CheckTokenMembership(impersonation, administrators->get(), &member));
  EXPECT_TRUE(member) << "a batch logon of an administrator is not filtered";
  HANDLE raised = nullptr;
  HANDLE lower = nullptr;
  ASSERT_TRUE(
      DuplicateTokenEx(primary, TOKEN_DUPLICATE, nullptr, SecurityIdentification, ::TokenImpersonation, &lower));
  EXPECT_EQ(ErrorOf([&] { return DuplicateToken(lower, SecurityImpersonation, &raised); }),
            DWORD{ERROR_BAD_IMPERSONATION_LEVEL});
  for (const HANDLE handle : {primary, impersonation, lower}) EXPECT_TRUE(CloseHandle(handle));
}

TEST_F(LogonTest, AccountsOfTheSimulationHaveNames) {
  const HANDLE token = LogOn(L"helen");
  const Result<win32::Sid> sid = win32::ParseSid(FactsOf(token).user.sid);
  ASSERT_TRUE(sid);
  wchar_t name[32] = L"";
  wchar_t domain[32] = L"";
  DWORD name_length = 2;
  DWORD domain_length = 32;
  SID_NAME_USE use{};
  EXPECT_EQ(
      ErrorOf([&] { return LookupAccountSidW(nullptr, sid->get(), name, &name_length, domain, &domain_length, &use); }),
      DWORD{ERROR_INSUFFICIENT_BUFFER});
  EXPECT_EQ(name_length, 6U) << "with the null";
  domain_length = 32;
  EXPECT_TRUE(LookupAccountSidW(nullptr, sid->get(), name, &name_length, domain, &domain_length, &use));
  EXPECT_EQ(std::wstring(name), L"helen");
  EXPECT_EQ(std::wstring(domain), L"SIMULATED");
  EXPECT_EQ(name_length, 5U) << "without it";
  EXPECT_EQ(use, SidTypeUser);
  EXPECT_TRUE(CloseHandle(token));
}

TEST_F(LogonTest, AccountsAreToldFromGroups) {
  const HANDLE token = LogOn(L"helen");
  const struct {
    std::string sid;
    const wchar_t* domain;
    const wchar_t* name;
    SID_NAME_USE use;
  } kAccounts[] = {
      {FactsOf(token).user.sid, L"SIMULATED", L"helen", SidTypeUser},
      {std::string(kAdministratorsSid), L"BUILTIN", L"Administrators", SidTypeAlias},
      {"S-1-1-0", L"", L"Everyone", SidTypeWellKnownGroup},
      {std::string(kLocalSystemSid), L"NT AUTHORITY", L"SYSTEM", SidTypeWellKnownGroup},
  };
  EXPECT_TRUE(CloseHandle(token));
  for (const auto& account : kAccounts) {
    const Result<win32::Sid> sid = win32::ParseSid(account.sid);
    ASSERT_TRUE(sid);
    wchar_t name[32] = L"";
    wchar_t domain[32] = L"";
    DWORD name_length = 32;
    DWORD domain_length = 32;
    SID_NAME_USE use{};
    EXPECT_TRUE(LookupAccountSidW(nullptr, sid->get(), name, &name_length, domain, &domain_length, &use));
    EXPECT_EQ(std::wstring(name), account.name);
    EXPECT_EQ(std::wstring(domain), account.domain);
    EXPECT_EQ(use, account.use) << account.sid;
    std::vector<BYTE> found(SECURITY_MAX_SID_SIZE);
    auto size = static_cast<DWORD>(found.size());
    domain_length = 32;
    use = SidTypeUnknown;
    EXPECT_TRUE(LookupAccountNameW(nullptr, account.name, found.data(), &size, domain, &domain_length, &use));
    EXPECT_TRUE(EqualSid(found.data(), sid->get())) << account.sid;
    EXPECT_EQ(use, account.use) << account.sid;
  }
}

// --- without a ScopedFakeLogon: the system's own tokens

class RealLogonTest : public ConformanceTest {};

// A real token in which Administrators is for denying only is the caller whom the simulation sees.
TEST_F(RealLogonTest, RealImpersonationIsSeen) {
  HANDLE opened = nullptr;
  ASSERT_TRUE(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &opened));
  const KernelHandle own(opened);
  const Result<win32::Sid> administrators = win32::ParseSid(kAdministratorsSid);
  ASSERT_TRUE(administrators);
  SID_AND_ATTRIBUTES disabled = {administrators->get(), 0};
  HANDLE made = nullptr;
  ASSERT_TRUE(CreateRestrictedToken(own.get(), 0, 1, &disabled, 0, nullptr, 0, nullptr, &made));
  const KernelHandle restricted(made);
  const Result<TokenFacts> facts = win32::ReadTokenFacts(restricted.get());
  ASSERT_TRUE(facts);
  EXPECT_NE(AdministratorsIn(*facts), AdministratorsMembership::kEnabled);

  EXPECT_HRESULT(CoInitializeSecurity(nullptr, -1, nullptr, nullptr, RPC_C_AUTHN_LEVEL_CONNECT,
                                      RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_DYNAMIC_CLOAKING, nullptr),
                 S_OK);
  const auto manager = NewManager();
  const auto mine = NewJob(manager.Get());
  ASSERT_TRUE(ImpersonateLoggedOnUser(restricted.get()));
  const auto job = NewJob(manager.Get());
  win32::OutText owner;
  EXPECT_HRESULT(job->GetOwner(owner.Receive()), S_OK);
  ComPtr<IEnumBackgroundCopyJobs> jobs;
  EXPECT_HRESULT(manager->EnumJobs(BG_JOB_ENUM_ALL_USERS, jobs.GetAddressOf()), E_ACCESSDENIED)
      << "the restricted token is no administrator";
  EXPECT_TRUE(RevertToSelf());
  EXPECT_EQ(owner.Text().value(), facts->user.sid);
  win32::OutText alice;
  EXPECT_HRESULT(mine->GetOwner(alice.Receive()), S_OK);
  EXPECT_NE(owner.Text().value(), alice.Text().value());
  win32::OutText again;
  EXPECT_HRESULT(NewJob(manager.Get())->GetOwner(again.Receive()), S_OK);
  EXPECT_EQ(again.Text().value(), alice.Text().value()) << "and afterwards it is alice again";
}

}  // namespace
}  // namespace bits::fakes::com
