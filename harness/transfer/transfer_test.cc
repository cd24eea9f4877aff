#include "harness/transfer/transfer.h"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/failing_call.h"
#include "fakes/scripted/scripted_windows.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::transfer {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kUrl[] = "http://server/f";
constexpr char kFile[] = "C:\\here\\f.bin";

class TransferTest : public ::testing::Test {
 protected:
  TransferTest() {
    world_.resources[kUrl].body = "content";
    fakes::ScriptedAccount& helper = world_.accounts["helper"];
    helper.password = "pa55word";
    helper.facts.user = {"S-1-5-21-1-1002", "SCRIPTED\\helper", 0};
    request_.url = kUrl;
    request_.file = "f.bin";
  }

  void AskForHelper(std::uint32_t flags = HelperTokenFlags::kLocalFile) {
    request_.helper.emplace();
    request_.helper->user_name = "helper";
    request_.helper->domain = ".";
    request_.helper->password = Secret("pa55word");
    request_.helper->flags = flags;
  }

  TransferReport Run() { return RunOn(world_); }
  TransferReport RunOn(Environment& environment) {
    TransferObserver observer;
    return Transfer(environment, request_, observer, stop_.get_token());
  }

  // What every failure must leave: nothing.
  void ExpectNothingLeft() {
    EXPECT_EQ(world_.Leaks(), "");
    EXPECT_FALSE(world_.disk.contains(kFile));
  }

  void ExpectFailsAt(TransferStep step, HResult result, const std::string& detail = "") {
    const TransferReport report = Run();
    ASSERT_NE(report.FailedStep(), nullptr);
    EXPECT_EQ(report.FailedStep()->step, step) << FactsOf(report.FailedStep()->step).id;
    EXPECT_EQ(report.result, result);
    EXPECT_THAT(report.FailedStep()->detail, HasSubstr(detail));
    ExpectNothingLeft();
  }

  fakes::ScriptedWindows world_;
  TransferRequest request_;
  std::stop_source stop_;
};

TEST_F(TransferTest, WithoutHelperPutsTheFileInPlace) {
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr);
  EXPECT_EQ(report.file, kFile);
  EXPECT_EQ(report.bytes, 7U);
  EXPECT_EQ(world_.disk.at(kFile), "content");
  EXPECT_EQ(world_.Leaks(), "");
  EXPECT_EQ(report.steps.size(), TransferSteps().size());
  EXPECT_EQ(world_.jobs.front()->state, JobState::kAcknowledged);
  EXPECT_EQ(world_.jobs.front()->priority, JobPriority::kForeground);
}

TEST_F(TransferTest, WithHelperSetsItsTokenAndFlags) {
  AskForHelper(HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork);
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "S_OK"_hr);
  EXPECT_EQ(report.helper_sid, "S-1-5-21-1-1002");
  EXPECT_EQ(world_.jobs.front()->helper->user.sid, "S-1-5-21-1-1002");
  EXPECT_EQ(world_.jobs.front()->helper_flags, 3U);
  EXPECT_EQ(world_.jobs.front()->implicit_credentials, 4);
  EXPECT_EQ(world_.Leaks(), "");
  EXPECT_TRUE(std::ranges::none_of(report.steps, [](const auto& s) { return s.status == StepStatus::kSkipped; }));
}

TEST_F(TransferTest, HelperForLocalFilesOnlyAnswersNoChallenge) {
  AskForHelper(HelperTokenFlags::kLocalFile);
  EXPECT_TRUE(Run().Succeeded());
  EXPECT_EQ(world_.jobs.front()->implicit_credentials, 0);
}

TEST_F(TransferTest, WrongPasswordStopsTheTransfer) {
  AskForHelper();
  request_.helper->password = Secret("wrong");
  ExpectFailsAt(TransferStep::kLogOnHelper, "ERROR_LOGON_FAILURE"_hr, "interactive");
  EXPECT_THAT(world_.jobs.front()->files, IsEmpty());
}

TEST_F(TransferTest, MissingTokenOptionsAreNamed) {
  AskForHelper();
  world_.has_token_options = false;
  ExpectFailsAt(TransferStep::kQueryTokenOptions, "E_NOINTERFACE"_hr, "no helper tokens");
}

TEST_F(TransferTest, TheWrongIdentityCapturedIsAFailure) {
  AskForHelper();
  world_.cloaking_works = false;
  ExpectFailsAt(TransferStep::kVerifyHelperToken, "E_UNEXPECTED"_hr, "S-1-5-21-1-1001 instead of");
}

TEST_F(TransferTest, ImpersonationEndsBeforeTheTokenIsClosed) {
  class Order : public intercept::Interceptor {
   public:
    std::optional<HResult> Before(const intercept::Call& call) override {
      if (call.method == "RevertToSelf" || call.method == "CloseHandle" || call.method == "AddFile") {
        calls.emplace_back(call.method);
      }
      return std::nullopt;
    }
    std::vector<std::string> calls;
  } order;
  const auto environment = intercept::Intercept(world_, {&order});
  AskForHelper(HelperTokenFlags::kNetwork);
  EXPECT_TRUE(RunOn(*environment).Succeeded());
  EXPECT_THAT(order.calls, ElementsAre("RevertToSelf", "CloseHandle", "AddFile"))
      << "BITS has the token: this process needs it no longer";
}

