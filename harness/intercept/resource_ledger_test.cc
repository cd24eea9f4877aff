#include "harness/intercept/resource_ledger.h"

#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted/scripted_windows.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/api/scoped_job.h"
#include "harness/intercept/fault_injector.h"
#include "harness/intercept/intercepted_environment.h"

namespace bits::intercept {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Listener : public BackgroundCopyCallback {
 public:
  HResult JobTransferred(BackgroundCopyJob&) override { return {}; }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return {}; }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return {}; }
};

// What a client holds on to; each part can be forgotten.
struct Client {
  explicit Client(Environment& given) : environment(given) {}

  // A well-behaved client's work, as far as the plants need it.
  void Begin() {
    static_cast<void>(environment.com().CoInitializeEx(ApartmentType::kMultiThreaded));
    event = *environment.com().MakeEvent();
    manager = std::move(*environment.com().CoCreateInstance(ManagerClass::k1_0));
    job = std::move(manager->CreateJob("a job", JobType::kDownload)->job);
    static_cast<void>(job->SetNotifyInterface(std::make_shared<Listener>()));
    options = std::move(*Query<BitsTokenOptions>(*job));
    static_cast<void>(options->SetProxyBlanket({}));
    token = std::move(
        *environment.logon().LogonUser("helper", ".", Secret(), LogonType::kInteractive, LogonProvider::kDefault));
    static_cast<void>(environment.logon().ImpersonateLoggedOnUser(token));
  }
  void Revert() const { static_cast<void>(environment.logon().RevertToSelf()); }
  void Close() { token.Close(); }
  void ClearCallback() const { static_cast<void>(job->SetNotifyInterface(nullptr)); }
  void Cancel() const { static_cast<void>(job->Cancel()); }
  void ReleasePointers() {
    options.reset();
    job.reset();
    manager.reset();
  }
  void ReleaseEvent() { event.reset(); }
  void Leave() const { environment.com().CoUninitialize(); }

  Environment& environment;
  std::shared_ptr<Event> event;
  std::unique_ptr<BackgroundCopyManager> manager;
  std::unique_ptr<BackgroundCopyJob> job;
  std::unique_ptr<BitsTokenOptions> options;
  Token token;
};

// A clean-up step; what is left when it alone is left out, by resource, with the call that is to be named.
struct Plant {
  std::string_view step;
  void (*clean_up)(Client&);
  std::vector<std::pair<Resource, std::string_view>> left;
};

const Plant kPlants[] = {
    {"revert", [](Client& c) { c.Revert(); }, {{Resource::kImpersonation, "LogonApi::ImpersonateLoggedOnUser"}}},
    {"close", [](Client& c) { c.Close(); }, {{Resource::kToken, "LogonApi::LogonUser"}}},
    {"clear the callback",
     [](Client& c) { c.ClearCallback(); },
     {{Resource::kNotifyInterface, "IBackgroundCopyJob::SetNotifyInterface"}}},
    {"cancel", [](Client& c) { c.Cancel(); }, {{Resource::kJob, "IBackgroundCopyManager::CreateJob"}}},
    {"release",
     [](Client& c) { c.ReleasePointers(); },
     {{Resource::kPointer, "ComApi::CoCreateInstance"},
      {Resource::kPointer, "IBackgroundCopyManager::CreateJob"},
      {Resource::kPointer, "IBackgroundCopyJob::QueryInterface"},
      {Resource::kBlanket, "IBitsTokenOptions::SetProxyBlanket"}}},
    {"release the event", [](Client& c) { c.ReleaseEvent(); }, {{Resource::kEvent, "ComApi::MakeEvent"}}},
    {"leave", [](Client& c) { c.Leave(); }, {{Resource::kApartment, "ComApi::CoInitializeEx"}}},
};

class ResourceLedgerTest : public ::testing::Test {
 protected:
  ResourceLedgerTest() { world_.accounts["helper"].facts.user.account = "SCRIPTED\\helper"; }

  fakes::ScriptedWindows world_;
  FaultInjector injector_;
  ResourceLedger ledger_;
  std::unique_ptr<Environment> environment_ = Intercept(world_, {&ledger_, &injector_});
};

TEST_F(ResourceLedgerTest, ACleanClientOwesNothing) {
  Client client(*environment_);
  client.Begin();
  EXPECT_THAT(ledger_.Leaks(), testing::SizeIs(10)) << "in the middle everything is open";
  for (const Plant& plant : kPlants) plant.clean_up(client);
  EXPECT_THAT(ledger_.Leaks(), IsEmpty());
  EXPECT_THAT(ledger_.NotEnded(), IsEmpty());
  for (const auto& [resource, name] : EnumNames<Resource>::kNames) {
    EXPECT_EQ(ledger_.Opened(resource), resource == Resource::kPointer ? 3U : 1U) << name;
  }
}

