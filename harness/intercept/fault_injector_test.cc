#include "harness/intercept/fault_injector.h"

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::intercept {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CountingCallback : public BackgroundCopyCallback {
 public:
  HResult JobTransferred(BackgroundCopyJob&) override { return ++calls, HResult(); }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }
  int calls = 0;
};

class FaultInjectorTest : public ::testing::Test {
 protected:
  // From here on with this fault.
  void Arm(std::string_view text) {
    const auto fault = ParseFault(text);
    ASSERT_TRUE(fault) << fault.error();
    faults_.push_back(*fault);
    injector_.Reset(faults_);
  }
  std::unique_ptr<BackgroundCopyManager> Manager() {
    return std::move(*environment_->com().CoCreateInstance(ManagerClass::k1_0));
  }

  fakes::ScriptedWindows world_;
  FaultInjector injector_;
  std::unique_ptr<Environment> environment_ = Intercept(world_, {&injector_});
  std::vector<Fault> faults_;
};

TEST(FaultText, IsReadAsItIsWritten) {
  for (const std::string_view text :
       {"IBackgroundCopyJob::AddFile#1=E_ACCESSDENIED", "*::*#17=dies-during", "LogonApi::LogonUser#2+=0x8765ABCD",
        "IBackgroundCopyManager::CreateJob#1=lose-answer:RPC_S_CALL_FAILED", "ComApi::WaitForEvent#3=time-runs-out",
        "IBackgroundCopyCallback::JobTransferred#1=throw", "IBackgroundCopyCallback::*#1+=never-comes"}) {
    const auto fault = ParseFault(text);
    ASSERT_TRUE(fault) << fault.error();
    EXPECT_EQ(ToString(*fault), text);
  }
  EXPECT_EQ(ToString(*ParseFault("IBackgroundCopyJob::Resume=BG_E_EMPTY")), "IBackgroundCopyJob::Resume#1+=BG_E_EMPTY");
}

TEST(FaultText, WhatIsWrongIsNamed) {
  EXPECT_THAT(ParseFault("nonsense").error(), AllOf(HasSubstr("\"nonsense\""), HasSubstr("no \"=\"")));
  for (const std::string_view text : {"AddFile=E_FAIL", "I::M#0=E_FAIL", "I::M#x=E_FAIL", "::M=E_FAIL", "I::=E_FAIL"}) {
    EXPECT_THAT(ParseFault(text).error(), AllOf(HasSubstr(std::string(text)), HasSubstr("INTERFACE::METHOD")));
  }
  for (const std::string_view text : {"I::M=E_NONSENSE", "I::M=", "I::M=fail", "I::M=lose-answer:x", "I::M=0xQ"}) {
    EXPECT_THAT(ParseFault(text).error(), AllOf(HasSubstr(std::string(text)), HasSubstr("dies-during")));
  }
}

TEST_F(FaultInjectorTest, TheNthCallFailsAndIsNotMade) {
  Arm("IBackgroundCopyManager::CreateJob#2=E_ACCESSDENIED");
  const auto manager = Manager();
  EXPECT_TRUE(manager->CreateJob("a", JobType::kDownload));
  EXPECT_EQ(HResultOf(manager->CreateJob("b", JobType::kDownload)), "E_ACCESSDENIED"_hr);
  EXPECT_TRUE(manager->CreateJob("c", JobType::kDownload));
  EXPECT_EQ(world_.jobs.size(), 2U);
  EXPECT_EQ(injector_.Strikes(0), 1U);
}

TEST_F(FaultInjectorTest, ALastingFaultGoesOn) {
  Arm("Machine::ComputerName#2+=E_OUTOFMEMORY");
  EXPECT_TRUE(environment_->machine().ComputerName());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(HResultOf(environment_->machine().ComputerName()), "E_OUTOFMEMORY"_hr);
  EXPECT_EQ(injector_.Strikes(0), 3U);
}

TEST_F(FaultInjectorTest, AnyCallIsCountedWhereNoneIsNamed) {
  Arm("*::*#3=E_FAIL");
  EXPECT_TRUE(environment_->machine().ComputerName());
  EXPECT_TRUE(environment_->files().IsDirectory("C:\\here\\"));
  EXPECT_EQ(HResultOf(environment_->com().MakeEvent()), "E_FAIL"_hr);
}

TEST_F(FaultInjectorTest, ALostAnswerLeavesTheEffect) {
  Arm("IBackgroundCopyManager::CreateJob#1=lose-answer:RPC_S_CALL_FAILED");
  const auto manager = Manager();
  const std::size_t held = world_.objects;
  EXPECT_EQ(HResultOf(manager->CreateJob("a", JobType::kDownload)), "RPC_S_CALL_FAILED"_hr);
  EXPECT_EQ(world_.jobs.size(), 1U);
  EXPECT_EQ(world_.objects, held);
}

TEST_F(FaultInjectorTest, EachOfAPairStrikes) {
  Arm("Machine::ComputerName#1=E_FAIL");
  Arm("*::*#2=E_ABORT");
  EXPECT_EQ(HResultOf(environment_->machine().ComputerName()), "E_FAIL"_hr);
  EXPECT_EQ(HResultOf(environment_->machine().ComputerName()), "E_ABORT"_hr) << "the second call of all";
  EXPECT_TRUE(environment_->machine().ComputerName());
}

