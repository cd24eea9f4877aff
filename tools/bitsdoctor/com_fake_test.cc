// bitsdoctor on the simulation through COM says what it says on the simulation itself.
#include "harness/win32/windows_headers.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/rules/windows_profile.h"
#include "harness/win32/file_system.h"
#include "harness/win32/test_directory.h"
#include "scenarios/http/http_server.h"
#include "tools/bitsdoctor/test_doctor.h"

namespace bits::doctor {
namespace {

using nlohmann::json;

// What `check` finds, without what differs from run to run.
json Verdicts(std::string_view backend, std::string_view profile, std::string_view as,
              const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"check",         "--backend",          std::string(backend),
                                        "--profile",     std::string(profile), "--as",
                                        std::string(as), "--format",           "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ran ran = RunDoctor(std::move(arguments));
  EXPECT_LE(ran.exit_code, 1) << ran.err;
  json report = json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  if (report.is_discarded()) return ran.err;
  for (json& check : report["checks"]) check.erase("elapsed_ms");
  return report["checks"];
}

class ComFake : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ComFake, SaysWhatTheSimulationSays) {
  const std::string profile(rules::WindowsProfiles()[GetParam()].name);
  for (const std::string_view as : {"user", "admin", "admin-elevated", "system", "local-service", "network-service"}) {
    const json expected = Verdicts("sim", profile, as);
    EXPECT_GT(expected.size(), 15U);
    EXPECT_EQ(json::diff(expected, Verdicts("com-fake", profile, as)), json::array()) << profile << " as " << as;
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, ComFake, ::testing::Range<std::size_t>(0, rules::WindowsProfiles().size()),
                         [](const auto& info) {
                           std::string name(rules::WindowsProfiles()[info.param].name);
                           std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                           return name;
                         });

TEST(ComFakeTransfer, DownloadsFromARealServerIntoARealFile) {
  const win32::TestDirectory directory;
  testing::HttpServer server;
  const testing::HttpContent content = testing::HttpContent::Generated(3'000'000, 3);
  server.Set("/file", {.content = content});
  const std::string file = directory.Path("file.bin");
  for (const std::string_view helper : {"", "user"}) {
    std::vector<std::string> arguments = {"transfer",    "--backend",         "com-fake",
                                          "--overwrite", server.Url("/file"), file};
    if (!helper.empty()) arguments.insert(arguments.end(), {"--helper-kind", std::string(helper)});
    const Ran ran = RunDoctor(std::move(arguments));
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    EXPECT_EQ(win32::FileSystem().GetFileSize(file).value_or(std::nullopt), content.size());
  }
  // A simulated server's file becomes a real one just so; a directory that is only simulated is not there.
  EXPECT_EQ(RunDoctor({"transfer", "--backend", "com-fake", "http://files.contoso.test/setup.msi",
                       directory.Path("setup.msi")})
                .exit_code,
            0);
  EXPECT_GT(win32::FileSystem().GetFileSize(directory.Path("setup.msi")).value_or(std::nullopt).value_or(0), 0U);
  EXPECT_EQ(RunDoctor({"transfer", "--backend", "com-fake", server.Url("/file"), R"(C:\Users\alice\file)"}).exit_code,
            3);
  EXPECT_EQ(
      RunDoctor({"transfer", "--backend", "com-fake", server.Url("/missing"), directory.Path("missing")}).exit_code, 1);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory.Path(""))) {
    names.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("file.bin", "setup.msi"));
}

TEST(ComFakeSecurity, LevelsAndCloakingReachTheServer) {
  const std::vector<std::vector<std::string>> cases = {
      {"--helper-kind", "user"},
      {"--helper-kind", "admin-elevated"},
      {"--helper-kind", "user", "--impersonation-level", "identify"},
      {"--helper-kind", "user", "--impersonation-level", "anonymous"},
      {"--helper-kind", "user", "--cloaking", "none"},
      {"--helper-kind", "user", "--cloaking", "static"},
      {"--helper-kind", "user", "--authentication-level", "none"},
  };
  for (const std::vector<std::string>& options : cases) {
    EXPECT_EQ(
        json::diff(Verdicts("sim", "win10-1607", "user", options), Verdicts("com-fake", "win10-1607", "user", options)),
        json::array())
        << ::testing::PrintToString(options);
  }
}

}  // namespace
}  // namespace bits::doctor
