// The downloader on a simulated Windows: the rules decide.
#include "downloader.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/bits/bits_service.h"
#include "fakes/mocks/matchers.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/intercept/fault_injector.h"
#include "harness/intercept/intercepted_environment.h"

namespace example {
namespace {

using bits::fakes::Cast;
using bits::fakes::World;
using bits::mocks::HasHResult;
using bits::mocks::Succeeds;
using bits::rules::TokenKind;
using testing::IsEmpty;
using namespace bits::literals;  // "E_ACCESSDENIED"_hr

constexpr std::string_view kUrl = "http://files.contoso.test/private/report.docx";  // only helen and hector may have it
constexpr std::string_view kFile = "C:\\Users\\alice\\report.docx";

// recipe: Test your own code on the simulation
// The downloader as a program that alice runs on a machine of that Windows version.
bits::HResult DownloadAsAlice(World& world, std::string_view password) {
  const Cast cast(world);
  AddStandardServers(world);
  const auto alice = world.Start(cast.Owner(TokenKind::kUser));  // an Environment, as the real Windows is one
  const Helper helper{"helen", bits::Secret(password)};
  const bits::HResult result = Download(*alice, kUrl, kFile, helper);
  EXPECT_THAT(alice->Leaks(), IsEmpty());   // tokens, apartments, interface pointers
  EXPECT_EQ(world.bits().job_count(), 0U);  // completed or cancelled
  return result;
}

TEST(DownloaderOnTheSimulation, TheHelperOpensWhatTheOwnerMayNot) {
  World world("win10-1607");
  EXPECT_THAT(DownloadAsAlice(world, Cast::kPassword), Succeeds());
  EXPECT_NE(world.disk().Find(kFile), nullptr);
}

TEST(DownloaderOnTheSimulation, WithoutTheHelperNothingIsDownloaded) {
  World world("win10-1607");
  EXPECT_THAT(DownloadAsAlice(world, "wrong"), HasHResult("ERROR_LOGON_FAILURE"_hr));
  EXPECT_EQ(world.disk().Find(kFile), nullptr);
}

TEST(DownloaderOnTheSimulation, Before1607TheOwnerMustBeAnAdministrator) {
  World world("win10-1507");
  EXPECT_THAT(DownloadAsAlice(world, Cast::kPassword), HasHResult("E_ACCESSDENIED"_hr));
}
// end of recipe

// recipe: Test your own code with faults
TEST(DownloaderOnTheSimulation, LeavesNothingWhicheverCallFails) {
  for (const std::string_view call :
       {"ComApi::CoInitializeSecurity#1", "ComApi::CoCreateInstance#1", "IBackgroundCopyManager::CreateJob#1",
        "IBackgroundCopyJob::AddFile#1", "LogonApi::LogonUser#1", "LogonApi::ImpersonateLoggedOnUser#1",
        "IBitsTokenOptions::SetHelperToken#1", "IBackgroundCopyJob::Resume#1", "IBackgroundCopyJob::GetState#2"}) {
    World world("win10-1607");
    const Cast cast(world);
    AddStandardServers(world);
    const auto alice = world.Start(cast.Owner(TokenKind::kUser));
    bits::intercept::FaultInjector faults({*bits::intercept::ParseFault(std::string(call) + "=E_FAIL")});
    const auto failing = bits::intercept::Intercept(*alice, {&faults});  // alice's Windows, with this fault

    const Helper helper{"helen", bits::Secret(Cast::kPassword)};
    EXPECT_THAT(Download(*failing, kUrl, kFile, helper), HasHResult("E_FAIL"_hr)) << call;
    EXPECT_EQ(faults.Strikes(0), 1U) << call;
    EXPECT_THAT(alice->Leaks(), IsEmpty()) << call;
    EXPECT_EQ(world.bits().job_count(), 0U) << call;
  }
}
// end of recipe

}  // namespace
}  // namespace example
