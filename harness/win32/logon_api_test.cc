#include "harness/win32/logon_api.h"

#include <array>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/api/impersonation.h"
#include "harness/win32/machine.h"
#include "harness/win32/windows_headers.h"

namespace bits::win32 {
namespace {

using testing::Contains;
using testing::Field;

constexpr std::uint32_t kAccess = TokenAccess::kQuery | TokenAccess::kDuplicate | TokenAccess::kImpersonate |
                                  TokenAccess::kAssignPrimary | TokenAccess::kAdjustPrivileges;

class LogonApiTest : public testing::Test {
 protected:
  static bool OnWine() { return Machine().GetOsVersion().value().wine_version.has_value(); }

  Token Impersonatable(ImpersonationLevel level) {
    return logon_.DuplicateTokenEx(process_, kAccess, level, bits::TokenType::kImpersonation).value();
  }

  // The process's token as UAC's filtering leaves it.
  Token WithoutAdministrators() {
    const std::array<std::string, 1> administrators{std::string(kAdministratorsSid)};
    TokenRestrictions restrictions;
    restrictions.sids_to_disable = administrators;
    return logon_.CreateRestrictedToken(process_, restrictions).value();
  }

  LogonApi logon_;
  Token process_ = logon_.OpenProcessToken(kAccess).value();
};

TEST_F(LogonApiTest, KnowsTheProcessToken) {
  const TokenFacts facts = logon_.GetTokenFacts(process_).value();
  EXPECT_EQ(facts.type, bits::TokenType::kPrimary);
  EXPECT_EQ(facts.impersonation_level, std::nullopt);
  EXPECT_TRUE(facts.user.sid.starts_with("S-1-5-")) << facts.user.sid;
  EXPECT_FALSE(facts.user.account.empty());
  EXPECT_THAT(facts.groups, Contains(Field(&SidAndAttributes::sid, "S-1-1-0")));
  EXPECT_THAT(facts.privileges, Contains(Field(&Privilege::name, "SeChangeNotifyPrivilege")));
  EXPECT_TRUE(facts.restricted_sids.empty());
  EXPECT_TRUE(facts.elevated.has_value());
  EXPECT_TRUE(facts.elevation_type.has_value());
  EXPECT_TRUE(facts.integrity_rid.has_value());
  EXPECT_NE(facts.token_id, 0U);
}

TEST_F(LogonApiTest, EveryTokenHasItsOwnIdAndTheSameLogonSession) {
  const TokenFacts original = logon_.GetTokenFacts(process_).value();
  const TokenFacts duplicate = logon_.GetTokenFacts(Impersonatable(ImpersonationLevel::kIdentify)).value();
  EXPECT_NE(duplicate.token_id, original.token_id);
  EXPECT_EQ(duplicate.authentication_id, original.authentication_id);
  EXPECT_EQ(duplicate.user, original.user);
  EXPECT_EQ(duplicate.groups, original.groups);
}

TEST_F(LogonApiTest, DuplicatesAtEveryLevel) {
  for (const ImpersonationLevel level : {ImpersonationLevel::kAnonymous, ImpersonationLevel::kIdentify,
                                         ImpersonationLevel::kImpersonate, ImpersonationLevel::kDelegate}) {
    const TokenFacts facts = logon_.GetTokenFacts(Impersonatable(level)).value();
    EXPECT_EQ(facts.type, bits::TokenType::kImpersonation);
    EXPECT_EQ(facts.impersonation_level, level);
  }
}

TEST_F(LogonApiTest, RefusesToRaiseALevel) {
  const Token identify = Impersonatable(ImpersonationLevel::kIdentify);
  EXPECT_EQ(HResultOf(logon_.DuplicateTokenEx(identify, kAccess, ImpersonationLevel::kImpersonate,
                                              bits::TokenType::kImpersonation)),
            "ERROR_BAD_IMPERSONATION_LEVEL"_hr);
}

TEST_F(LogonApiTest, DisabledAdministratorsAreDenyOnly) {
  if (AdministratorsIn(logon_.GetTokenFacts(process_).value()) == AdministratorsMembership::kAbsent) {
    GTEST_SKIP() << "needs an account in BUILTIN\\Administrators";
  }
  const Token filtered = WithoutAdministrators();
  EXPECT_EQ(AdministratorsIn(logon_.GetTokenFacts(filtered).value()), AdministratorsMembership::kDenyOnly);
  const Token impersonatable =
      logon_.DuplicateTokenEx(filtered, kAccess, ImpersonationLevel::kImpersonate, bits::TokenType::kImpersonation)
          .value();
  EXPECT_FALSE(logon_.CheckTokenMembership(&impersonatable, kAdministratorsSid).value());
  EXPECT_TRUE(logon_.CheckTokenMembership(&impersonatable, "S-1-1-0").value());
}

TEST_F(LogonApiTest, RefusesRestrictionsThatNameNothing) {
  const std::array<std::string, 1> no_name{"no such name"};
  TokenRestrictions restrictions;
  restrictions.sids_to_disable = no_name;
  EXPECT_EQ(HResultOf(logon_.CreateRestrictedToken(process_, restrictions)), "E_INVALIDARG"_hr);
  restrictions = {};
  restrictions.sids_to_restrict = no_name;
  EXPECT_EQ(HResultOf(logon_.CreateRestrictedToken(process_, restrictions)), "E_INVALIDARG"_hr);
  restrictions = {};
  restrictions.privileges_to_delete = no_name;
  EXPECT_EQ(HResultOf(logon_.CreateRestrictedToken(process_, restrictions)),
            HResult::FromWin32(ERROR_NO_SUCH_PRIVILEGE));
}

TEST_F(LogonApiTest, MembershipNeedsAnImpersonationToken) {
  EXPECT_EQ(HResultOf(logon_.CheckTokenMembership(&process_, kAdministratorsSid)), "ERROR_NO_IMPERSONATION_TOKEN"_hr);
  EXPECT_TRUE(logon_.CheckTokenMembership(nullptr, "S-1-1-0").value());
  EXPECT_EQ(HResultOf(logon_.CheckTokenMembership(nullptr, "")), "E_INVALIDARG"_hr);
}

TEST_F(LogonApiTest, ImpersonatesAndReverts) {
  EXPECT_EQ(HResultOf(logon_.OpenThreadToken(TokenAccess::kQuery, true)), "ERROR_NO_TOKEN"_hr);
  const Token filtered = WithoutAdministrators();
  {
    const Result<Impersonation> impersonation = Impersonation::Of(logon_, filtered);
    ASSERT_TRUE(impersonation);
    const Token thread = logon_.OpenThreadToken(TokenAccess::kQuery, true).value();
    EXPECT_EQ(logon_.GetTokenFacts(thread).value().type, bits::TokenType::kImpersonation);
    EXPECT_FALSE(logon_.CheckTokenMembership(nullptr, kAdministratorsSid).value());
    std::thread([&] {
      EXPECT_EQ(HResultOf(logon_.OpenThreadToken(TokenAccess::kQuery, true)), "ERROR_NO_TOKEN"_hr);
    }).join();
  }
  EXPECT_EQ(HResultOf(logon_.OpenThreadToken(TokenAccess::kQuery, true)), "ERROR_NO_TOKEN"_hr);
}

TEST_F(LogonApiTest, GivesAThreadATokenAndTakesItAway) {
  const Token token = Impersonatable(ImpersonationLevel::kIdentify);
  ASSERT_EQ(logon_.SetThreadToken(&token), HResult());
  const Result<Token> thread = logon_.OpenThreadToken(TokenAccess::kQuery, true);
  ASSERT_EQ(logon_.SetThreadToken(nullptr), HResult());
  ASSERT_TRUE(thread);
  EXPECT_EQ(logon_.GetTokenFacts(*thread).value().impersonation_level, ImpersonationLevel::kIdentify);
  EXPECT_EQ(HResultOf(logon_.OpenThreadToken(TokenAccess::kQuery, true)), "ERROR_NO_TOKEN"_hr);
}

TEST_F(LogonApiTest, AnEmptyTokenIsRefused) {
  const Token none;
  EXPECT_EQ(logon_.ImpersonateLoggedOnUser(none), "E_HANDLE"_hr);
  EXPECT_EQ(HResultOf(logon_.GetTokenFacts(none)), "E_HANDLE"_hr);
  EXPECT_EQ(HResultOf(logon_.GetLinkedToken(none)), "E_HANDLE"_hr);
}

TEST_F(LogonApiTest, AClosedHandleIsReported) {
  Token token = logon_.OpenProcessToken(kAccess).value();
  const TokenHandle handle = token.Release();
  EXPECT_EQ(logon_.CloseHandle(handle), HResult());
  EXPECT_EQ(logon_.CloseHandle(handle), "E_HANDLE"_hr);
}

// Wine's LogonUserW reports success for every password, with a number that is no handle.
TEST_F(LogonApiTest, AWrongPasswordGivesNoToken) {
  const HResult expected = OnWine() ? "E_HANDLE"_hr : "ERROR_LOGON_FAILURE"_hr;
  EXPECT_EQ(HResultOf(logon_.LogonUser("no-such-user", ".", Secret("wrong"), LogonType::kInteractive,
                                       LogonProvider::kDefault)),
            expected);
}

TEST_F(LogonApiTest, TextThatIsNotUtf8IsRefused) {
  const auto log_on = [&](std::string_view user, std::string_view password) {
    return HResultOf(
        logon_.LogonUser(user, std::nullopt, Secret(password), LogonType::kNetwork, LogonProvider::kDefault));
  };
  EXPECT_EQ(log_on("\xFF", "password"), "E_INVALIDARG"_hr);
  EXPECT_EQ(log_on("user", "\xFF"), "E_INVALIDARG"_hr);
}

TEST_F(LogonApiTest, FindsAccountsByNameAndSid) {
  const AccountName administrators = logon_.LookupAccountSid(kAdministratorsSid).value();
  EXPECT_FALSE(administrators.name.empty());  // a name in the system's language
  EXPECT_EQ(logon_.LookupAccountName(administrators.domain + "\\" + administrators.name).value(), kAdministratorsSid);
}

TEST_F(LogonApiTest, ReportsAccountsThatDoNotExist) {
  EXPECT_EQ(HResultOf(logon_.LookupAccountSid("S-1-5-21-1-2-3-4")), "ERROR_NONE_MAPPED"_hr);
  EXPECT_EQ(HResultOf(logon_.LookupAccountName("no-such-account")), "ERROR_NONE_MAPPED"_hr);
  EXPECT_EQ(HResultOf(logon_.LookupAccountSid("no sid")), "E_INVALIDARG"_hr);
}

}  // namespace
}  // namespace bits::win32
