// Apartments: on which threads a pointer may be used, and how it gets to another.
#include <future>

#include "fakes/com/conformance_test.h"

namespace bits::fakes::com {
namespace {

HRESULT TryState(IBackgroundCopyJob* job) {
  BG_JOB_STATE state{};
  return job->GetState(&state);
}

class MultiThreadedTest : public ConformanceTest {};
class SingleThreadedTest : public ConformanceTest {
 protected:
  SingleThreadedTest() : ConformanceTest(false, COINIT_APARTMENTTHREADED) {}
};

TEST_F(SingleThreadedTest, PointersAreItsOwnThreads) {
  const auto manager = NewManager();
  const auto job = NewJob(manager.Get());
  EXPECT_EQ(StateOf(job.Get()), BG_JOB_STATE_SUSPENDED);
  for (const COINIT type : {COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED}) {
    OnAnotherThread([&] {
      const ScopedApartment apartment(type);
      EXPECT_HRESULT(TryState(job.Get()), RPC_E_WRONG_THREAD) << type;
      ComPtr<IEnumBackgroundCopyJobs> jobs;
      EXPECT_HRESULT(manager->EnumJobs(0, jobs.GetAddressOf()), RPC_E_WRONG_THREAD);
      ComPtr<IBackgroundCopyJob3> another;
      EXPECT_HRESULT(job->QueryInterface(IID_PPV_ARGS(another.GetAddressOf())), RPC_E_WRONG_THREAD);
      EXPECT_EQ(another.Get(), nullptr);
      // References are counted on any thread.
      job->AddRef();
      job->Release();
    });
  }
}

TEST_F(MultiThreadedTest, PointersAreAllItsThreads) {
  const auto job = NewJob(NewManager().Get());
  OnAnotherThread([&] {
    const ScopedApartment apartment(COINIT_MULTITHREADED);
    EXPECT_HRESULT(TryState(job.Get()), S_OK);
  });
  OnAnotherThread([&] {
    const ScopedApartment apartment(COINIT_APARTMENTTHREADED);
    EXPECT_HRESULT(TryState(job.Get()), RPC_E_WRONG_THREAD);
  });
  // A thread that entered none is in the multi-threaded one while there is one.
  OnAnotherThread([&] {
    EXPECT_HRESULT(TryState(job.Get()), S_OK);
    EXPECT_NE(NewManager().Get(), nullptr);
  });
}

TEST_F(SingleThreadedTest, NothingWorksOutsideAnApartment) {
  const auto job = NewJob(NewManager().Get());
  OnAnotherThread([&] {
    EXPECT_HRESULT(TryState(job.Get()), CO_E_NOTINITIALIZED);
    IBackgroundCopyManager* manager = nullptr;
    EXPECT_HRESULT(CreateManager(&manager), CO_E_NOTINITIALIZED);
    EXPECT_EQ(manager, nullptr);
  });
}

TEST_F(SingleThreadedTest, AThreadThatLeftItsApartmentIsOutside) {
  const auto job = NewJob(NewManager().Get());
  apartment_.reset();
  EXPECT_HRESULT(TryState(job.Get()), CO_E_NOTINITIALIZED);
  apartment_.emplace(COINIT_APARTMENTTHREADED);
  EXPECT_HRESULT(TryState(job.Get()), S_OK);
}

TEST_F(SingleThreadedTest, TheFirstKindOfApartmentStays) {
  EXPECT_HRESULT(CoInitializeEx(nullptr, COINIT_MULTITHREADED), RPC_E_CHANGED_MODE);
  EXPECT_HRESULT(CoInitialize(nullptr), S_FALSE);
  CoUninitialize();
  EXPECT_NE(NewManager().Get(), nullptr);
}

// The apartment may be older than the scope: a thread that entered none is in it all the same, as long as it is there.
TEST(ApartmentTest, TheMultiThreadedOneMayBeOlderThanTheScope) {
  std::promise<void> entered;
  std::promise<void> leave;
  std::thread owner([&] {
    const ScopedApartment apartment(COINIT_MULTITHREADED);
    entered.set_value();
    leave.get_future().wait();
  });
  entered.get_future().wait();
  World world("win11-24h2");
  const Cast cast(world);
  const auto process = world.Start(cast.Owner(rules::TokenKind::kUser));
  const ScopedFakeBits bits(*process);
  const auto job = NewJob(NewManager().Get());
  EXPECT_HRESULT(TryState(job.Get()), S_OK);
  leave.set_value();
  owner.join();
  EXPECT_HRESULT(TryState(job.Get()), CO_E_NOTINITIALIZED);
  IBackgroundCopyManager* manager = nullptr;
  EXPECT_HRESULT(CreateManager(&manager), CO_E_NOTINITIALIZED);
}

// A client that takes the pointer where it is meant to go by COM's own marshaling.
TEST_F(MultiThreadedTest, AMarshaledPointerWorksInAnotherApartment) {
  const auto job = NewJob(NewManager().Get());
  ComPtr<IStream> stream;
  ASSERT_HRESULT_SUCCEEDED(
      CoMarshalInterThreadInterfaceInStream(__uuidof(IBackgroundCopyJob), job.Get(), stream.GetAddressOf()));
  ApartmentThread other(COINIT_APARTMENTTHREADED);
  other.Run([&] {
    ComPtr<IBackgroundCopyJob> there;
    EXPECT_HRESULT(CoGetInterfaceAndReleaseStream(stream.Detach(), IID_PPV_ARGS(there.GetAddressOf())), S_OK);
    EXPECT_NE(there.Get(), job.Get());
    EXPECT_EQ(StateOf(there.Get()), BG_JOB_STATE_SUSPENDED);
    win32::OutText name;
    EXPECT_HRESULT(there->GetDisplayName(name.Receive()), S_OK);
    EXPECT_EQ(std::wstring(*name.Receive()), L"a job");
    EXPECT_HRESULT(there->SetDescription(L"by a proxy"), S_OK);
  });
  win32::OutText description;
  EXPECT_HRESULT(job->GetDescription(description.Receive()), S_OK);
  EXPECT_EQ(std::wstring(*description.Receive()), L"by a proxy");
}

TEST_F(MultiThreadedTest, AMarshaledPointerOfASingleThreadedApartmentIsServedThere) {
  ApartmentThread owner(COINIT_APARTMENTTHREADED);
  ComPtr<IBackgroundCopyJob> job;
  ComPtr<IStream> stream;
  owner.Run([&] {
    job = NewJob(NewManager().Get());
    EXPECT_HRESULT(
        CoMarshalInterThreadInterfaceInStream(__uuidof(IBackgroundCopyJob), job.Get(), stream.GetAddressOf()), S_OK);
  });
  EXPECT_HRESULT(TryState(job.Get()), RPC_E_WRONG_THREAD);
  ComPtr<IBackgroundCopyJob> here;
  EXPECT_HRESULT(CoGetInterfaceAndReleaseStream(stream.Detach(), IID_PPV_ARGS(here.GetAddressOf())), S_OK);
  EXPECT_EQ(StateOf(here.Get()), BG_JOB_STATE_SUSPENDED);
  here.Reset();
  owner.Run([&] { job.Reset(); });
}

}  // namespace
}  // namespace bits::fakes::com