// A service that checks at each call (Vista's did) would not let the helper cancel the owner's job.
TEST_F(TransferTest, AfterAFailureImpersonationEndsBeforeTheJobIsCancelled) {
  class Order : public intercept::Interceptor {
   public:
    std::optional<HResult> Before(const intercept::Call& call) override {
      if (call.method == "RevertToSelf" || call.method == "Cancel") calls.emplace_back(call.method);
      return call.method == "SetHelperToken" ? std::optional("E_ACCESSDENIED"_hr) : std::nullopt;
    }
    std::vector<std::string> calls;
  } order;
  const auto environment = intercept::Intercept(world_, {&order});
  AskForHelper(HelperTokenFlags::kNetwork);
  EXPECT_EQ(RunOn(*environment).result, "E_ACCESSDENIED"_hr);
  EXPECT_THAT(order.calls, ElementsAre("RevertToSelf", "Cancel"));
}

TEST_F(TransferTest, EveryStatusThatIsNoSuccessStopsBeforeBitsIsAsked) {
  for (const std::uint32_t status : {401U, 403U, 404U, 500U, 503U}) {
    world_.resources[kUrl].status = status;
    const TransferReport report = Run();
    EXPECT_EQ(report.result, HResult(0x80190000U + status));
    EXPECT_EQ(report.FailedStep()->step, TransferStep::kPreflight);
  }
  EXPECT_THAT(world_.jobs, IsEmpty());
  ExpectNothingLeft();
}

TEST_F(TransferTest, AChallengeIsLeftToAHelperForTheNetwork) {
  world_.resources[kUrl].status = 401;
  AskForHelper(HelperTokenFlags::kNetwork);
  const TransferReport report = Run();
  EXPECT_TRUE(report.Succeeded());
}

TEST_F(TransferTest, ARefusedConnectionIsNamed) {
  world_.resources[kUrl].transport = "ERROR_WINHTTP_CANNOT_CONNECT"_hr;
  ExpectFailsAt(TransferStep::kPreflight, "ERROR_WINHTTP_CANNOT_CONNECT"_hr, kUrl);
}

TEST_F(TransferTest, ABodyShorterThanAnnouncedIsAFailure) {
  world_.resources[kUrl].announced_length = 1000;
  ExpectFailsAt(TransferStep::kVerifyFile, "BG_E_VALIDATION_FAILED"_hr, "7 bytes, the server had announced 1000");
}

TEST_F(TransferTest, ALengthThatIsNotAnnouncedIsNotCompared) {
  world_.resources[kUrl].announces_length = false;
  EXPECT_TRUE(Run().Succeeded());
}

TEST_F(TransferTest, AHashThatDiffersIsAFailure) {
  request_.sha256 = std::string(64, 'a');
  ExpectFailsAt(TransferStep::kVerifyFile, "BG_E_VALIDATION_FAILED"_hr, "SHA-256");
}

TEST_F(TransferTest, AHashInAnyCaseIsAccepted) {
  request_.sha256 = std::string(63, '0') + "7";
  EXPECT_EQ(Run().sha256, *request_.sha256);
}

TEST_F(TransferTest, PartialCompleteIsAFailure) {
  world_.resources[kUrl].complete = "BG_S_PARTIAL_COMPLETE"_hr;
  ExpectFailsAt(TransferStep::kComplete, "BG_E_FILE_NOT_AVAILABLE"_hr, "BG_S_PARTIAL_COMPLETE");
}

TEST_F(TransferTest, AMissingFileIsAFailure) {
  world_.resources[kUrl].file_missing = true;
  ExpectFailsAt(TransferStep::kVerifyFile, "ERROR_FILE_NOT_FOUND"_hr, "no file");
}

TEST_F(TransferTest, AJobInErrorIsToldWithContextAndUrl) {
  world_.resources[kUrl].job_error = "BG_E_TOKEN_REQUIRED"_hr;
  ExpectFailsAt(TransferStep::kWait, "BG_E_TOKEN_REQUIRED"_hr, "context REMOTE_FILE for http://server/f");
}

TEST_F(TransferTest, TheTimeOutCancelsTheJob) {
  world_.resources[kUrl].never_ends = true;
  ExpectFailsAt(TransferStep::kWait, "ERROR_TIMEOUT"_hr, "still TRANSFERRING after 900.0 s");
}

TEST_F(TransferTest, AStopRequestCancelsTheJob) {
  world_.resources[kUrl].never_ends = true;
  world_.on_wait = [this] { stop_.request_stop(); };
  ExpectFailsAt(TransferStep::kWait, "ERROR_CANCELLED"_hr, "interrupted");
}

TEST_F(TransferTest, AJobEndedBySomebodyElseIsAFailure) {
  world_.resources[kUrl].never_ends = true;
  world_.on_wait = [this] { world_.jobs.front()->state = JobState::kCancelled; };
  ExpectFailsAt(TransferStep::kWait, "BG_E_INVALID_STATE"_hr, "somebody else");
}

