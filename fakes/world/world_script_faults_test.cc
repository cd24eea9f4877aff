#include "fakes/world/world_script_faults.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/world/process.h"
#include "fakes/world/world_script.h"
#include "harness/api/apartment.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::fakes {
namespace {

using std::chrono::milliseconds;

ScriptedWorld WorldWith(std::string_view faults) {
  return MakeWorld(R"({"profile": "win11-24h2", "cast": true, "standard_servers": true,
                       "clock": {"call_cost_us": 0}, "faults": [)" +
                   std::string(faults) + "]}");
}

// alice downloads one megabyte, which takes 12 ms on its own.
class FaultsTest : public ::testing::Test {
 protected:
  void Start(std::string_view faults) {
    scripted_ = WorldWith(faults);
    alice_ = world().Start(scripted_.cast->Owner(rules::TokenKind::kUser));
    apartment_.emplace(Apartment::Enter(alice_->com(), ApartmentType::kMultiThreaded).value());
    manager_ = alice_->com().CoCreateInstance(ManagerClass::k1_0).value();
    job_ = manager_->CreateJob("a job", JobType::kDownload).value().job;
    ASSERT_TRUE(job_->AddFile("http://files.contoso.test/setup.msi", "C:\\Users\\alice\\file").Succeeded());
    ASSERT_TRUE(job_->SetMinimumRetryDelay(5).Succeeded());
    ASSERT_TRUE(job_->Resume().Succeeded());
  }

  World& world() { return *scripted_.world; }
  JobState State() { return job_->GetState().value(); }
  HResult Error() { return job_->GetError().value()->GetError().value().code; }

