// The command line from outside: what is printed where, and the exit code.
#include "tools/bitsdoctor/application.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/diagnose/check.h"
#include "tools/bitsdoctor/test_doctor.h"

namespace bits::doctor {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::filesystem::path TemporaryFile(const char* name) {
  return std::filesystem::temp_directory_path() / ("bitsdoctor_application_test_" + std::string(name));
}

TEST(Application, HelpHasExamplesOnEveryLevel) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{}, {"check"}, {"transfer"}, {"explain"}, {"matrix"}}) {
    std::vector<std::string> arguments = command;
    arguments.emplace_back("--help");
    const Ran ran = RunDoctor(arguments);
    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_THAT(ran.out, AllOf(HasSubstr("Examples:"), HasSubstr("Exit code: 0")));
    EXPECT_THAT(ran.err, IsEmpty());
  }
}

TEST(Application, VersionIsTold) {
  const Ran ran = RunDoctor({"--version"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, StartsWith("bitsdoctor 0."));
}

TEST(Application, WrongUsageIsRefused) {
  ExpectRefused({}, 2, "subcommand");
  ExpectRefused({"chekc"}, 2, "chekc");
  ExpectRefused({"check", "--nonsense"}, 2, "--nonsense");
  ExpectRefused({"check", "--format", "yaml"}, 2, "yaml");
  ExpectRefused({"check", "--backend", "os2"}, 2, "os2");
  ExpectRefused({"check", "--only", "no-such-check"}, 2, "--only no-such-check: there is no such check");
  ExpectRefused({"check", "--list", "--only", "manager"}, 2, "--only");
  ExpectRefused({"check", "--password-stdin"}, 2, "--helper");
  ExpectRefused({"check", "--impersonation-level", "deputy"}, 2, "deputy");
  ExpectRefused({"transfer", "http://server/f"}, 2, "FILE");
  ExpectRefused({"transfer", "gopher://server/f", "f"}, 2, "URL \"gopher://server/f\"");
  ExpectRefused({"transfer", "http:///f", "f"}, 2, "no server");
  ExpectRefused({"transfer", "http://server/f", "a*b"}, 2, "FILE \"a*b\"");
  ExpectRefused({"transfer", "http://server/f", "/dir/"}, 2, "FILE \"/dir/\": it names a directory");
  ExpectRefused({"transfer", "http://server/f", "f", "--flags", "network"}, 2, "--helper");
  ExpectRefused({"transfer", "http://server/f", "f", "--sha256", "abc"}, 2, "64 hexadecimal digits");
  ExpectRefused({"transfer", "http://server/f", "f", "--timeout", "0"}, 2, "--timeout");
  ExpectRefused({"transfer", "http://server/f", "f", "--helper", "a\\b", "--flags", "disk"}, 2, "\"disk\" is no flag");
  ExpectRefused({"transfer", "http://server/f", "f", "--helper", "\\user"}, 2, "--helper \\user: not an account");
  ExpectRefused({"transfer", "http://server/f", "f", "--helper", "D\\u", "--logon-type", "x"}, 2, "not a logon type");
  ExpectRefused({"explain"}, 2, "QUERY");
  ExpectRefused({"explain", "E_ACESSDENIED"}, 2, "did you mean E_ACCESSDENIED");
  ExpectRefused({"explain", ""}, 2, "empty");
}

TEST(Application, ExplainTellsMeaningAndRemedy) {
  for (const char* query : {"E_ACCESSDENIED", "e_accessdenied", "0x80070005", "80070005", "-2147024891", "5"}) {
    const Ran ran = RunDoctor({"explain", query});
    EXPECT_EQ(ran.exit_code, 0) << query << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("E_ACCESSDENIED")) << query;
  }
}

TEST(Application, ExplainAsJsonFollowsItsSchema) {
  const Ran ran = RunDoctor({"explain", "0x80200056", "--format", "json"});
  EXPECT_EQ(ran.exit_code, 0);
  const json report = json::parse(ran.out);
  EXPECT_EQ(report["schema"], "bitsdoctor/explain/1");
  EXPECT_EQ(report["matches"][0]["name"], "BG_E_TOKEN_REQUIRED");
}

