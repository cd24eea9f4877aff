// The engine finds what is planted, and only that.
#include "scenarios/faults/engine.h"

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"
#include "harness/api/apartment.h"
#include "harness/api/impersonation.h"
#include "harness/api/scoped_job.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/intercept/resource_ledger.h"

namespace bits::faults {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSecret = "a secret that is too long for the small string";

// What a client does wrong.
enum class Flaw {
  kNone,
  kKeepsToken,       // after a failure that comes later
  kKeepsIdentity,    // the same
  kKeepsApartment,   // after CreateJob failed
  kKeepsJob,         // after AddFile failed
  kBlamesNextStep,   // for a failure of AddFile
  kHidesFailure,     // of AddFile
  kTouchesFile,      // of somebody else's, after AddFile failed
  kLeavesSecret,     // in memory
  kLetsExceptionOut  // when AddFile fails
};

// A small client: logs a helper on, creates a job as itself, adds a file, cancels.
RunReport RunClient(Run& run, Flaw flaw) {
  const std::string secret_copy(flaw == Flaw::kLeavesSecret ? kSecret : "");
  Environment& windows = run.environment();
  const auto failed = [&](HResult result, std::string step) {
    if (flaw == Flaw::kHidesFailure && step == "add-file") return RunReport{};
    if (flaw == Flaw::kBlamesNextStep && step == "add-file") step = "cancel";
    return RunReport{result, std::move(step), ToString(result)};
  };
  run.Enter("log-on");
  const Secret password(fakes::Cast::kPassword);
  Result<Token> token =
      windows.logon().LogonUser("helen", ".", password, LogonType::kInteractive, LogonProvider::kDefault);
  if (!token) return failed(token.error(), "log-on");
  run.Enter("connect");
  Result<Apartment> apartment = Apartment::Enter(windows.com(), ApartmentType::kMultiThreaded);
  if (!apartment) return failed(HResultOf(apartment), "connect");
  const auto manager = windows.com().CoCreateInstance(ManagerClass::k1_0);
  if (!manager) return failed(manager.error(), "connect");
  run.Enter("create-job");
  Result<CreatedJob> created = (*manager)->CreateJob("a job", JobType::kDownload);
  if (!created) {
    // Entered once more, and that is forgotten.
    if (flaw == Flaw::kKeepsApartment) static_cast<void>(windows.com().CoInitializeEx(ApartmentType::kMultiThreaded));
    return failed(created.error(), "create-job");
  }
  run.Enter("add-file");
  ScopedJob job(std::move(created->job));
  const HResult added = job->AddFile("http://files.contoso.test/setup.msi", "C:\\Users\\alice\\setup.msi");
  if (added.Failed()) {
    switch (flaw) {
      case Flaw::kKeepsToken:
        static_cast<void>(token->Release());
        break;
      case Flaw::kKeepsIdentity:
        static_cast<void>(windows.logon().ImpersonateLoggedOnUser(*token));
        break;
      case Flaw::kKeepsJob: {
        const Result<CreatedJob> second = (*manager)->CreateJob("forgotten", JobType::kDownload);
        break;
      }
      case Flaw::kTouchesFile:
        static_cast<void>(windows.files().Remove("C:\\Users\\alice\\precious.txt"));
        break;
      case Flaw::kLetsExceptionOut:
        throw std::runtime_error("AddFile failed");
      default:
        break;
    }
    return failed(added, "add-file");
  }
  run.Enter("cancel");
  if (const HResult cancelled = job.Abandon(); cancelled.Failed()) return failed(cancelled, "cancel");
  return {};
}

Subject Client(Flaw flaw) {
  Subject subject;
  subject.id = "client";
  subject.prepare = [](fakes::World& world) {
    world.Change([&world] { world.disk().AddFile("C:\\Users\\alice\\precious.txt", fakes::FileContent("text")); });
  };
  subject.run = [flaw](Run& run) { return RunClient(run, flaw); };
  subject.tolerated = {
      {"CloseHandle", HResult()}, {"SetNotifyInterface", HResult()}, {"Cancel", "BG_E_INVALID_STATE"_hr}};
  subject.ends_with = HResult();
  subject.secret = kSecret;
  return subject;
}

std::string Violations(const Engine& engine) {
  std::string all;
  for (const Failure& failure : engine.failures()) all += ToString(failure) + "\n";
  return all;
}

TEST(FaultEngine, ACleanClientHasNoViolation) {
  const Subject subject = Client(Flaw::kNone);
  Engine engine(subject);
  engine.Singles();
  engine.Pairs({});
  engine.Allocations();
  EXPECT_EQ(engine.counts().violations, 0U) << Violations(engine);
  EXPECT_GT(engine.counts().singles, 50U);
  EXPECT_GT(engine.counts().pairs, engine.counts().singles);
  EXPECT_GT(engine.counts().allocations, 0U);
}

TEST(FaultEngine, EachFlawIsFoundWhereItIs) {
  struct Row {
    Flaw flaw;
    std::string_view fault;  // one under which it shows
    std::string_view violation;
  };
  constexpr std::string_view kAddFile = "IBackgroundCopyJob::AddFile#1=E_INVALIDARG";
  for (const Row& row : {
           Row{Flaw::kKeepsToken, kAddFile, "was opened and not closed: LogonApi::LogonUser"},
           Row{Flaw::kKeepsIdentity, kAddFile, "was begun and not reverted: LogonApi::ImpersonateLoggedOnUser"},
           Row{Flaw::kKeepsApartment, "IBackgroundCopyManager::CreateJob#1=E_ACCESSDENIED",
               "was entered and not left: ComApi::CoInitializeEx"},
           Row{Flaw::kKeepsJob, kAddFile, "was created and neither completed nor cancelled"},
           Row{Flaw::kBlamesNextStep, kAddFile,
               "AddFile failed first, with E_INVALIDARG (0x80070057) in step \"add-file\""},
           Row{Flaw::kHidesFailure, kAddFile, "reported is S_OK"},
           Row{Flaw::kTouchesFile, kAddFile, "precious.txt was touched"},
           Row{Flaw::kLetsExceptionOut, kAddFile, "an exception left the subject"},
       }) {
    const Subject subject = Client(row.flaw);
    Engine engine(subject);
    EXPECT_THAT(engine.Try({}), IsEmpty()) << row.violation << ": without a fault nothing is wrong";
    const Plan plan{{*intercept::ParseFault(row.fault)}, std::nullopt};
    EXPECT_THAT(engine.Try(plan), testing::Contains(HasSubstr(std::string(row.violation))));
    EXPECT_THAT(engine.Try({}), IsEmpty()) << row.violation << ": the next run does not feel it";
    engine.Singles();
    EXPECT_GT(engine.counts().violations, 0U);
    EXPECT_LT(engine.counts().violations, engine.counts().singles / 2) << "found everywhere is found nowhere";
    for (const Failure& failure : engine.failures()) {
      EXPECT_EQ(failure.plan.faults.size(), 1U) << ToString(failure);
      EXPECT_THAT(Reproduction("client", failure.plan), HasSubstr("faults_test --run client --fault '"));
    }
  }
}

// A client that says of none of its jobs whose they are, so that nobody can sweep them.
TEST(FaultEngine, AJobThatACrashLeavesForGoodIsFound) {
  Subject subject;
  subject.id = "test/unmarked";
  subject.run = [](faults::Run& run) { return RunClient(run, Flaw::kNone); };
  Engine engine(subject);
  engine.Crashes();
  EXPECT_GT(engine.counts().crashes, 10U);
  EXPECT_GT(engine.counts().violations, 0U);
  EXPECT_LT(engine.counts().violations, engine.counts().crashes) << "before the job is made nothing is left";
  ASSERT_FALSE(engine.failures().empty());
  EXPECT_THAT(ToString(engine.failures().front()), HasSubstr("faults_test --run test/unmarked --crash "));
  EXPECT_THAT(ToString(engine.failures().front()), HasSubstr("1 jobs are to be found, and 0 of 1 are"));
}

TEST(FaultEngine, ASecretInMemoryIsFound) {
  const Subject subject = Client(Flaw::kLeavesSecret);
  Engine engine(subject);
  EXPECT_THAT(engine.Try({}), testing::Contains(HasSubstr("the secret is in 1 blocks")));
}

TEST(FaultEngine, ALostAnswerOfCreateJobIsNotTheClients) {
  const Subject subject = Client(Flaw::kNone);
  Engine engine(subject);
  const Plan plan{{*intercept::ParseFault("IBackgroundCopyManager::CreateJob#1=lose-answer:RPC_S_CALL_FAILED")},
                  std::nullopt};
  EXPECT_THAT(engine.Try(plan), IsEmpty());
  EXPECT_THAT(engine.Trace(plan),
              testing::Contains(HasSubstr("IBackgroundCopyManager::CreateJob#1 = RPC_S_CALL_FAILED")));
}

TEST(AllocationWatch, FailsTheNthAndLooksThroughWhatIsGivenBack) {
  std::optional<std::string> made;
  {
    const AllocationWatch watch(AllocationFault{2, false}, kSecret);
    made.emplace(kSecret);
    EXPECT_THROW(static_cast<void>(std::string(kSecret)), std::bad_alloc);
    EXPECT_NO_THROW(static_cast<void>(std::string(100, 'x')));
    const NotTheClients ours;
    const std::string uncounted(100, 'x');
    EXPECT_EQ(AllocationWatch::Allocations(), 3U);
    EXPECT_EQ(AllocationWatch::SecretsFound(), 0U);
    made.reset();
    EXPECT_EQ(AllocationWatch::SecretsFound(), 1U);
  }
  const AllocationWatch lasting(AllocationFault{1, true}, {});
  for (int i = 0; i < 3; ++i) EXPECT_THROW(static_cast<void>(std::string(100, 'x')), std::bad_alloc);
}

TEST(ScopedTypes, WhatIsAssignedOverIsEnded) {
  fakes::ScriptedWindows windows;
  intercept::ResourceLedger ledger;
  const auto environment = intercept::Intercept(windows, {&ledger});
  Token token = std::move(*environment->logon().OpenProcessToken(TokenAccess::kQuery));
  token = std::move(*environment->logon().OpenProcessToken(TokenAccess::kQuery));
  const auto manager = environment->com().CoCreateInstance(ManagerClass::k1_0);
  ScopedJob job(std::move((*manager)->CreateJob("first", JobType::kDownload)->job));
  job = ScopedJob(std::move((*manager)->CreateJob("second", JobType::kDownload)->job));
  const auto leaks = ledger.Leaks();
  const auto count = [&](intercept::Resource resource) {
    return std::ranges::count(leaks, resource, &intercept::LedgerEntry::resource);
  };
  EXPECT_EQ(count(intercept::Resource::kToken), 1);
  EXPECT_EQ(count(intercept::Resource::kJob), 1);
  EXPECT_EQ(windows.jobs.front()->state, JobState::kCancelled);
  const AllocationWatch watch(std::nullopt, kSecret);
  {
    Secret secret(kSecret);
    secret = Secret("another");
  }
  EXPECT_EQ(AllocationWatch::SecretsFound(), 0U);
}

}  // namespace
}  // namespace bits::faults
