#include "harness/win32/event_wait.h"

#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "harness/api/apartment.h"
#include "harness/win32/environment.h"

namespace bits::win32 {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(ToWaitMilliseconds, RoundsUpSoThatNoWaitSpins) {
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds(1)), 1U);
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds(1'000'000)), 1U);
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds(1'000'001)), 2U);
}

TEST(ToWaitMilliseconds, NeverWrapsAndIsNeverInfinite) {
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds(0)), 0U);
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds(-1)), 0U);
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds::min()), 0U);
  EXPECT_EQ(ToWaitMilliseconds(nanoseconds::max()), 86'400'000U);
  EXPECT_EQ(ToWaitMilliseconds(milliseconds(std::numeric_limits<std::uint32_t>::max())), 86'400'000U);
}

class ForeignEvent final : public Event {
 public:
  void Set() override {}
};

class WaitTest : public testing::TestWithParam<ApartmentType> {
 protected:
  std::unique_ptr<Environment> environment_ = CreateEnvironment();
  ComApi& com_ = environment_->com();
  Result<Apartment> apartment_ = Apartment::Enter(com_, GetParam());
  std::shared_ptr<Event> event_ = com_.MakeEvent().value();
};

INSTANTIATE_TEST_SUITE_P(Apartments, WaitTest,
                         testing::Values(ApartmentType::kSingleThreaded, ApartmentType::kMultiThreaded),
                         [](const auto& test) { return ToString(test.param); });

TEST_P(WaitTest, ASetEventIsConsumedByOneWait) {
  event_->Set();
  EXPECT_EQ(com_.WaitForEvent(*event_, nanoseconds(0)).value(), WaitOutcome::kSignalled);
  EXPECT_EQ(com_.WaitForEvent(*event_, nanoseconds(0)).value(), WaitOutcome::kTimedOut);
}

TEST_P(WaitTest, ANegativeTimeoutOnlyLooks) {
  EXPECT_EQ(com_.WaitForEvent(*event_, nanoseconds::min()).value(), WaitOutcome::kTimedOut);
}

TEST_P(WaitTest, TimesOutNotBeforeItsTime) {
  const nanoseconds start = environment_->clock().SteadyNow();
  EXPECT_EQ(com_.WaitForEvent(*event_, milliseconds(20)).value(), WaitOutcome::kTimedOut);
  EXPECT_GE(environment_->clock().SteadyNow() - start, milliseconds(20));
}

TEST_P(WaitTest, AnotherThreadSetsTheEventOfALongWait) {
  std::jthread setter([event = event_] { event->Set(); });
  EXPECT_EQ(com_.WaitForEvent(*event_, nanoseconds::max()).value(), WaitOutcome::kSignalled);
}

TEST_P(WaitTest, TheEventOutlivesItsEnvironment) {
  const std::shared_ptr<Event> event = CreateEnvironment()->com().MakeEvent().value();
  event->Set();
  EXPECT_EQ(com_.WaitForEvent(*event, nanoseconds(0)).value(), WaitOutcome::kSignalled);
}

TEST_P(WaitTest, AnEventOfAnotherKindIsRefused) {
  ForeignEvent event;
  EXPECT_EQ(HResultOf(com_.WaitForEvent(event, nanoseconds(0))), "E_INVALIDARG"_hr);
}

class MessagesTest : public WaitTest {
 protected:
  static bool TakeMessage(UINT message) {
    MSG taken;
    return PeekMessageW(&taken, nullptr, message, message, PM_REMOVE) != FALSE;
  }
};

INSTANTIATE_TEST_SUITE_P(Apartments, MessagesTest, testing::Values(ApartmentType::kSingleThreaded),
                         [](const auto& test) { return ToString(test.param); });

TEST_P(MessagesTest, AreDispatchedWhileWaiting) {
  constexpr UINT kMessages = 100;
  for (UINT i = 0; i < kMessages; ++i) ASSERT_TRUE(PostThreadMessageW(GetCurrentThreadId(), WM_APP, 0, 0));
  EXPECT_EQ(com_.WaitForEvent(*event_, milliseconds(50)).value(), WaitOutcome::kTimedOut);
  EXPECT_FALSE(TakeMessage(WM_APP));
}

TEST_P(MessagesTest, DoNotKeepASetEventWaiting) {
  ASSERT_TRUE(PostThreadMessageW(GetCurrentThreadId(), WM_APP, 0, 0));
  event_->Set();
  EXPECT_EQ(com_.WaitForEvent(*event_, nanoseconds::max()).value(), WaitOutcome::kSignalled);
  EXPECT_TRUE(TakeMessage(WM_APP));
}

TEST_P(MessagesTest, QuitEndsTheWaitAndStaysForTheThreadsOwnLoop) {
  PostQuitMessage(7);
  EXPECT_EQ(HResultOf(com_.WaitForEvent(*event_, nanoseconds::max())), "E_ABORT"_hr);
  EXPECT_EQ(HResultOf(com_.WaitForEvent(*event_, nanoseconds::max())), "E_ABORT"_hr);
  MSG message{};
  ASSERT_TRUE(PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE));
  EXPECT_EQ(message.message, static_cast<UINT>(WM_QUIT));
  EXPECT_EQ(message.wParam, 7U);
}

TEST(ComApi, AThreadCannotChangeItsApartment) {
  const auto environment = CreateEnvironment();
  const auto apartment = Apartment::Enter(environment->com(), ApartmentType::kSingleThreaded);
  ASSERT_TRUE(apartment);
  EXPECT_EQ(environment->com().CoInitializeEx(ApartmentType::kMultiThreaded), "RPC_E_CHANGED_MODE"_hr);
  const auto again = Apartment::Enter(environment->com(), ApartmentType::kSingleThreaded);
  EXPECT_TRUE(again);
}

TEST(ComApi, NothingIsCreatedOutsideAnApartment) {
  const auto environment = CreateEnvironment();
  EXPECT_EQ(HResultOf(environment->com().CoCreateInstance(ManagerClass::k1_0)), "CO_E_NOTINITIALIZED"_hr);
}

}  // namespace
}  // namespace bits::win32