TEST(Application, WordsAreOneQuestion) {
  const Ran ran = RunDoctor({"explain", "helper", "token", "required"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_THAT(ran.out, HasSubstr("BG_E_TOKEN_REQUIRED"));
}

TEST(Application, ChecksAreListed) {
  const Ran text = RunDoctor({"check", "--list"});
  EXPECT_EQ(text.exit_code, 0);
  const Ran listed = RunDoctor({"check", "--list", "--format", "json"});
  const json report = json::parse(listed.out);
  ASSERT_EQ(report["checks"].size(), diagnose::Checks().size());
  for (const auto& check : report["checks"]) EXPECT_THAT(text.out, HasSubstr(check["id"].get<std::string>()));
}

TEST(Application, AReportGoesToTheFileAsked) {
  const std::filesystem::path path = TemporaryFile("report.json");
  std::filesystem::remove(path);
  const Ran ran = RunDoctor({"explain", "E_FAIL", "--format", "json", "--output", path.string()});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, IsEmpty());
  std::stringstream content;
  content << std::ifstream(path).rdbuf();
  EXPECT_EQ(json::parse(content.str())["schema"], "bitsdoctor/explain/1");
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".partial"));
  std::filesystem::remove(path);
}

TEST(Application, AnUnwritableFileIsRefused) {
  const std::string path = (TemporaryFile("no_such_directory") / "report.txt").string();
  ExpectRefused({"explain", "E_FAIL", "--output", path}, 3, path);
  ExpectRefused({"check", "--list", "--output", std::filesystem::temp_directory_path().string()}, 3, "directory");
}

TEST(Application, AnArgumentThatIsNoUnicodeIsRefused) {
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(RefuseArgument(2), 2);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "bitsdoctor: argument 2 is not valid Unicode text; pass it as UTF-8\n");
}

void ExpectContract(std::vector<std::string> arguments) {
  const Ran ran = RunDoctor(std::move(arguments));
  EXPECT_THAT(ran.exit_code, ::testing::AnyOf(0, 1)) << ran.err;
  const json report = json::parse(ran.out);
  EXPECT_EQ(report["schema"], "bitsdoctor/check/1");
  EXPECT_TRUE(report["machine"].is_object());
  ASSERT_EQ(report["checks"].size(), diagnose::Checks().size());
  bool failed = false;
  for (std::size_t i = 0; i < report["checks"].size(); ++i) {
    const json& check = report["checks"][i];
    EXPECT_EQ(check["id"], diagnose::Checks()[i].id);
    for (const char* field : {"title", "evidence", "cause", "fix", "rule", "source", "hresult"}) {
      EXPECT_TRUE(check[field].is_string()) << check["id"] << field;
    }
    EXPECT_TRUE(check["elapsed_ms"].is_number());
    const std::string status = check["status"];
    EXPECT_THAT((std::vector<std::string>{"pass", "warn", "fail", "unknown", "not-applicable"}),
                ::testing::Contains(status));
    failed = failed || status == "fail";
  }
  EXPECT_EQ(ran.exit_code, failed ? 1 : 0);
  for (const auto& [name, capability] : report["capabilities"].items()) {
    EXPECT_THAT((std::vector<std::string>{"yes", "no", "unknown"}),
                ::testing::Contains(capability["value"].get<std::string>()))
        << name;
    EXPECT_FALSE(capability["checks"].empty()) << name;
  }
}

TEST(Application, CheckAsJsonFollowsTheContract) {
  ExpectContract({"check", "--format", "json"});
  ExpectContract({"check", "--format", "json", "--backend", "sim", "--profile", "vista", "--as", "system"});
}

#ifdef _WIN32

TEST(Application, TraceGoesToStandardError) {
  const Ran ran = RunDoctor({"check", "--only", "manager", "--trace"});
  EXPECT_THAT(ran.err, HasSubstr("ComApi::CoCreateInstance(rclsid=\"1.0\") = S_OK (0x00000000)"));
  EXPECT_THAT(ran.out, Not(HasSubstr("ComApi::")));
}

TEST(Application, AnUnknownHelperIsRefusedBeforeAPasswordIsAskedFor) {
  ExpectRefused({"transfer", "http://127.0.0.1:9/f", "f", "--helper", ".\\no-such-user"}, 2,
                "--helper .\\no-such-user: neither this machine");
}

#else

TEST(Application, WithoutABackendTheCommandSaysSo) {
  ExpectRefused({"check", "--backend", "windows"}, 3, "this build has no BITS");
  ExpectRefused({"transfer", "http://server/f", "f", "--backend", "windows"}, 3, "this build has no BITS");
}

#endif

}  // namespace
}  // namespace bits::doctor
