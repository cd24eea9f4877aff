// The unchanged program on a simulated Windows.
#include "fakes/com/scoped_fake_bits.h"

#include "sdk_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/bits/bits_service.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"

namespace example {
namespace {

using bits::fakes::Cast;
using bits::fakes::World;
using bits::fakes::WorldOptions;
using bits::fakes::com::ScopedFakeBits;
using bits::rules::TokenKind;
using testing::IsEmpty;

// recipe: Test an unchanged program of the Windows SDK
TEST(SdkProgramOnTheSimulation, DownloadsAndLeavesNothing) {
  WorldOptions options;
  options.profile = "win10-1607";
  options.real_time = true;  // the program waits in real time
  World world(options);
  const Cast cast(world);
  AddStandardServers(world);
  const auto alice = world.Start(cast.Owner(TokenKind::kUser));
  {
    const ScopedFakeBits bits(*alice);  // its CoCreateInstance(BackgroundCopyManager) meets the simulation
    EXPECT_EQ(RunSdkProgram(L"http://files.contoso.test/setup.msi", L"C:\\Users\\alice\\setup.msi"), 0);
    EXPECT_EQ(RunSdkProgram(L"http://files.contoso.test/missing", L"C:\\Users\\alice\\missing"), 1);
    EXPECT_EQ(bits.living_objects(), 0U);
  }
  EXPECT_THAT(alice->Leaks(), IsEmpty());
  world.Change([&world] {
    EXPECT_EQ(world.bits().job_count(), 0U);
    EXPECT_NE(world.disk().Find("C:\\Users\\alice\\setup.msi"), nullptr);
  });
}
// end of recipe

}  // namespace
}  // namespace example
