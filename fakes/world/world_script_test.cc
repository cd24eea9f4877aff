#include "fakes/world/world_script.h"

#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/world/process.h"

namespace bits::fakes {
namespace {

using ::testing::HasSubstr;

TEST(WorldScript, MakesWhatItSays) {
  const ScriptedWorld made = MakeWorld(R"({
      "profile": "win10-1607", "computer_name": "LAB", "cast": true, "uac": false,
      "accounts": [{"name": "bob", "password": "secret", "administrator": true, "logged_on": true},
                   {"name": "carol", "password": "secret", "disabled": true}],
      "http": [{"server": "http://files.example", "latency_ms": 5, "bytes_per_second": 1000,
                "resources": [{"path": "/a", "size": 4096, "seed": 3}]}],
      "policies": {"MaxJobsPerUser": 10},
      "services": [{"name": "BITS", "start_type": "disabled", "stopped": true}],
      "decisions": {"identify_result": "E_ACCESSDENIED", "resume_needs_token": true},
      "clock": {"call_cost_us": 7}})");
  World& world = *made.world;
  ASSERT_NE(made.cast, nullptr);
  EXPECT_EQ(world.profile().name, "win10-1607");
  EXPECT_EQ(world.options().call_cost, std::chrono::microseconds(7));
  EXPECT_FALSE(world.options().real_time);
  EXPECT_EQ(world.options().decisions.identify_result, "E_ACCESSDENIED"_hr);
  EXPECT_TRUE(world.options().decisions.resume_needs_token);
  EXPECT_FALSE(world.options().decisions.ignore_unknown_flags);
  EXPECT_FALSE(world.accounts().uac);
  EXPECT_TRUE(world.accounts().Get("bob").administrator);
  EXPECT_TRUE(world.accounts().Get("carol").disabled);
  EXPECT_TRUE(world.LogOn("bob")->administrator);
  EXPECT_EQ(world.network().GetHttpServer("http://files.example").bytes_per_second, 1000U);
  EXPECT_EQ(world.network().GetHttpServer("http://files.example").resources.at("/a").content,
            FileContent::Synthetic(4096, 3));
  EXPECT_EQ(world.Policy("MaxJobsPerUser"), 10U);
  EXPECT_EQ(world.StartBits(), "ERROR_SERVICE_DISABLED"_hr);
}

TEST(WorldScript, TheSameScriptMakesTheSamePeople) {
  constexpr std::string_view kScript = R"({"profile": "win7", "cast": true})";
  const ScriptedWorld one = MakeWorld(kScript);
  const ScriptedWorld other = MakeWorld(kScript);
  for (const auto& entry : EnumNames<rules::TokenKind>::kNames) {
    EXPECT_EQ(one.cast->Owner(entry.value)->facts, other.cast->Owner(entry.value)->facts) << entry.name;
  }
}

TEST(WorldScript, AMistakeIsNamedWithItsPlace) {
  const struct {
    std::string_view script;
    std::string_view words;
  } kCases[] = {
      {"", "parse error"},
      {"[]", "the whole: an object is needed"},
      {"{}", "profile: a string is needed"},
      {R"({"profile": "win95"})", "win95"},
      {R"({"profile": "win7", "acounts": []})", "acounts: there is no such member; there are profile"},
      {R"({"profile": "win7", "accounts": {}})", "accounts: an array is needed"},
      {R"({"profile": "win7", "accounts": [{"name": "a", "password": "p"}, {"name": 1}]})",
       "accounts[1].name: a string is needed"},
      {R"({"profile": "win7", "accounts": [{"name": "a", "password": "p", "administrator": "yes"}]})",
       "accounts[0].administrator: true or false is needed"},
      {R"({"profile": "win7", "policies": {"MaxJobsPerUser": -1}})", "policies.MaxJobsPerUser: a whole number"},
      {R"({"profile": "win7", "services": [{"name": "BITS", "start_type": "never"}]})",
       "services[0].start_type: boot, system, automatic, demand or disabled is needed"},
      {R"({"profile": "win7", "decisions": {"identify_result": "S_FALSE"}})", "decisions.identify_result: \"S_FALSE\""},
      {R"({"profile": "win7", "decisions": {"ordinary_call_level": "high"}})",
       "decisions.ordinary_call_level: anonymous"},
      {R"({"profile": "win7", "services": [{"name": "Spooler", "start_type": "disabled"}]})", "Spooler"},
  };
  for (const auto& entry : kCases) {
    try {
      static_cast<void>(MakeWorld(entry.script));
      ADD_FAILURE() << entry.script;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(entry.words)) << entry.script;
    }
  }
}

}  // namespace
}  // namespace bits::fakes