TEST_F(ResourceLedgerTest, EachPlantedLeakIsFoundAndOnlyThat) {
  for (const Plant& planted : kPlants) {
    ledger_.Reset();
    Client client(*environment_);
    client.Begin();
    for (const Plant& plant : kPlants) {
      if (&plant != &planted) plant.clean_up(client);
    }
    std::vector<std::pair<Resource, std::string>> found;
    for (const LedgerEntry& leak : ledger_.Leaks()) {
      found.emplace_back(leak.resource, std::string(leak.made_by_type) + "::" + std::string(leak.made_by));
      EXPECT_GT(leak.sequence, 0U);
      EXPECT_EQ(leak.caller, leak.resource == Resource::kImpersonation ? "SCRIPTED\\helper" : "SCRIPTED\\owner")
          << ToString(leak);
    }
    const std::vector<std::pair<Resource, std::string>> expected(planted.left.begin(), planted.left.end());
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(expected)) << planted.step;
    EXPECT_THAT(ledger_.NotEnded(), IsEmpty()) << planted.step;
    if (planted.left.front().first == Resource::kJob || planted.left.front().first == Resource::kNotifyInterface) {
      continue;  // the pointer that it takes to make up for that is released
    }
    planted.clean_up(client);
    EXPECT_THAT(ledger_.Leaks(), IsEmpty()) << planted.step << ", made up for";
  }
}

TEST_F(ResourceLedgerTest, ALeakIsToldWithItsCall) {
  const Token token = std::move(
      *environment_->logon().LogonUser("helper", ".", Secret(), LogonType::kInteractive, LogonProvider::kDefault));
  EXPECT_THAT(ToString(ledger_.Leaks().front()),
              AllOf(HasSubstr("token 0x"),
                    HasSubstr("was opened and not closed: LogonApi::LogonUser, call #1, by SCRIPTED\\owner")));
}

TEST_F(ResourceLedgerTest, WhatCouldNotBeEndedIsNoLeak) {
  const Fault dead[] = {*ParseFault("IBackgroundCopyJob::SetNotifyInterface#2=dies-before")};
  injector_.Reset(dead);
  Client client(*environment_);
  client.Begin();
  for (const Plant& plant : kPlants) plant.clean_up(client);
  EXPECT_THAT(ledger_.Leaks(), IsEmpty());
  std::vector<Resource> refused;
  for (const LedgerEntry& entry : ledger_.NotEnded()) {
    refused.push_back(entry.resource);
    if (entry.resource == Resource::kJob) {
      EXPECT_THAT(ToString(entry), HasSubstr("RPC_S_SERVER_UNAVAILABLE"));
    }
  }
  // This callback does not hold the event; one that does would keep it.
  EXPECT_THAT(refused, testing::UnorderedElementsAre(Resource::kJob, Resource::kNotifyInterface));
}

TEST_F(ResourceLedgerTest, TheClientsViewCounts) {
  const Fault lost[] = {*ParseFault("IBackgroundCopyManager::CreateJob#1=lose-answer:RPC_S_CALL_FAILED"),
                        *ParseFault("LogonApi::LogonUser#1=E_HANDLE")};
  injector_.Reset(lost);
  const auto manager = environment_->com().CoCreateInstance(ManagerClass::k1_0);
  EXPECT_FALSE((*manager)->CreateJob("a job", JobType::kDownload));
  EXPECT_FALSE(
      environment_->logon().LogonUser("helper", ".", Secret(), LogonType::kInteractive, LogonProvider::kDefault));
  EXPECT_EQ(world_.jobs.size(), 1U);
  ASSERT_THAT(ledger_.Leaks(), testing::SizeIs(1));
  EXPECT_EQ(ledger_.Leaks().front().what, "IBackgroundCopyManager") << "which is held; of the job nobody knows";
}

TEST_F(ResourceLedgerTest, AJobMayBeEndedThroughAnyOfItsPointers) {
  const auto manager = environment_->com().CoCreateInstance(ManagerClass::k1_0);
  const auto created = (*manager)->CreateJob("a job", JobType::kDownload);
  const auto looked_up = (*manager)->GetJob(created->id);
  EXPECT_TRUE((*Query<BackgroundCopyJob2>(**looked_up))->Cancel().Succeeded());
  for (const LedgerEntry& entry : ledger_.Leaks()) EXPECT_EQ(entry.resource, Resource::kPointer) << ToString(entry);
}

TEST_F(ResourceLedgerTest, ThreadsHaveApartmentsAndIdentitiesOfTheirOwn) {
  const auto apartment = Apartment::Enter(environment_->com(), ApartmentType::kMultiThreaded);
  std::thread([this] { environment_->com().CoUninitialize(); }).join();
  EXPECT_THAT(ledger_.Leaks(), testing::SizeIs(1)) << "another thread cannot leave for this one";
}

TEST_F(ResourceLedgerTest, WithoutNamesTheCallerIsNotAskedFor) {
  ResourceLedger ledger(ResourceLedger::Callers::kNotNamed);
  const auto environment = Intercept(world_, {&ledger});
  const Token token = std::move(*environment->logon().OpenProcessToken(TokenAccess::kQuery));
  ASSERT_THAT(ledger.Leaks(), testing::SizeIs(1));
  EXPECT_EQ(ledger.Leaks().front().caller, "");
}

}  // namespace
}  // namespace bits::intercept
