// Callbacks: on which thread they come, how long they are held, and what becomes of one that fails.
#include <stdexcept>

#include "fakes/com/conformance_test.h"

namespace bits::fakes::com {
namespace {

class CallbackTest : public ConformanceTest {
 protected:
  using ConformanceTest::ConformanceTest;

  static ComPtr<IBackgroundCopyJob> JobWith(IUnknown* callback) {
    ComPtr<IBackgroundCopyJob> job = Download(NewManager().Get());
    EXPECT_HRESULT(job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_JOB_ERROR), S_OK);
    EXPECT_HRESULT(job->SetNotifyInterface(callback), S_OK);
    return job;
  }

  // Ends the job. A callback may still be on its way back to the service then, which holds it meanwhile.
  void End(ComPtr<IBackgroundCopyJob> job, const Callback& callback) {
    job->Cancel();  // it may have ended by itself
    job.Reset();
    if (!world_.options().real_time) world_.Advance({});
    EXPECT_TRUE(EventuallyServing([&] { return callback.references() == 0; }));
  }
};

class RealTimeCallbackTest : public CallbackTest {
 protected:
  RealTimeCallbackTest() : CallbackTest(/*real_time=*/true) {}
};

class SingleThreadedCallbackTest : public CallbackTest {
 protected:
  SingleThreadedCallbackTest() : CallbackTest(/*real_time=*/true, COINIT_APARTMENTTHREADED) {}
};

TEST_F(RealTimeCallbackTest, ComesOnAnotherThreadOfTheApartment) {
  Callback callback;
  APTTYPE type{};
  HRESULT apartment = E_FAIL;
  callback.answer = [&](IBackgroundCopyJob* job) {
    APTTYPEQUALIFIER qualifier{};
    apartment = CoGetApartmentType(&type, &qualifier);
    // The pointer is good where it came.
    return StateOf(job) == BG_JOB_STATE_TRANSFERRED ? S_OK : E_UNEXPECTED;
  };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return callback.transferred == 1; }));
  EXPECT_NE(callback.called_on, GetCurrentThreadId());
  EXPECT_HRESULT(apartment, S_OK);
  EXPECT_EQ(type, APTTYPE_MTA);
  End(std::move(job), callback);
}

TEST_F(SingleThreadedCallbackTest, ComesOnItsThreadWhileThatDispatchesMessages) {
  Callback callback;
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return StateOf(job.Get()) == BG_JOB_STATE_TRANSFERRED; }));
  Sleep(50);
  EXPECT_EQ(callback.transferred, 0) << "nobody dispatched a message";
  EXPECT_TRUE(EventuallyServing([&] { return callback.transferred == 1; }));
  EXPECT_EQ(callback.called_on, GetCurrentThreadId());
  End(std::move(job), callback);
}

// COM delivers calls to a thread that waits by it.
TEST_F(SingleThreadedCallbackTest, ComesWhileTheThreadWaitsByCom) {
  Callback callback;
  const KernelHandle done(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  callback.answer = [&](IBackgroundCopyJob*) { return SetEvent(done.get()) ? S_OK : E_FAIL; };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  DWORD index = 7;
  HANDLE handle = done.get();
  EXPECT_HRESULT(CoWaitForMultipleHandles(0, 5000, 1, &handle, &index), S_OK);
  EXPECT_EQ(index, 0U);
  EXPECT_EQ(callback.called_on, GetCurrentThreadId());
  EXPECT_EQ(callback.transferred, 1);
  End(std::move(job), callback);
}

// A wait in which nothing is signalled ends in time, however often a callback comes in; one for all handles, and a
// wrong one, are the system's.
TEST_F(SingleThreadedCallbackTest, WaitingByComIsOtherwiseAsEver) {
  Callback callback;
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return StateOf(job.Get()) == BG_JOB_STATE_TRANSFERRED; }));
  const KernelHandle never(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const KernelHandle set(CreateEventW(nullptr, TRUE, TRUE, nullptr));
  HANDLE handles[] = {never.get(), set.get()};
  DWORD index = 0;
  EXPECT_HRESULT(CoWaitForMultipleHandles(0, 200, 1, handles, &index), RPC_S_CALLPENDING);
  EXPECT_EQ(callback.transferred, 1);
  EXPECT_HRESULT(CoWaitForMultipleHandles(0, INFINITE, 2, handles, &index), S_OK);
  EXPECT_EQ(index, 1U);
  EXPECT_HRESULT(CoWaitForMultipleHandles(COWAIT_WAITALL, 0, 2, handles, &index), RPC_S_CALLPENDING);
  EXPECT_HRESULT(CoWaitForMultipleHandles(0, 0, 1, handles, nullptr), E_INVALIDARG);
  End(std::move(job), callback);
}

