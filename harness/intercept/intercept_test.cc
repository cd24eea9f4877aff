// The decorator, the dispatcher and the tracer, over the scripted Windows.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/failing_call.h"
#include "fakes/scripted/scripted_windows.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/intercept/call_tracer.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::intercept {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Recorder : public Interceptor {
 public:
  explicit Recorder(std::string name = "") : name_(std::move(name)) {}
  std::optional<HResult> Before(const Call& call) override {
    lines.push_back(
        fmt::format("{}before {}::{} {}", name_, call.interface_name, call.method, call.arguments().dump()));
    callers.push_back(call.caller());
    return std::nullopt;
  }
  void After(const Call& call, Outcome& outcome) override {
    lines.push_back(fmt::format("{}after {} {} {}", name_, call.method, ToHex(outcome.result), outcome.value().dump()));
  }
  std::vector<std::string> lines;
  std::vector<std::string> callers;

 private:
  std::string name_;
};

class InterceptTest : public ::testing::Test {
 protected:
  std::unique_ptr<BackgroundCopyManager> Manager(Environment& environment) {
    auto manager = environment.com().CoCreateInstance(ManagerClass::k1_0);
    EXPECT_TRUE(manager);
    return std::move(*manager);
  }

  fakes::ScriptedWindows world_;
};

TEST_F(InterceptTest, ACallIsSeenBeforeAndAfterWithArgumentsAndValue) {
  Recorder recorder;
  const auto environment = Intercept(world_, {&recorder});
  const auto manager = Manager(*environment);
  recorder.lines.clear();
  const auto created = manager->CreateJob("name", JobType::kDownload);
  ASSERT_TRUE(created);
  EXPECT_THAT(
      recorder.lines,
      ElementsAre(R"json(before IBackgroundCopyManager::CreateJob {"DisplayName":"name","Type":"DOWNLOAD"})json",
                  R"json(after CreateJob 0x00000000 )json"
                  R"json({"id":"{00000001-0000-0000-0000-000000000000}","job":"(object)"})json"));
}

TEST_F(InterceptTest, ObjectsThatComeFromCallsAreSeenToo) {
  Recorder recorder;
  const auto environment = Intercept(world_, {&recorder});
  const auto manager = Manager(*environment);
  auto created = manager->CreateJob("name", JobType::kDownload);
  ASSERT_TRUE(created);
  const auto jobs = manager->EnumJobs(EnumJobsFlags::kCurrentUser);
  ASSERT_TRUE(jobs);
  auto entries = (*jobs)->Next(1);
  ASSERT_TRUE(entries);
  const auto job2 = Query<BackgroundCopyJob2>(*entries->front());
  ASSERT_TRUE(job2);
  const auto options = Query<BitsTokenOptions>(**job2);
  ASSERT_TRUE(options);
  recorder.lines.clear();
  EXPECT_TRUE((*job2)->GetState());
  EXPECT_TRUE((*options)->SetHelperToken().Succeeded());
  EXPECT_THAT(recorder.lines, AllOf(Contains("before IBackgroundCopyJob2::GetState {}"),
                                    Contains("before IBitsTokenOptions::SetHelperToken {}")));
}

TEST_F(InterceptTest, InterceptorsAreNested) {
  Recorder outer("outer ");
  Recorder inner("inner ");
  const auto environment = Intercept(world_, {&outer, &inner});
  EXPECT_TRUE(environment->machine().ComputerName());
  const auto words = [](const Recorder& recorder) { return recorder.lines.size(); };
  EXPECT_EQ(words(outer), 2U);
  EXPECT_EQ(words(inner), 2U);
}

