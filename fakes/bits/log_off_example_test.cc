// The program that the README of fakes/ shows; a test compares the two.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/mocks/matchers.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"

namespace bits::fakes {
namespace {

using mocks::HasState;
using mocks::IsBitsError;
using mocks::Succeeds;
using rules::TokenKind;

// recipe: Let the owner log off in the middle of a transfer
TEST(LogOffExample, TheJobNeedsItsHelperTokenAgain) {
  World world("win10-1607");
  const Cast cast(world);  // logs on alice, who is to own the job, helen, who is to help, and others
  AddStandardServers(world);
  const auto alice = world.Start(cast.Owner(TokenKind::kUser));  // a process: the Environment of the code under test
  const auto apartment = Apartment::Enter(alice->com(), ApartmentType::kMultiThreaded);
  ASSERT_THAT(alice->com().CoInitializeSecurity({}), Succeeds());  // level Impersonate, dynamic cloaking
  const auto manager = alice->com().CoCreateInstance(ManagerClass::k4_0).value();
  const auto job = manager->CreateJob("large file", JobType::kDownload).value().job;
  ASSERT_THAT(job->AddFile("http://files.contoso.test/large.iso", "C:\\Users\\alice\\large.iso"), Succeeds());
  const auto options = Query<BitsTokenOptions>(*job).value();
  const Token token = alice->Open(cast.Helper(TokenKind::kUser));
  const auto helen = Impersonation::Of(alice->logon(), token);  // these pointers may be used as the helper from here on
  ASSERT_THAT(options->SetHelperToken(), Succeeds());
  ASSERT_THAT(options->SetHelperTokenFlags(HelperTokenFlags::kNetwork), Succeeds());
  ASSERT_THAT(job->Resume(), Succeeds());
  world.Advance(std::chrono::seconds(10));  // of 40

  world.LogOff("alice");
  EXPECT_THAT(*job, HasState(JobState::kError));
  EXPECT_THAT(*job->GetError().value(), IsBitsError(ErrorContext::kGeneralQueueManager, "BG_E_TOKEN_REQUIRED"_hr));

  world.LogOn("alice");
  EXPECT_THAT(options->SetHelperToken(), Succeeds());
  EXPECT_THAT(job->Resume(), Succeeds());
  EXPECT_TRUE(world.RunUntilIdle());
  EXPECT_THAT(*job, HasState(JobState::kTransferred));
}
// end of recipe

}  // namespace
}  // namespace bits::fakes
