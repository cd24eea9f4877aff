// bitsdoctor on the simulation: what an administrator sees of each rule, on any machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/bitsdoctor/matrix_columns.h"
#include "tools/bitsdoctor/test_doctor.h"

namespace bits::doctor {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// `bitsdoctor check --backend sim` as a user, with further options; the check named.
json CheckOf(const std::string& id, std::vector<std::string> options) {
  std::vector<std::string> arguments = {"check", "--backend", "sim", "--as", "user", "--format", "json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const json report = json::parse(RunDoctor(std::move(arguments)).out);
  for (const json& check : report["checks"]) {
    if (check["id"] == id) return check;
  }
  return {};
}

struct Case {
  std::vector<std::string> options;
  std::string check;
  std::string status;
  std::string hresult;
  std::string rule;
};

TEST(SimulationBackend, ChecksTellEachRule) {
  const Case cases[] = {
      {{"--profile", "win10-1507"}, "set-helper-token", "fail", "0x80070005", "HT-06"},
      {{"--profile", "win10-1607", "--helper-kind", "user"}, "set-helper-token", "pass", "", "HT-08"},
      {{"--profile", "win10-1607", "--helper-kind", "user"}, "helper-token-sid", "pass", "", "HT-09"},
      {{"--profile", "win10-1607", "--helper-kind", "admin-elevated"},
       "set-helper-token",
       "fail",
       "0x80070005",
       "HT-07"},
      {{"--profile", "win10-1607", "--helper-kind", "admin-filtered"}, "set-helper-token", "pass", "", "HT-08"},
      {{"--profile", "win10-1607", "--helper-kind", "user", "--impersonation-level", "identify"},
       "set-helper-token",
       "fail",
       "0x80010123",
       "HT-03"},
      {{"--profile", "win10-1607", "--helper-kind", "user", "--cloaking", "none"},
       "set-helper-token",
       "pass",
       "",
       "HT-09"},
      {{"--profile", "win10-1607", "--helper-kind", "user", "--cloaking", "none"},
       "helper-token-sid",
       "fail",
       "0x8000FFFF",
       "HT-09"},
      {{"--profile", "vista"}, "token-options", "fail", "0x80004002", "HT-01"},
  };
  for (const Case& c : cases) {
    const json check = CheckOf(c.check, c.options);
    std::string line;
    for (const std::string& option : c.options) line += option + " ";
    EXPECT_EQ(check["status"], c.status) << line << c.check;
    EXPECT_TRUE(c.hresult.empty() || check["hresult"] == c.hresult) << line << c.check << check["hresult"];
    EXPECT_EQ(check["rule"], c.rule) << line << c.check;
    EXPECT_EQ(check["cause"].get<std::string>().empty(), c.status == "pass") << line << c.check;
    EXPECT_EQ(check["fix"].get<std::string>().empty(), c.status == "pass") << line << c.check;
  }
}

TEST(SimulationBackend, TransfersWithAndWithoutAHelper) {
  EXPECT_EQ(RunDoctor({"transfer", "--backend", "sim", "http://files.contoso.test/setup.msi", "setup.msi"}).exit_code,
            0);
  const std::vector<std::string> for_helpers = {"transfer", "--backend", "sim",
                                                "http://files.contoso.test/private/report.docx", "report.docx"};
  const Ran alone = RunDoctor(for_helpers);
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_THAT(alone.err, HasSubstr("BG_E_HTTP_ERROR_401"));
  std::vector<std::string> helped = for_helpers;
  helped.insert(helped.end(), {"--helper-kind", "user", "--flags", "network"});
  EXPECT_EQ(RunDoctor(helped).exit_code, 0);
}

TEST(SimulationBackend, ContradictionsAreRefused) {
  ExpectRefused({"check", "--backend", "sim", "--profile", "win95"}, 2, "win95");
  ExpectRefused({"check", "--backend", "sim", "--as", "root"}, 2, "root");
  ExpectRefused({"check", "--backend", "windows", "--profile", "win7"}, 2, "--profile win7");
  ExpectRefused({"check", "--backend", "sim", "--helper", "a\\b", "--helper-kind", "user"}, 2, "--helper");
}

TEST(Matrix, FiltersEveryColumn) {
  const Ran ran = RunDoctor({"matrix",
                             "--profile",
                             "win10-1507",
                             "win10-1607",
                             "--owner",
                             "USER",
                             "--helper",
                             "user",
                             "--caller-at-query",
                             "owner",
                             "--authentication-level",
                             "connect",
                             "--impersonation-level",
                             "impersonate",
                             "--cloaking",
                             "dynamic",
                             "--flags",
                             "none",
                             "--method",
                             "SetHelperToken",
                             "--format",
                             "json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  const json cells = json::parse(ran.out);
  ASSERT_EQ(cells.size(), 2U);
  EXPECT_EQ(cells[0], (json{{"profile", "win10-1507"},
                            {"owner", "user"},
                            {"caller_at_query", "owner"},
                            {"helper", "user"},
                            {"authentication_level", "connect"},
                            {"impersonation_level", "impersonate"},
                            {"cloaking", "dynamic"},
                            {"flags", "none"},
                            {"method", "SetHelperToken"},
                            {"hresult", "0x80070005"},
                            {"captured_sid", "none"},
                            {"rule", "HT-06"},
                            {"source", "ibitstokenoptions-sethelpertoken"}}));
  EXPECT_EQ(cells[1]["hresult"], "0x00000000");
  EXPECT_EQ(cells[1]["captured_sid"], "helper");
}

TEST(Matrix, FiltersByResultRuleAndSource) {
  const Ran ran = RunDoctor({"matrix", "--hresult", "co_e_failedtoimpersonate", "--profile", "win7", "--rule", "HT-03",
                             "--source", "sethelpertoken", "--captured-sid", "none", "--format", "jsonl"});
  ASSERT_EQ(ran.exit_code, 0) << ran.err;
  std::istringstream lines(ran.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(json::parse(line)["hresult"], "0x80010123");
  EXPECT_GT(count, 100U);
}

TEST(Matrix, SummarisesWhatNobodyCanRead) {
  const Ran ran = RunDoctor({"matrix", "--profile", "win7"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("193,536 cells"));
  EXPECT_THAT(ran.out, HasSubstr("HT-10"));
}

TEST(Matrix, WritesCsvWithAHeader) {
  const Ran ran = RunDoctor({"matrix", "--profile", "vista", "--owner", "user", "--helper", "user", "--method",
                             "SetHelperToken", "--cloaking", "none", "--caller-at-query", "owner", "--format", "csv"});
  EXPECT_THAT(ran.out, ::testing::StartsWith("profile,owner,caller_at_query,helper,"));
  EXPECT_THAT(ran.out, HasSubstr("\"local-file,network\""));
}

TEST(Matrix, WritesAPageOrSaysWhyNot) {
  const Ran page = RunDoctor({"matrix", "--profile", "win10-1607", "--owner", "network-service", "--helper", "user",
                              "--method", "SetHelperToken", "--format", "html"});
  EXPECT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out, ::testing::StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page.out, HasSubstr("<td class=\"wrong\""));
  ExpectRefused({"matrix", "--format", "html"}, 2, "more than a browser shows");
}

// The writers rely on it.
TEST(Matrix, HasNoValueThatJsonWouldHaveToEscape) {
  const auto is_plain = [](std::string_view text) { return text.find_first_of("\"\\\n\t") == std::string_view::npos; };
  for (const MatrixColumn& column : MatrixColumns()) {
    EXPECT_TRUE(is_plain(column.name));
    for (const std::string& value : column.values()) EXPECT_TRUE(is_plain(value)) << value;
  }
  for (const rules::HelperTokenRule& rule : rules::HelperTokenRules()) EXPECT_TRUE(is_plain(rule.source)) << rule.id;
}

TEST(Matrix, NamesWhatItDoesNotKnow) {
  ExpectRefused({"matrix", "--owner", "root"}, 2, "--owner root: there is no such value; choose from user");
  ExpectRefused({"matrix", "--decisions", "--owner", "user"}, 2, "--decisions");
}

TEST(Matrix, ListsTheDecisions) {
  const Ran text = RunDoctor({"matrix", "--decisions"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.out, HasSubstr("D13a"));
  const json report = json::parse(RunDoctor({"matrix", "--decisions", "--format", "json"}).out);
  EXPECT_EQ(report["schema"], "bitsdoctor/decisions/1");
}

}  // namespace
}  // namespace bits::doctor
