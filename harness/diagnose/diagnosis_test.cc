#include "harness/diagnose/diagnosis.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/failing_call.h"
#include "fakes/scripted/scripted_windows.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::diagnose {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DiagnosisTest : public ::testing::Test {
 protected:
  DiagnosisTest() { world_.blanket = ProxyBlanket{}; }

  Diagnosis Run(std::vector<std::string> only = {}) { return RunOn(world_, std::move(only)); }
  Diagnosis RunOn(Environment& environment, std::vector<std::string> only = {}) {
    Diagnosis diagnosis = Diagnose(environment, options_, only, [](const CheckResult&) {});
    EXPECT_EQ(world_.Leaks(), "");
    return diagnosis;
  }

  // The one check called `id`, run by itself.
  CheckResult Check(const std::string& id) { return CheckOn(world_, id); }
  CheckResult CheckOn(Environment& environment, const std::string& id) {
    Diagnosis diagnosis = RunOn(environment, {id});
    EXPECT_EQ(diagnosis.checks.size(), 1U) << id;
    return diagnosis.checks.empty() ? CheckResult{} : diagnosis.checks.front();
  }

  void AddHelper(bool administrator) {
    fakes::ScriptedAccount& account = world_.accounts["helper"];
    account.password = "pw";
    account.facts.user = {"S-1-5-21-1-1002", "SCRIPTED\\helper", 0};
    if (administrator) account.facts.groups = world_.caller.groups;
    options_.helper.emplace();
    options_.helper->user_name = "helper";
    options_.helper->domain = ".";
    options_.helper->password = Secret("pw");
  }

  void MakeCallerAnOrdinaryUser() {
    world_.caller.groups.clear();
    world_.caller.elevated = false;
  }

  fakes::ScriptedWindows world_;
  CheckOptions options_;
};

TEST_F(DiagnosisTest, AMachineInOrderPassesEverything) {
  AddHelper(false);
  const Diagnosis diagnosis = Run();
  EXPECT_EQ(diagnosis.checks.size(), Checks().size());
  for (const CheckResult& check : diagnosis.checks) {
    EXPECT_TRUE(check.status == CheckStatus::kPass || check.id == "helper-logon-new-credentials")
        << check.id << ": " << check.status << " " << check.evidence << " " << check.cause;
  }
  for (const Capability& capability : diagnosis.capabilities) {
    EXPECT_EQ(capability.capable, Capable::kYes) << capability.name;
  }
}

TEST_F(DiagnosisTest, IdsAreUnique) {
  std::set<std::string_view> ids;
  for (const diagnose::Check& check : Checks()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_EQ(FindCheck(check.id), &check);
  }
  EXPECT_EQ(FindCheck("nonsense"), nullptr);
}

TEST_F(DiagnosisTest, OnlyTheChecksAskedForRun) {
  const Diagnosis diagnosis = Run({"manager", "os-version"});
  ASSERT_EQ(diagnosis.checks.size(), 2U);
  EXPECT_EQ(diagnosis.checks[0].id, "os-version");
  EXPECT_EQ(diagnosis.checks[1].id, "manager");
  EXPECT_THAT(world_.jobs, IsEmpty()) << "neither needs a job";
}

TEST_F(DiagnosisTest, ACheckAloneLeavesNoJob) {
  EXPECT_EQ(Check("create-job").status, CheckStatus::kPass);
  EXPECT_EQ(world_.jobs.size(), 1U);
}

TEST_F(DiagnosisTest, ACheckThatThrowsIsAResultAndTheOthersRun) {
  class Thrower : public intercept::Interceptor {
    std::optional<HResult> Before(const intercept::Call& call) override {
      if (call.method == "QueryService") throw std::runtime_error("broken wire");
      return std::nullopt;
    }
  } thrower;
  const auto environment = intercept::Intercept(world_, {&thrower});
  const Diagnosis diagnosis = RunOn(*environment);
  EXPECT_EQ(diagnosis.checks.size(), Checks().size());
  const auto service = std::ranges::find(diagnosis.checks, "bits-service", &CheckResult::id);
  EXPECT_EQ(service->status, CheckStatus::kUnknown);
  EXPECT_THAT(service->evidence, HasSubstr("broken wire"));
}

TEST_F(DiagnosisTest, WithoutTokenOptionsTheRestIsNotApplicable) {
  world_.has_token_options = false;
  const Diagnosis diagnosis = Run();
  for (const CheckResult& check : diagnosis.checks) {
    if (check.id == "token-options") {
      EXPECT_EQ(check.status, CheckStatus::kFail);
      EXPECT_EQ(check.hresult, "E_NOINTERFACE"_hr);
      EXPECT_THAT(check.fix, Not(IsEmpty()));
    } else if (check.id.find("helper-token") != std::string::npos) {
      EXPECT_EQ(check.status, CheckStatus::kNotApplicable) << check.id;
    }
  }
  EXPECT_TRUE(diagnosis.HasFailure());
}