TEST_F(InterceptTest, AnAnswerKeepsTheCallFromTheBackendAndFromLaterInterceptors) {
  fakes::FailingCall failure("CreateJob", "BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  Recorder behind;
  const auto environment = Intercept(world_, {&failure, &behind});
  const auto manager = Manager(*environment);
  behind.lines.clear();
  EXPECT_EQ(HResultOf(manager->CreateJob("name", JobType::kDownload)), "BG_E_TOO_MANY_JOBS_PER_USER"_hr);
  EXPECT_TRUE(world_.jobs.empty());
  EXPECT_TRUE(behind.lines.empty());
}

TEST_F(InterceptTest, AReplyThatIsLostAfterTheCallReleasesItsValue) {
  class LostReply : public Interceptor {
    void After(const Call& call, Outcome& outcome) override {
      if (call.method == "CreateJob") outcome.result = "RPC_S_CALL_FAILED"_hr;
    }
  } lost;
  const auto environment = Intercept(world_, {&lost});
  const auto manager = Manager(*environment);
  const std::size_t before = world_.objects;
  EXPECT_EQ(HResultOf(manager->CreateJob("name", JobType::kDownload)), "RPC_S_CALL_FAILED"_hr);
  EXPECT_EQ(world_.jobs.size(), 1U) << "the service did make the job";
  EXPECT_EQ(world_.objects, before) << "and nobody holds it";
}

TEST_F(InterceptTest, ASuccessCannotStandForAValue) {
  class Liar : public Interceptor {
    std::optional<HResult> Before(const Call&) override { return HResult(); }
  } liar;
  const auto environment = Intercept(world_, {&liar});
  EXPECT_EQ(HResultOf(environment->machine().ComputerName()), "E_UNEXPECTED"_hr);
}

TEST_F(InterceptTest, TokensAreClosedThroughTheDecorator) {
  Recorder recorder;
  const auto environment = Intercept(world_, {&recorder});
  { const Result<Token> token = environment->logon().OpenProcessToken(TokenAccess::kQuery); }
  EXPECT_THAT(recorder.lines, Contains(HasSubstr("before LogonApi::CloseHandle")));
  EXPECT_EQ(world_.Leaks(), "");
}

TEST_F(InterceptTest, TheCallerIsTheThreadsIdentity) {
  world_.accounts["helper"].facts.user.account = "SCRIPTED\\helper";
  Recorder recorder;
  const auto environment = Intercept(world_, {&recorder});
  LogonApi& logon = environment->logon();
  const Result<Token> token =
      logon.LogonUser("helper", ".", Secret(), LogonType::kInteractive, LogonProvider::kDefault);
  ASSERT_TRUE(token);
  {
    const Result<Impersonation> impersonation = Impersonation::Of(logon, *token);
    EXPECT_TRUE(environment->machine().ComputerName());
  }
  EXPECT_EQ(recorder.callers.front(), "SCRIPTED\\owner");
  EXPECT_EQ(recorder.callers.back(), "SCRIPTED\\helper") << "RevertToSelf is called as the helper";
}

TEST_F(InterceptTest, CallbacksAreCallsAndGiveTheClientItsOwnObjectBack) {
  class Client : public BackgroundCopyCallback2 {
   public:
    HResult JobTransferred(BackgroundCopyJob& job) override { return HResultOf(job.GetState()); }
    HResult JobError(BackgroundCopyJob&, BackgroundCopyError& error) override { return HResultOf(error.GetError()); }
    HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return "S_FALSE"_hr; }
    HResult FileTransferred(BackgroundCopyJob&, BackgroundCopyFile&) override { return HResult(); }
  };
  Recorder recorder;
  const auto environment = Intercept(world_, {&recorder});
  const auto manager = Manager(*environment);
  auto created = manager->CreateJob("name", JobType::kDownload);
  ASSERT_TRUE(created);
  const auto client = std::make_shared<Client>();
  EXPECT_TRUE(created->job->SetNotifyInterface(client).Succeeded());
  EXPECT_EQ(*created->job->GetNotifyInterface(), client);
  recorder.lines.clear();
  const auto seen = std::dynamic_pointer_cast<BackgroundCopyCallback2>(world_.jobs.front()->callback);
  ASSERT_NE(seen, nullptr) << "a client of the second interface stays one";
  EXPECT_EQ(seen->JobModification(*created->job, 0), "S_FALSE"_hr);
  EXPECT_EQ(seen->JobTransferred(*created->job), "S_OK"_hr);
  EXPECT_THAT(recorder.lines, AllOf(Contains(HasSubstr("before IBackgroundCopyCallback::JobTransferred")),
                                    Contains(HasSubstr("before IBackgroundCopyJob::GetState"))));
}

TEST_F(InterceptTest, APasswordIsNeverShown) {
  world_.accounts["helper"].password = "pa55word";
  Recorder recorder;
  std::vector<std::string> traced;
  CallTracer tracer(world_.clock(), [&](std::string_view line) { traced.emplace_back(line); });
  const auto environment = Intercept(world_, {&tracer, &recorder});
  const Secret password("pa55word");
  EXPECT_TRUE(
      environment->logon().LogonUser("helper", ".", password, LogonType::kInteractive, LogonProvider::kDefault));
  const auto manager = Manager(*environment);
  auto created = manager->CreateJob("name", JobType::kDownload);
  const auto job2 = Query<BackgroundCopyJob2>(*created->job);
  AuthCredentials credentials;
  credentials.user_name = "helper";
  credentials.password = &password;
  EXPECT_TRUE((*job2)->SetCredentials(credentials).Succeeded());
  EXPECT_THAT(recorder.lines, Each(Not(HasSubstr("pa55word"))));
  EXPECT_THAT(traced, AllOf(Each(Not(HasSubstr("pa55word"))), Contains(HasSubstr("(secret)"))));
}

TEST_F(InterceptTest, TheTracerPrintsACallOnOneLine) {
  std::vector<std::string> traced;
  CallTracer tracer(world_.clock(), [&](std::string_view line) { traced.emplace_back(line); });
  const auto environment = Intercept(world_, {&tracer});
  EXPECT_EQ(HResultOf(environment->machine().QueryService("nothing")), "ERROR_SERVICE_DOES_NOT_EXIST"_hr);
  EXPECT_TRUE(environment->machine().ComputerName());
  EXPECT_THAT(traced, ElementsAre("#1 Machine::QueryService(lpServiceName=\"nothing\") = "
                                  "ERROR_SERVICE_DOES_NOT_EXIST (0x80070424) [0.00 ms]",
                                  "#2 Machine::ComputerName() = S_OK (0x00000000) \"SCRIPTED\" [0.00 ms]"));
}

}  // namespace
}  // namespace bits::intercept