TEST_F(FaultInjectorTest, ADeadServiceAnswersNothingAndTheRestGoesOn) {
  struct Death {
    std::string_view fault;
    HResult this_call;
    std::size_t jobs;
  };
  for (const Death& death : {Death{"IBackgroundCopyManager::CreateJob#1=dies-before", "RPC_S_SERVER_UNAVAILABLE"_hr, 0},
                             Death{"IBackgroundCopyManager::CreateJob#1=dies-during", "RPC_S_CALL_FAILED"_hr, 1},
                             Death{"IBackgroundCopyManager::CreateJob#1=dies-after", "S_OK"_hr, 1}}) {
    faults_.clear();
    world_.jobs.clear();
    Arm(death.fault);
    const auto manager = Manager();
    EXPECT_EQ(HResultOf(manager->CreateJob("a", JobType::kDownload)), death.this_call) << death.fault;
    EXPECT_EQ(world_.jobs.size(), death.jobs) << death.fault;
    EXPECT_TRUE(injector_.service_is_dead());
    EXPECT_EQ(HResultOf(manager->EnumJobs(0)), "RPC_S_SERVER_UNAVAILABLE"_hr);
    EXPECT_EQ(HResultOf(environment_->com().CoCreateInstance(ManagerClass::k1_0)), "RPC_S_SERVER_UNAVAILABLE"_hr);
    EXPECT_TRUE(environment_->machine().ComputerName());
  }
}

TEST_F(FaultInjectorTest, CallbacksThrowDoNotComeOrAreNotMadeByTheDead) {
  const auto manager = Manager();
  const auto created = manager->CreateJob("a", JobType::kDownload);
  const auto client = std::make_shared<CountingCallback>();
  ASSERT_TRUE(created->job->SetNotifyInterface(client).Succeeded());
  BackgroundCopyCallback& service_side = *world_.jobs.front()->callback;
  Arm("IBackgroundCopyCallback::JobTransferred#1=throw");
  Arm("IBackgroundCopyCallback::JobTransferred#2=never-comes");
  Arm("Machine::ComputerName#1=dies-before");
  EXPECT_THROW(service_side.JobTransferred(*created->job), std::runtime_error);
  EXPECT_EQ(service_side.JobTransferred(*created->job), "S_OK"_hr);
  EXPECT_EQ(client->calls, 0);
  EXPECT_EQ(service_side.JobTransferred(*created->job), "S_OK"_hr);
  EXPECT_EQ(client->calls, 1);
  EXPECT_TRUE(environment_->machine().ComputerName()) << "no call into the service, yet the moment at which it dies";
  EXPECT_EQ(service_side.JobTransferred(*created->job), "S_OK"_hr);
  EXPECT_EQ(client->calls, 1);
}

TEST_F(FaultInjectorTest, TheTimeLimitPassesBeforeTheWaitAndTheStrikeIsTold) {
  std::vector<std::string> told;
  injector_.on_strike = [&](const Fault& fault, const Call& call) {
    told.push_back(ToString(fault) + " at " + std::string(call.method));
  };
  injector_.on_time_runs_out = [&] { world_.now += std::chrono::hours(1); };
  Arm("ComApi::WaitForEvent#1=time-runs-out");
  const auto event = environment_->com().MakeEvent();
  EXPECT_EQ(environment_->com().WaitForEvent(**event, std::chrono::seconds(1)), WaitOutcome::kTimedOut);
  EXPECT_GE(world_.now, std::chrono::hours(1));
  EXPECT_THAT(told, ::testing::ElementsAre("ComApi::WaitForEvent#1=time-runs-out at WaitForEvent"));
}

// What FaultInjector::Reset's callers and the ledger go by.
TEST_F(FaultInjectorTest, PointersAreToldWhenTheyComeAndGo) {
  class Pointers : public Interceptor {
   public:
    void Acquired(const Pointer& pointer) override {
      told.push_back(fmt::format("+{} {} from {}", pointer.id, pointer.interface_name, pointer.from));
    }
    void Released(const Pointer& pointer) noexcept override { told.push_back(fmt::format("-{}", pointer.id)); }
    std::optional<HResult> Before(const Call& call) override {
      if (call.method == "GetState") told.push_back(fmt::format("GetState on {}", call.pointer));
      return std::nullopt;
    }
    std::vector<std::string> told;
  } pointers;
  const auto environment = Intercept(world_, {&pointers});
  {
    const auto event = environment->com().MakeEvent();
    const auto manager = environment->com().CoCreateInstance(ManagerClass::k1_0);
    const auto created = (*manager)->CreateJob("a", JobType::kDownload);
    EXPECT_TRUE(created->job->GetState());
    EXPECT_TRUE(created->job->QueryInterface(InterfaceId::kBackgroundCopyJob2));
    environment->com().WaitForEvent(**event, {});
  }
  EXPECT_THAT(pointers.told, ::testing::ElementsAre("+1 Event from 0", "+2 IBackgroundCopyManager from 0",
                                                    "+3 IBackgroundCopyJob from 2", "GetState on 3",
                                                    "+4 IBackgroundCopyJob2 from 3", "-4", "-3", "-2", "-1"));
}

}  // namespace
}  // namespace bits::intercept