TEST_F(DiagnosisTest, WhatCouldNotBeTriedIsUnknownNotBad) {
  world_.classes.clear();
  EXPECT_EQ(Check("manager").status, CheckStatus::kFail);
  EXPECT_EQ(Check("create-job").status, CheckStatus::kUnknown);
  EXPECT_EQ(Check("token-options").status, CheckStatus::kUnknown);
  EXPECT_EQ(Check("set-helper-token").status, CheckStatus::kUnknown);
  EXPECT_EQ(Check("com-security").status, CheckStatus::kUnknown);
}

TEST_F(DiagnosisTest, Before1607AnOrdinaryUserIsRefused) {
  world_.os.build = kWindows10_1507;
  MakeCallerAnOrdinaryUser();
  fakes::FailingCall refusal("SetHelperToken", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&refusal});
  const CheckResult check = CheckOn(*environment, "set-helper-token");
  EXPECT_EQ(check.status, CheckStatus::kFail);
  EXPECT_EQ(check.hresult, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(check.rule, "HT-06");
  EXPECT_EQ(Check("process-token").status, CheckStatus::kWarn);
}

TEST_F(DiagnosisTest, ASuccessThatTheRuleForbidsIsAWarning) {
  world_.os.build = kWindows10_1507;
  MakeCallerAnOrdinaryUser();
  const CheckResult check = Check("set-helper-token");
  EXPECT_EQ(check.status, CheckStatus::kWarn);
  EXPECT_EQ(check.rule, "HT-06");
}

TEST_F(DiagnosisTest, SetHelperTokenFailingAgainstTheRuleFails) {
  fakes::FailingCall refusal("SetHelperToken", "CO_E_FAILEDTOIMPERSONATE"_hr);
  const auto environment = intercept::Intercept(world_, {&refusal});
  const CheckResult check = CheckOn(*environment, "set-helper-token");
  EXPECT_EQ(check.status, CheckStatus::kFail);
  EXPECT_THAT(check.evidence, HasSubstr("HT-08 demands S_OK"));
}

TEST_F(DiagnosisTest, AnAdministratorsHelperIsMeasuredByItsRule) {
  MakeCallerAnOrdinaryUser();
  world_.os.build = kWindows10_1607;
  fakes::ScriptedWindows administrators;
  AddHelper(false);
  world_.accounts["helper"].facts.groups = administrators.caller.groups;
  fakes::FailingCall refusal("SetHelperToken", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&refusal});
  const CheckResult check = CheckOn(*environment, "helper-logon-interactive");
  EXPECT_EQ(check.status, CheckStatus::kFail);
  EXPECT_EQ(check.rule, "HT-07");
  EXPECT_THAT(check.evidence, HasSubstr("Administrators enabled"));
}

TEST_F(DiagnosisTest, ALogonThatIsRefusedIsToldByType) {
  AddHelper(false);
  world_.accounts["helper"].logon_failures[LogonType::kBatch] = "ERROR_LOGON_TYPE_NOT_GRANTED"_hr;
  const CheckResult check = Check("helper-logon-batch");
  EXPECT_EQ(check.status, CheckStatus::kFail);
  EXPECT_EQ(check.hresult, "ERROR_LOGON_TYPE_NOT_GRANTED"_hr);
  EXPECT_THAT(check.fix, Not(IsEmpty()));
  EXPECT_EQ(Check("helper-logon-interactive").status, CheckStatus::kPass);
}

TEST_F(DiagnosisTest, WithoutCloakingTheHelpersSidIsNotCaptured) {
  AddHelper(false);
  world_.cloaking_works = false;
  const CheckResult check = Check("helper-logon-interactive");
  EXPECT_EQ(check.status, CheckStatus::kFail);
  EXPECT_THAT(check.evidence, HasSubstr("captured S-1-5-21-1-1001 instead of S-1-5-21-1-1002"));
}

TEST_F(DiagnosisTest, ComSecurityIsJudgedByWhatTheProxyReallyHas) {
  EXPECT_EQ(Check("com-security").status, CheckStatus::kPass);
  world_.blanket->cloaking = Cloaking::kNone;
  EXPECT_EQ(Check("com-security").status, CheckStatus::kWarn);
  world_.blanket->impersonation_level = ImpersonationLevel::kIdentify;
  const CheckResult identify = Check("com-security");
  EXPECT_EQ(identify.status, CheckStatus::kFail);
  EXPECT_EQ(identify.hresult, "CO_E_FAILEDTOIMPERSONATE"_hr);
  EXPECT_EQ(identify.rule, "HT-03");
  world_.blanket.reset();
  EXPECT_EQ(Check("com-security").status, CheckStatus::kUnknown);
}

TEST_F(DiagnosisTest, AServiceThatCannotStartFails) {
  world_.services["BITS"].start_type = ServiceStartType::kDisabled;
  EXPECT_EQ(Check("bits-service").hresult, "ERROR_SERVICE_DISABLED"_hr);
  world_.services["BITS"].start_type = ServiceStartType::kDemand;
  world_.services["RpcSs"].start_type = ServiceStartType::kDisabled;
  EXPECT_EQ(Check("bits-service").hresult, "ERROR_SERVICE_DEPENDENCY_FAIL"_hr);
  world_.services.erase("RpcSs");
  EXPECT_EQ(Check("bits-service").hresult, "ERROR_SERVICE_DEPENDENCY_DELETED"_hr);
  world_.services.erase("BITS");
  EXPECT_EQ(Check("bits-service").hresult, "ERROR_SERVICE_DOES_NOT_EXIST"_hr);
}

