// How values look in a failure.
#include "fakes/mocks/printers.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/default_values.h"
#include "fakes/mocks/gmock_background_copy_job4.h"
#include "fakes/mocks/gmock_bits_token_options.h"
#include "fakes/mocks/gmock_logon_api.h"

namespace bits {
namespace {

using testing::NiceMock;
using testing::PrintToString;

TEST(Printers, PrintResults) {
  EXPECT_EQ(PrintToString(Result<std::string>("text")), "\"text\"");
  EXPECT_EQ(PrintToString(Result<JobState>(JobState::kError)), "ERROR");
  EXPECT_EQ(PrintToString(Result<std::optional<std::string>>()), "(nullopt)");
  EXPECT_EQ(PrintToString(Result<std::string>(Failure("E_FAIL"_hr))), "failed with E_FAIL (0x80004005)");
  EXPECT_EQ(PrintToString(Result<std::unique_ptr<Unknown>>()), "(nullptr)");
}

TEST(Printers, PrintErrors) {
  EXPECT_EQ(PrintToString(JobError{ErrorContext::kLocalFile, "E_ACCESSDENIED"_hr}),
            "E_ACCESSDENIED (0x80070005) in context LOCAL_FILE");
}

TEST(Printers, PrintProgress) {
  EXPECT_EQ(PrintToString(JobProgress{}), "0 of unknown bytes, 0 of 0 files");
  EXPECT_EQ(PrintToString(JobProgress{100, 7, 2, 1}), "7 of 100 bytes, 1 of 2 files");
  EXPECT_EQ(PrintToString(JobReplyProgress{100, 7}), "7 of 100 bytes");
  EXPECT_EQ(PrintToString(FileProgress{100, 7, false}), "7 of 100 bytes");
  EXPECT_EQ(PrintToString(FileProgress{7, 7, true}), "7 of 7 bytes, completed");
}

TEST(Printers, PrintFiles) {
  EXPECT_EQ(PrintToString(FileInfo{"http://server.test/a", "C:\\a"}), "\"http://server.test/a\" -> \"C:\\a\"");
  EXPECT_EQ(PrintToString(std::vector<FileRange>{{10, 20}, {30, std::nullopt}}),
            "{ 20 bytes from 10, from 30 to the end }");
}

TEST(Printers, PrintSecurity) {
  EXPECT_EQ(PrintToString(ProxyBlanket{}),
            "authentication service default, authentication level connect, impersonation level impersonate, cloaking "
            "dynamic");
  EXPECT_EQ(PrintToString(ProcessSecurity{}),
            "authentication level connect, impersonation level impersonate, cloaking dynamic");
}

TEST(Printers, PrintTokenFactsInShort) {
  TokenFacts facts = mocks::MockTokenFacts();
  EXPECT_EQ(PrintToString(facts),
            "TEST\\user (S-1-5-21-1111-2222-3333-1001), primary token, Administrators absent, integrity medium");
  facts.type = TokenType::kImpersonation;
  facts.impersonation_level = ImpersonationLevel::kIdentify;
  facts.groups = {{std::string(kAdministratorsSid), "", GroupAttributes::kUseForDenyOnly}};
  facts.user.account.clear();
  facts.integrity_rid.reset();
  EXPECT_EQ(PrintToString(facts),
            "unnamed account (S-1-5-21-1111-2222-3333-1001), impersonation token, Administrators deny-only, "
            "impersonation level identify");
}

TEST(Printers, PrintTokensAndAccounts) {
  NiceMock<mocks::MockLogonApi> logon;
  EXPECT_EQ(PrintToString(Token(logon, TokenHandle{7})), "token 7");
  EXPECT_EQ(PrintToString(Token()), "no token");
  EXPECT_EQ(PrintToString(AccountName{"TEST", "user"}), "TEST\\user");
}

TEST(Printers, NeverPrintAPassword) {
  const Secret secret("hunter2");
  EXPECT_EQ(PrintToString(secret), "(secret)");
  EXPECT_EQ(PrintToString(Secret()), "(no secret)");
  AuthCredentials credentials;
  EXPECT_EQ(PrintToString(credentials), "SERVER NEGOTIATE, user implicit, password absent");
  credentials.user_name = "user";
  credentials.password = &secret;
  EXPECT_EQ(PrintToString(credentials), "SERVER NEGOTIATE, user \"user\", password (secret)");
}

TEST(Printers, PrintHttpAndMachine) {
  EXPECT_EQ(PrintToString(HttpRequest{"GET", "http://server.test/", {}}), "GET http://server.test/");
  EXPECT_EQ(PrintToString(HttpResponse{404, "Not Found", {}}), "404 Not Found");
  EXPECT_EQ(PrintToString(kWindows10_1607), "10.0.14393");
}

TEST(Printers, PrintObjectsByTheirInterface) {
  NiceMock<mocks::MockBitsTokenOptions> options;
  EXPECT_EQ(PrintToString(options), "IBitsTokenOptions");
  EXPECT_EQ(PrintToString(static_cast<const BitsTokenOptions&>(options)), "IBitsTokenOptions");
  EXPECT_EQ(PrintToString(NiceMock<mocks::MockBackgroundCopyJob4>()), "IBackgroundCopyJob4");
  EXPECT_EQ(PrintToString(CreatedJob{}), "job {00000000-0000-0000-0000-000000000000} without an object");
}

}  // namespace
}  // namespace bits