TEST_F(SingleThreadedCallbackTest, MayCallBackAndEndTheJob) {
  Callback callback;
  callback.answer = [](IBackgroundCopyJob* job) { return job->Complete(); };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(EventuallyServing([&] { return callback.transferred == 1; }));
  EXPECT_EQ(StateOf(job.Get()), BG_JOB_STATE_ACKNOWLEDGED);
  End(std::move(job), callback);
}

TEST_F(RealTimeCallbackTest, IsHeldUntilItIsTakenAway) {
  Callback callback;
  auto job = JobWith(&callback);
  EXPECT_GT(callback.references(), 0U);
  EXPECT_HRESULT(job->SetNotifyInterface(nullptr), S_OK);
  EXPECT_TRUE(Eventually([&] { return callback.references() == 0; }));
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return StateOf(job.Get()) == BG_JOB_STATE_TRANSFERRED; }));
  EXPECT_EQ(callback.transferred, 0);
  End(std::move(job), callback);
}

TEST_F(RealTimeCallbackTest, MayBeTakenAwayInItsOwnCall) {
  Callback callback;
  std::atomic<bool> still_there{false};
  callback.answer = [&](IBackgroundCopyJob* job) {
    EXPECT_HRESULT(job->SetNotifyInterface(nullptr), S_OK);
    // The call itself keeps it.
    still_there = callback.references() > 0;
    return S_OK;
  };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  EXPECT_TRUE(Eventually([&] { return callback.transferred == 1 && callback.references() == 0; }));
  EXPECT_TRUE(still_there);
  End(std::move(job), callback);
}

TEST_F(CallbackTest, IsGivenBackAsItCame) {
  Callback callback;
  auto job = JobWith(&callback);
  ComPtr<IUnknown> given;
  EXPECT_HRESULT(job->GetNotifyInterface(given.GetAddressOf()), S_OK);
  EXPECT_EQ(IdentityOf(given.Get()), IdentityOf(&callback));
  given.Reset();
  EXPECT_HRESULT(job->SetNotifyInterface(nullptr), S_OK);
  EXPECT_HRESULT(job->GetNotifyInterface(given.GetAddressOf()), S_OK);
  EXPECT_EQ(given.Get(), nullptr);
  EXPECT_EQ(callback.references(), 0U);
}

TEST_F(CallbackTest, AnotherTakesItsPlace) {
  Callback first;
  Callback second;
  auto job = JobWith(&first);
  EXPECT_HRESULT(job->SetNotifyInterface(&second), S_OK);
  EXPECT_EQ(first.references(), 0U);
  EXPECT_HRESULT(job->Resume(), S_OK);
  world_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(first.transferred, 0);
  EXPECT_EQ(second.transferred, 1);
  EXPECT_HRESULT(job->Cancel(), S_OK);
  EXPECT_HRESULT(job->SetNotifyInterface(nullptr), static_cast<HRESULT>(0x80200002));  // BG_E_INVALID_STATE
  bits_.reset();
  EXPECT_EQ(second.references(), 0U) << "a scope that closes lets go of it";
}