TEST_F(DiagnosisTest, AServiceThatHasNotRunSinceTheStartIsInOrder) {
  world_.services["BITS"].state = ServiceState::kStopped;
  world_.services["BITS"].exit_code = HResult::FromWin32(1077);
  EXPECT_EQ(Check("bits-service").status, CheckStatus::kPass);
  world_.services["BITS"].exit_code = "E_OUTOFMEMORY"_hr;
  EXPECT_EQ(Check("bits-service").status, CheckStatus::kWarn);
}

TEST_F(DiagnosisTest, OldClassesAreAWarningAndNoneAFailure) {
  world_.classes = {ManagerClass::k1_0, ManagerClass::k3_0};
  EXPECT_EQ(Check("bits-version").status, CheckStatus::kWarn);
  world_.classes.clear();
  EXPECT_EQ(Check("bits-version").status, CheckStatus::kFail);
}

TEST_F(DiagnosisTest, PoliciesThatStopJobsAreNamed) {
  constexpr std::string_view kKey = "HKLM\\Software\\Policies\\Microsoft\\Windows\\BITS\\";
  world_.registry[std::string(kKey) + "MaxInternetBandwidth"] = std::uint64_t{0};
  EXPECT_THAT(Check("policies").cause, HasSubstr("BG_E_BLOCKED_BY_POLICY"));
  world_.registry.clear();
  world_.registry[std::string(kKey) + "MaxJobsPerUser"] = std::uint64_t{400};
  EXPECT_THAT(Check("policies").cause, HasSubstr("above MaxJobsPerMachine"));
  world_.registry[std::string(kKey) + "MaxJobsPerUser"] = std::uint64_t{10};
  EXPECT_EQ(Check("policies").status, CheckStatus::kPass);
}

TEST_F(DiagnosisTest, TheLogsNewestComplaintIsShown) {
  world_.event_log = {{3, 4, {}, "created"}, {61, 3, {}, "stopped: 0x80070005"}, {61, 2, {}, "older"}};
  const CheckResult check = Check("event-log");
  EXPECT_EQ(check.status, CheckStatus::kWarn);
  EXPECT_THAT(check.evidence, AllOf(HasSubstr("2 of the last 3"), HasSubstr("stopped: 0x80070005")));
}

TEST_F(DiagnosisTest, ARestrictedTokenFails) {
  world_.caller.restricted_sids = {{"S-1-1-0", "", 0}};
  EXPECT_EQ(Check("process-token").status, CheckStatus::kFail);
}

TEST_F(DiagnosisTest, FlagsThatDoNotComeBackFail) {
  fakes::FailingCall refusal("SetHelperTokenFlags", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&refusal});
  EXPECT_EQ(CheckOn(*environment, "helper-token-flags").hresult, "E_ACCESSDENIED"_hr);
  EXPECT_EQ(Check("helper-token-flags").status, CheckStatus::kPass);
}

TEST_F(DiagnosisTest, AProbeJobThatCannotBeCancelledIsTold) {
  fakes::FailingCall refusal("Cancel", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&refusal});
  Diagnosis diagnosis =
      Diagnose(*environment, options_, std::vector<std::string>{"create-job", "leftovers"}, [](const CheckResult&) {});
  EXPECT_EQ(diagnosis.checks.back().status, CheckStatus::kFail);
  EXPECT_THAT(diagnosis.checks.back().fix, HasSubstr("bitsadmin /cancel {00000001"));
}

TEST_F(DiagnosisTest, EveryFailureHasACauseAndAFix) {
  // Each of BITS' calls in turn, refused: whatever check notices says why and what to do.
  AddHelper(false);
  for (const char* method : {"CoInitializeEx", "CoInitializeSecurity", "CoCreateInstance", "EnumJobs", "GetCount",
                             "CreateJob", "GetState", "QueryInterface", "SetProxyBlanket", "SetHelperToken",
                             "GetHelperTokenSid", "SetHelperTokenFlags", "GetHelperTokenFlags", "ClearHelperToken",
                             "LogonUser", "ImpersonateLoggedOnUser", "GetTokenFacts", "QueryService"}) {
    fakes::FailingCall failure(method, "E_ACCESSDENIED"_hr);
    const auto environment = intercept::Intercept(world_, {&failure});
    const Diagnosis diagnosis = Diagnose(*environment, options_, {}, [](const CheckResult&) {});
    EXPECT_GT(failure.calls(), 0) << method;
    for (const CheckResult& check : diagnosis.checks) {
      if (check.status != CheckStatus::kFail) continue;
      EXPECT_FALSE(check.cause.empty()) << method << " " << check.id;
      EXPECT_FALSE(check.fix.empty()) << method << " " << check.id;
      EXPECT_TRUE(check.hresult.Failed()) << method << " " << check.id;
    }
  }
}

}  // namespace
}  // namespace bits::diagnose