TEST_F(TransferTest, AnExistingDestinationIsRefused) {
  world_.disk[kFile] = "precious";
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "ERROR_FILE_EXISTS"_hr);
  EXPECT_EQ(world_.disk.at(kFile), "precious");
}

TEST_F(TransferTest, OverwritingReplacesOnlyOnSuccess) {
  world_.disk[kFile] = "precious";
  request_.overwrite = true;
  world_.resources[kUrl].announced_length = 1000;
  EXPECT_FALSE(Run().Succeeded());
  EXPECT_EQ(world_.disk.at(kFile), "precious");
  world_.resources[kUrl].announced_length.reset();
  EXPECT_TRUE(Run().Succeeded());
  EXPECT_EQ(world_.disk.at(kFile), "content");
}

TEST_F(TransferTest, ADestinationThatAppearsMeanwhileIsKept) {
  world_.on_wait = [this] { world_.disk[kFile] = "somebody else's"; };
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "ERROR_ALREADY_EXISTS"_hr);
  EXPECT_EQ(world_.disk.at(kFile), "somebody else's");
  EXPECT_EQ(world_.Leaks(), "");
}

TEST_F(TransferTest, AMissingDirectoryIsNamed) {
  request_.file = "C:\\nowhere\\f.bin";
  const TransferReport report = Run();
  EXPECT_EQ(report.result, "ERROR_PATH_NOT_FOUND"_hr);
  EXPECT_THAT(report.FailedStep()->detail, HasSubstr("C:\\nowhere\\ does not exist"));
}

TEST_F(TransferTest, SecuritySetEarlierIsNoFailure) {
  fakes::FailingCall late("CoInitializeSecurity", "RPC_E_TOO_LATE"_hr);
  const auto environment = intercept::Intercept(world_, {&late});
  EXPECT_TRUE(RunOn(*environment).Succeeded());
}

// Each call the procedure makes, failing: the transfer stops, says so with that code, and leaves nothing.
class EachCallFails : public TransferTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(EachCallFails, NothingIsLeft) {
  AskForHelper(HelperTokenFlags::kLocalFile | HelperTokenFlags::kNetwork);
  fakes::FailingCall failure(GetParam(), "RPC_E_SERVERFAULT"_hr);
  const auto environment = intercept::Intercept(world_, {&failure});
  const TransferReport report = RunOn(*environment);
  EXPECT_GT(failure.calls(), 0);
  EXPECT_EQ(report.result, "RPC_E_SERVERFAULT"_hr);
  ExpectNothingLeft();
}

INSTANTIATE_TEST_SUITE_P(Transfer, EachCallFails,
                         ::testing::Values("GetFullPath", "IsDirectory", "Send", "CoInitializeEx", "MakeEvent",
                                           "CoInitializeSecurity", "CoCreateInstance", "CurrentProcess", "CreateJob",
                                           "SetDescription", "SetNotifyFlags", "SetPriority", "QueryInterface",
                                           "SetProxyBlanket", "LogonUser", "GetTokenFacts", "ImpersonateLoggedOnUser",
                                           "SetHelperToken", "GetHelperTokenSid", "SetHelperTokenFlags",
                                           "SetCredentials", "AddFile", "Resume", "GetState", "WaitForEvent",
                                           "Complete", "GetFileSize", "Rename"));

TEST_F(TransferTest, ACancelThatFailsIsTold) {
  world_.resources[kUrl].never_ends = true;
  fakes::FailingCall failure("Cancel", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&failure});
  EXPECT_THAT(RunOn(*environment).clean_up, HasSubstr("could not be cancelled (E_ACCESSDENIED (0x80070005))"));
}

TEST_F(TransferTest, AnObserverThatThrowsLeavesNothing) {
  class Thrower : public TransferObserver {
   public:
    void OnProgress(JobState, const JobProgress&) override { throw std::runtime_error("display lost"); }
  } observer;
  AskForHelper();
  EXPECT_THROW(Transfer(world_, request_, observer, stop_.get_token()), std::runtime_error);
  ExpectNothingLeft();
}

TEST_F(TransferTest, ARevertThatFailsEndsTheProcess) {
  AskForHelper();
  fakes::FailingCall failure("RevertToSelf", "E_ACCESSDENIED"_hr);
  const auto environment = intercept::Intercept(world_, {&failure});
  EXPECT_DEATH(RunOn(*environment), "RevertToSelf failed with 0x80070005");
}

TEST(TransferSteps, AreListedByTheirNumber) {
  int documented = 0;
  for (std::size_t i = 0; i < TransferSteps().size(); ++i) {
    const TransferStepFacts& facts = TransferSteps()[i];
    EXPECT_EQ(static_cast<std::size_t>(facts.step), i) << facts.id;
    if (facts.documented != 0) {
      EXPECT_EQ(facts.documented, ++documented) << facts.id;
    }
  }
  EXPECT_EQ(documented, 16);
}

}  // namespace
}  // namespace bits::transfer
