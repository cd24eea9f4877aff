// bitsdoctor on the simulation through COM says what it says on the simulation itself.
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/rules/windows_profile.h"
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