  ScriptedWorld scripted_;
  std::unique_ptr<Process> alice_;
  std::optional<Apartment> apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  std::unique_ptr<BackgroundCopyJob> job_;
};

TEST_F(FaultsTest, AnOutageEndsWhenItIsOver) {
  Start(R"({"server": "http://files.contoso.test", "failure": "BG_E_CONNECT_FAILURE", "until_ms": 7000})");
  world().Advance(milliseconds(6000));
  EXPECT_EQ(State(), JobState::kTransientError);
  EXPECT_EQ(Error(), "BG_E_CONNECT_FAILURE"_hr);
  world().Advance(milliseconds(6000));
  EXPECT_EQ(State(), JobState::kTransferred);
}

TEST_F(FaultsTest, AStatusOfOnePathBeginsAndEnds) {
  Start(R"({"server": "http://files.contoso.test", "path": "/setup.msi", "status": 503, "from_ms": 100,
            "until_ms": 200})");
  const auto status = [&] {
    return alice_->http().Send({"HEAD", "http://files.contoso.test/setup.msi", {}}).value().status;
  };
  EXPECT_EQ(status(), 200U);
  world().Advance(milliseconds(150));
  EXPECT_EQ(status(), 503U);
  world().Advance(milliseconds(100));
  EXPECT_EQ(status(), 200U);
}

TEST_F(FaultsTest, AConnectionBreaksAgainAndAgain) {
  Start(R"({"server": "http://files.contoso.test", "path": "/setup.msi", "cut_after": 300000, "until_ms": 6000})");
  world().Advance(milliseconds(1000));
  EXPECT_EQ(State(), JobState::kTransientError);
  EXPECT_EQ(job_->GetProgress().value().bytes_transferred, 300'000U);
  EXPECT_TRUE(world().RunUntilIdle());
  EXPECT_EQ(State(), JobState::kTransferred) << "it went on where it was";
}

TEST_F(FaultsTest, TheCableIsPulledAndPutBack) {
  Start(R"({"network": "disconnected", "from_ms": 0, "until_ms": 2000})");
  world().Advance(milliseconds(1000));
  EXPECT_EQ(State(), JobState::kTransientError);
  world().Advance(milliseconds(1500));
  EXPECT_EQ(State(), JobState::kTransferred) << "BITS hears of it at once";
}

TEST_F(FaultsTest, AServiceStopsAndIsStartedAgain) {
  Start(R"({"service": "BITS", "start_type": "disabled", "from_ms": 5, "until_ms": 1000},
           {"service": "BITS", "state": "stopped", "from_ms": 5, "until_ms": 1000})");
  world().Advance(milliseconds(100));
  EXPECT_EQ(HResultOf(job_->GetState()), "RPC_S_SERVER_UNAVAILABLE"_hr);
  EXPECT_EQ(HResultOf(alice_->com().CoCreateInstance(ManagerClass::k1_0)), "ERROR_SERVICE_DISABLED"_hr);
  world().Advance(milliseconds(1000));
  EXPECT_EQ(alice_->machine().QueryService("BITS").value().state, ServiceState::kRunning);
  EXPECT_TRUE(alice_->com().CoCreateInstance(ManagerClass::k1_0));
}

TEST_F(FaultsTest, SeveralThingsOfOneServerAtOnce) {
  Start(R"({"server": "http://files.contoso.test", "latency_ms": 500, "bytes_per_second": 1000000, "until_ms": 9000},
           {"file_server": "fileserver", "failure": "0x80070035"})");
  world().Advance(milliseconds(900));
  EXPECT_EQ(State(), JobState::kTransferring) << "1 MB at 1 MB/s";
  EXPECT_TRUE(world().RunUntilIdle());
  EXPECT_EQ(State(), JobState::kTransferred);
  EXPECT_EQ(world().network().GetSmbServer("fileserver").failure, "ERROR_BAD_NETPATH"_hr);
}

TEST_F(FaultsTest, ACallFailsAtItsTime) {
  Start(R"({"call": "IBackgroundCopyManager::CreateJob#2=BG_E_TOO_MANY_JOBS_PER_USER"})");
  ASSERT_NE(scripted_.call_faults, nullptr);
  const auto faulty = intercept::Intercept(*alice_, {scripted_.call_faults.get()});
  const auto manager = faulty->com().CoCreateInstance(ManagerClass::k1_0).value();
  const auto create = [&] { return HResultOf(manager->CreateJob("a job", JobType::kDownload)); };
  EXPECT_EQ(create(), "S_OK"_hr);
  EXPECT_EQ(create(), "BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  EXPECT_EQ(create(), "S_OK"_hr);
}

TEST(WorldScriptFaults, AMistakeIsNamedWithItsPlace) {
  const struct {
    std::string_view faults;
    std::string_view words;
  } kCases[] = {
      {"1", "faults[0]: an object is needed"},
      {"{}", "faults[0]: what is it about? Needed is server, proxy, file_server, service, network or call"},
      {R"({"sever": "x"})", "faults[0].sever: there is no such member; there are server, proxy"},
      {R"({"server": "http://nowhere.test", "latency_ms": 1})", "faults[0].server: \"http://nowhere.test:80\""},
      {R"({"path": "/a", "status": 404})", "faults[0].server: a string is needed"},
      {R"({"server": "http://files.contoso.test", "path": "/x", "status": 404})",
       "faults[0].path: there is no such resource; there are /empty"},
      {R"({"server": "http://files.contoso.test"})",
       "faults[0]: what goes wrong? Needed is one of failure, latency_ms"},
      {R"({"server": "http://files.contoso.test", "status": 404})",
       "faults[0].status: there is no such member; there are server, path, failure"},
      {R"({"server": "http://files.contoso.test", "failure": "S_OK"})", "faults[0].failure: \"S_OK\" is no failure"},
      {R"({"server": "http://files.contoso.test", "failure": "0x8007x005"})", "0x8007x005\" is no failure"},
      {R"({"server": "http://files.contoso.test", "path": "/empty", "status": 999})",
       "faults[0].status: an HTTP status from 100 to 599"},
      {R"({"server": "http://files.contoso.test", "bytes_per_second": 0})", "faults[0].bytes_per_second: 1 or more"},
      {R"({"server": "http://files.contoso.test", "latency_ms": 1, "from_ms": 5, "until_ms": 5})",
       "faults[0].until_ms: it must be later than from_ms"},
      {R"({"server": "http://files.contoso.test", "latency_ms": 18446744073709551615})",
       "faults[0].latency_ms: so many milliseconds"},
      {R"({"network": "connected"})", "faults[0].network: disconnected is needed"},
      {R"({"call": "SetHelperToken"})", "faults[0].call: "},
      {R"({"call": "A::B#1=E_FAIL", "from_ms": 1})", "faults[0].from_ms: there is no such member; there are call"},
      {R"({"service": "Spooler", "state": "stopped"})", "faults[0].service: there is no such service"},
      {R"({"service": "RpcSs", "state": "stopped"})", "faults[0].state: only BITS can be stopped"},
      {R"({"service": "BITS", "state": "running"})", "faults[0].state: stopped is needed"},
      {R"({"service": "BITS", "start_type": "never"})", "faults[0].start_type: boot, system"},
      {R"({"proxy": "proxy:8080", "latency_ms": 1})", "faults[0].proxy: \"proxy:8080\": there is no such proxy"},
      {R"({"file_server": "other", "latency_ms": 1})", "faults[0].file_server: \"other\""},
      {R"({"server": "http://files.contoso.test", "latency_ms": 1, "until_ms": 9},
          {"server": "http://FILES.contoso.test", "latency_ms": 2, "from_ms": 8})",
       "faults[1].latency_ms: faults[0] sets the same at the same time"},
  };
  for (const auto& entry : kCases) {
    try {
      static_cast<void>(WorldWith(entry.faults));
      ADD_FAILURE() << entry.faults;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(entry.words)) << entry.faults;
      EXPECT_THAT(error.what(), ::testing::StartsWith("world script: faults[")) << entry.faults;
    }
  }
}

}  // namespace
}  // namespace bits::fakes