TEST_F(CallbackTest, WhatIsNoCallbackIsRefused) {
  auto job = NewJob(NewManager().Get());
  EXPECT_HRESULT(job->SetNotifyInterface(job.Get()), E_NOINTERFACE);
  ComPtr<IUnknown> given;
  EXPECT_HRESULT(job->GetNotifyInterface(given.GetAddressOf()), S_OK);
  EXPECT_EQ(given.Get(), nullptr);
}

TEST_F(CallbackTest, ThatFailsIsRepeatedAfterTheRetryDelay) {
  Callback callback;
  callback.answer = [&](IBackgroundCopyJob*) { return callback.transferred < 2 ? E_FAIL : S_OK; };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->SetMinimumRetryDelay(60), S_OK);
  EXPECT_HRESULT(job->Resume(), S_OK);
  world_.Advance(std::chrono::seconds(30));
  EXPECT_EQ(callback.transferred, 1);
  world_.Advance(std::chrono::seconds(60));
  EXPECT_EQ(callback.transferred, 2);
  world_.Advance(std::chrono::hours(1));
  EXPECT_EQ(callback.transferred, 3) << "until it succeeds";
  End(std::move(job), callback);
}

// Nothing of C++ belongs into COM; a client that throws all the same must not take the service with it.
TEST_F(CallbackTest, ThatThrowsIsRepeatedToo) {
  Callback callback;
  int thrown = 0;
  callback.answer = [&](IBackgroundCopyJob*) -> HRESULT {
    if (thrown++ == 0) throw std::runtime_error("a client's");
    return S_OK;
  };
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Resume(), S_OK);
  world_.Advance(std::chrono::minutes(30));
  EXPECT_EQ(thrown, 2);
  EXPECT_EQ(callback.transferred, 1);
  End(std::move(job), callback);
}

TEST_F(CallbackTest, TellsOfFilesWhereItCan) {
  for (const bool second : {false, true}) {
    Callback callback;
    callback.offers_second = second;
    auto job = JobWith(&callback);
    EXPECT_HRESULT(job->SetNotifyFlags(BG_NOTIFY_JOB_TRANSFERRED | BG_NOTIFY_FILE_TRANSFERRED), S_OK);
    EXPECT_HRESULT(job->Resume(), S_OK);
    world_.Advance(std::chrono::seconds(1));
    EXPECT_EQ(callback.files, second ? 1 : 0);
    EXPECT_EQ(callback.transferred, 1);
    End(std::move(job), callback);
  }
}

TEST_F(CallbackTest, OfAFailureComesWithTheError) {
  Callback callback;
  auto job = Download(NewManager().Get(), kMissingUrl);
  EXPECT_HRESULT(job->SetNotifyFlags(BG_NOTIFY_JOB_ERROR), S_OK);
  EXPECT_HRESULT(job->SetNotifyInterface(&callback), S_OK);
  EXPECT_HRESULT(job->Resume(), S_OK);
  world_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(callback.errors, 1);
  End(std::move(job), callback);
}

// The client's object lives in its apartment: it must be released there as it is called there.
TEST_F(SingleThreadedCallbackTest, IsReleasedOnItsThread) {
  Callback callback;
  auto job = JobWith(&callback);
  EXPECT_HRESULT(job->Cancel(), S_OK);
  // The service lets go of it on a thread of its own.
  Sleep(50);
  EXPECT_GT(callback.references(), 0U) << "nobody dispatched a message";
  EXPECT_TRUE(EventuallyServing([&] { return callback.references() == 0; }));
  EXPECT_EQ(callback.released_on, GetCurrentThreadId());
}

// When nobody is there to release it, it is released all the same.
TEST_F(RealTimeCallbackTest, OfAThreadThatHasEndedIsReleasedElsewhere) {
  Callback callback;
  OnAnotherThread([&] {
    const ScopedApartment apartment(COINIT_APARTMENTTHREADED);
    auto job = JobWith(&callback);
    EXPECT_HRESULT(job->Cancel(), S_OK);
  });
  EXPECT_TRUE(Eventually([&] { return callback.references() == 0; }));
}

}  // namespace
}  // namespace bits::fakes::com
