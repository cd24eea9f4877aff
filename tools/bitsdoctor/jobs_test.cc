// `jobs` and `sweep` on a simulated Windows with a busy queue.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tools/bitsdoctor/test_doctor.h"

namespace bits::doctor {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

json ReportOf(std::vector<std::string> arguments, int exit_code) {
  arguments.insert(arguments.end(), {"--backend", "sim", "--format", "json"});
  const Ran ran = RunDoctor(std::move(arguments));
  EXPECT_EQ(ran.exit_code, exit_code) << ran.err;
  return json::parse(ran.out);
}

json JobCalled(const json& report, const std::string& name) {
  for (const json& job : report["jobs"]) {
    if (job["display_name"] == name) return job;
  }
  ADD_FAILURE() << "no job is called " << name;
  return {};
}

TEST(Jobs, AreListedWithWhatIsWrongAndWhatToDo) {
  const json report = ReportOf({"jobs"}, 1);
  EXPECT_EQ(report["schema"], "bitsdoctor/jobs/1");
  EXPECT_EQ(report["jobs"].size(), 5U);
  const json lost = JobCalled(report, "nightly backup");
  EXPECT_EQ(lost["state"], "ERROR");
  EXPECT_EQ(lost["error"]["name"], "BG_E_TOKEN_REQUIRED");
  EXPECT_EQ(lost["helper_token"]["flags"], "network");
  EXPECT_EQ(lost["helper_token"]["sid"], nullptr);
  EXPECT_THAT(lost["fix"].get<std::string>(), HasSubstr("SetHelperToken"));
  EXPECT_THAT(lost["fix"].get<std::string>(), HasSubstr(lost["id"].get<std::string>()));
  EXPECT_EQ(lost["owner"], "SIMULATED\\alice");
  EXPECT_EQ(lost["bitsdoctor"], nullptr);
  const json missing = JobCalled(report, "driver update");
  EXPECT_EQ(missing["error"]["name"], "BG_E_HTTP_ERROR_404");
  EXPECT_THAT(missing["fix"].get<std::string>(), Not(IsEmpty()));
  std::map<bool, int> orphans;
  for (const json& job : report["jobs"]) {
    if (!job["bitsdoctor"].is_null()) ++orphans[job["bitsdoctor"]["orphan"].get<bool>()];
  }
  EXPECT_EQ(orphans, (std::map<bool, int>{{false, 1}, {true, 2}}));
}

TEST(Jobs, AreShownAsTextInPartAndInFull) {
  const Ran list = RunDoctor({"jobs", "--backend", "sim"});
  EXPECT_EQ(list.exit_code, 1);
  EXPECT_THAT(list.out, HasSubstr("5 jobs: 2 in ERROR, 2 left behind by bitsdoctor"));
  EXPECT_THAT(list.out, HasSubstr("helper token: none; flags network"));
  const std::string id = JobCalled(ReportOf({"jobs"}, 1), "driver update")["id"];
  EXPECT_THAT(list.out, HasSubstr(id));
  const Ran one = RunDoctor({"jobs", "--backend", "sim", "--job", id});
  EXPECT_EQ(one.exit_code, 1);
  EXPECT_THAT(one.out, HasSubstr("http://files.contoso.test/missing ->"));
  EXPECT_THAT(one.out, Not(HasSubstr("nightly backup")));
}

TEST(Jobs, OfAllUsersAreForAdministrators) {
  ExpectRefused({"jobs", "--backend", "sim", "--all-users"}, 3, "run this elevated");
  ExpectRefused({"sweep", "--backend", "sim", "--all-users", "--as", "admin"}, 3, "run this elevated");
  const json report = ReportOf({"jobs", "--all-users", "--as", "admin-elevated"}, 1);
  EXPECT_EQ(JobCalled(report, "photos")["owner"], "SIMULATED\\oscar");
}

TEST(Jobs, WrongQuestionsAreRefused) {
  ExpectRefused({"jobs", "--backend", "sim", "--job", "17"}, 2, "--job 17");
  ExpectRefused({"jobs", "--backend", "sim", "--job", "{00000000-0000-0000-0000-000000000000}"}, 3, "no such job");
  for (const char* age : {"5", "h", "-1h", "5y", "5hh", "99999999999d"}) {
    ExpectRefused({"sweep", "--backend", "sim", "--older-than=" + std::string(age)}, 2, "--older-than");
  }
}

TEST(Sweep, ShowsAndThenEndsWhatWasLeftBehind) {
  const json shown = ReportOf({"sweep", "--dry-run"}, 1);
  const json swept = ReportOf({"sweep"}, 0);
  for (const json& report : {shown, swept}) {
    EXPECT_EQ(report["schema"], "bitsdoctor/sweep/1");
    EXPECT_EQ(report["others"], 2);
    std::map<std::string, int> outcomes;
    for (const json& job : report["jobs"]) ++outcomes[job["outcome"]];
    const std::string expected = report["dry_run"] ? "found" : "swept";
    EXPECT_EQ(outcomes, (std::map<std::string, int>{{expected, 2}, {"in-use", 1}}));
  }
  const Ran text = RunDoctor({"sweep", "--backend", "sim"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.out, HasSubstr(".partial is deleted; the job is cancelled"));
  EXPECT_THAT(text.out, HasSubstr("2 swept, 1 in use; 2 jobs of others not touched"));
}

TEST(Sweep, LeavesWhatIsYoung) {
  EXPECT_THAT(RunDoctor({"sweep", "--backend", "sim", "--older-than", "1d"}).out, HasSubstr("2 too young"));
  EXPECT_THAT(RunDoctor({"sweep", "--backend", "sim", "--older-than", "10s"}).out, HasSubstr("2 swept"));
}

TEST(Sweep, WorksOnEveryProfileAndForEverybody) {
  for (const char* profile : {"vista", "win7", "win10-1507", "win11-24h2", "server2025"}) {
    for (const char* as : {"user", "admin-elevated", "system", "network-service"}) {
      const Ran ran = RunDoctor({"sweep", "--backend", "sim", "--profile", profile, "--as", as});
      EXPECT_EQ(ran.exit_code, 0) << profile << " " << as << "\n" << ran.out << ran.err;
      EXPECT_THAT(ran.out, HasSubstr("2 swept")) << profile << " " << as;
    }
  }
}

}  // namespace
}  // namespace bits::doctor
