// Many client threads at once: callbacks that call back, jobs that vanish, people who come and go. The thread sanitizer
// watches; what is asserted is that every call ends in a documented way and that nothing is left.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fakes/bits/bits_service.h"
#include "fakes/world/process.h"
#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"

namespace bits::fakes {
namespace {

constexpr int kThreads = 6;
constexpr int kRounds = 25;

// What a call may yield when another thread has been at the same job.
bool IsExpected(HResult result) {
  constexpr HResult kExpected[] = {"S_OK"_hr,
                                   "BG_E_INVALID_STATE"_hr,
                                   "BG_S_PARTIAL_COMPLETE"_hr,
                                   "BG_E_NOT_FOUND"_hr,
                                   "BG_E_EMPTY"_hr,
                                   "ERROR_NOT_LOGGED_ON"_hr,
                                   "ERROR_NO_SUCH_LOGON_SESSION"_hr,
                                   "BG_E_ERROR_INFORMATION_UNAVAILABLE"_hr};
  return std::ranges::find(kExpected, result) != std::end(kExpected);
}

// Looks at its job from inside the callback, and completes it there.
class Completer : public BackgroundCopyCallback {
 public:
  explicit Completer(std::shared_ptr<Event> event) : event_(std::move(event)) {}
  HResult JobTransferred(BackgroundCopyJob& job) override {
    static_cast<void>(job.GetProgress());
    static_cast<void>(job.SetNotifyInterface(nullptr));
    const HResult completed = job.Complete();
    if (!IsExpected(completed)) ++unexpected;
    event_->Set();
    return HResult();
  }
  HResult JobError(BackgroundCopyJob& job, BackgroundCopyError& error) override {
    static_cast<void>(error.GetError());
    static_cast<void>(job.Cancel());
    event_->Set();
    return HResult();
  }
  HResult JobModification(BackgroundCopyJob& job, std::uint32_t) override {
    static_cast<void>(job.GetState());
    return HResult();
  }

  static inline std::atomic<int> unexpected{0};

 private:
  std::shared_ptr<Event> event_;
};

class ThreadsTest : public ::testing::TestWithParam<bool> {
 protected:
  ThreadsTest() : world_(Options()) {
    world_.AddUser("alice", "a");
    world_.AddUser("helen", "h");
    world_.SetPolicy("MaxJobsPerUser", 1'000'000);
    world_.SetPolicy("MaxJobsPerMachine", 1'000'000);
    world_.Change([this] {
      world_.disk().AddDirectory("C:\\Shared");
      HttpServer& server = world_.network().AddHttpServer("http://server");
      server.latency = std::chrono::microseconds(50);
      world_.network().AddHttpResource("http://server/file", FileContent::Synthetic(10'000));
    });
    process_ = world_.Start(world_.LogOn("alice"));
    Completer::unexpected = 0;
  }

  static WorldOptions Options() {
    WorldOptions options;
    options.profile = "win10-1607";
    options.real_time = GetParam();
    return options;
  }

  void Expect(HResult result, std::string_view call) {
    if (IsExpected(result)) return;
    ADD_FAILURE() << call << ": " << result;
  }

  // One client: downloads with a helper token, its callback completes the job.
  void Download(int thread) {
    const Apartment apartment = *Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded);
    static_cast<void>(process_->com().CoInitializeSecurity({}));
    const auto manager = process_->com().CoCreateInstance(ManagerClass::k1_0);
    ASSERT_TRUE(manager);
    const std::shared_ptr<Event> event = *process_->com().MakeEvent();
    for (int round = 0; round < kRounds; ++round) {
      const Result<CreatedJob> created = (*manager)->CreateJob("threads", JobType::kDownload);
      if (!created) {
        Expect(created.error(), "CreateJob");
        continue;
      }
      BackgroundCopyJob& job = *created->job;
      Expect(job.SetNotifyFlags(NotifyFlags::kJobTransferred | NotifyFlags::kJobError | NotifyFlags::kJobModification),
             "SetNotifyFlags");
      Expect(job.SetNotifyInterface(std::make_shared<Completer>(event)), "SetNotifyInterface");
      Expect(job.AddFile("http://server/file", fmt::format("C:\\Shared\\{}-{}", thread, round)), "AddFile");
      SetHelper(job);
      Expect(job.SetPriority(round % 2 == 0 ? JobPriority::kForeground : JobPriority::kNormal), "SetPriority");
      Expect(job.Resume(), "Resume");
      static_cast<void>(process_->com().WaitForEvent(*event, std::chrono::milliseconds(20)));
      const HResult cancelled = job.Cancel();
      Expect(cancelled, "Cancel");
    }
  }

  void SetHelper(BackgroundCopyJob& job) {
    const auto options = Query<BitsTokenOptions>(job);
    if (!options) return Expect(options.error(), "QueryInterface");
    const auto token =
        process_->logon().LogonUser("helen", ".", Secret("h"), LogonType::kInteractive, LogonProvider::kDefault);
    ASSERT_TRUE(token);
    const auto impersonation = Impersonation::Of(process_->logon(), *token);
    Expect((*options)->SetHelperToken(), "SetHelperToken");
  }

  // Another client who cancels what it finds.
  void CancelWhatIsThere(const std::atomic<bool>& stop) {
    const Apartment apartment = *Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded);
    const auto manager = process_->com().CoCreateInstance(ManagerClass::k1_0);
    while (!stop) {
      const auto jobs = (*manager)->EnumJobs(0);
      const auto entries = (*jobs)->Next(100);
      for (std::size_t i = 0; i < entries->size(); i += 5) Expect((*entries)[i]->Cancel(), "Cancel");
      static_cast<void>((*manager)->GetJob(Guid{}));
      std::this_thread::yield();
    }
  }

  World world_;
  std::unique_ptr<Process> process_;
};

TEST_P(ThreadsTest, ClientsDoNotDisturbEachOther) {
  {
    const Apartment apartment = *Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded);
    static_cast<void>(process_->com().CoInitializeSecurity({}));
    const auto manager = process_->com().CoCreateInstance(ManagerClass::k1_0);
    std::atomic<bool> stop{false};
    std::jthread vandal([&] { CancelWhatIsThere(stop); });
    std::jthread weather([&] {
      while (!stop) {
        world_.LogOff("helen");
        world_.SetNetworkConnected(false);
        world_.SetNetworkConnected(true);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    });
    {
      std::vector<std::jthread> clients;
      for (int i = 0; i < kThreads; ++i) clients.emplace_back([this, i] { Download(i); });
    }
    stop = true;
  }
  EXPECT_EQ(Completer::unexpected, 0);
  world_.Change([this] { EXPECT_EQ(world_.bits().job_count(), 0U); });
  EXPECT_TRUE(process_->Leaks().empty()) << process_->Leaks().front();
  world_.Change([this] {
    for (const std::string& file : world_.disk().Files("C:\\Shared")) EXPECT_EQ(file.find(".tmp"), std::string::npos);
  });
}

INSTANTIATE_TEST_SUITE_P(Time, ThreadsTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Real" : "Virtual"; });

// A callback of a process that ends is never called again, and the end waits for the one that is running.
TEST(Threads, AProcessMayEndWhileItsCallbackRuns) {
  WorldOptions options;
  options.real_time = true;
  World world(options);
  world.AddUser("alice", "a");
  world.Change([&] {
    world.disk().AddDirectory("C:\\Shared");
    world.network().AddHttpServer("http://server");
    world.network().AddHttpResource("http://server/file", FileContent::Synthetic(10));
  });
  class Slow : public BackgroundCopyCallback {
   public:
    HResult JobTransferred(BackgroundCopyJob&) override {
      running = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      ended = true;
      return HResult();
    }
    HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
    HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }
    std::atomic<bool> running{false};
    std::atomic<bool> ended{false};
  };
  const auto callback = std::make_shared<Slow>();
  auto process = world.Start(world.LogOn("alice"));
  {
    const Apartment apartment = *Apartment::Enter(process->com(), ApartmentType::kMultiThreaded);
    static_cast<void>(process->com().CoInitializeSecurity({}));
    const auto manager = process->com().CoCreateInstance(ManagerClass::k1_0);
    const auto created = (*manager)->CreateJob("slow", JobType::kDownload);
    created->job->SetNotifyInterface(callback);
    created->job->AddFile("http://server/file", "C:\\Shared\\file");
    created->job->Resume();
    while (!callback->running) std::this_thread::yield();
  }
  process.reset();
  EXPECT_TRUE(callback->ended);
  EXPECT_EQ(callback.use_count(), 1);
}

// Its destructor is the client's code, and may call back into the machine.
TEST(Threads, ACallbackMayBeReleasedDuringItsOwnCall) {
  World world;
  world.AddUser("alice", "a");
  world.Change([&] {
    world.disk().AddDirectory("C:\\Shared");
    world.network().AddHttpServer("http://server");
    world.network().AddHttpResource("http://server/file", FileContent::Synthetic(10));
  });
  class Passing : public BackgroundCopyCallback {
   public:
    explicit Passing(std::shared_ptr<Event> event) : event_(std::move(event)) {}
    ~Passing() override { event_->Set(); }
    HResult JobTransferred(BackgroundCopyJob& job) override { return job.SetNotifyInterface(nullptr); }
    HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return HResult(); }
    HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return HResult(); }

   private:
    std::shared_ptr<Event> event_;
  };
  const auto process = world.Start(world.LogOn("alice"));
  const Apartment apartment = *Apartment::Enter(process->com(), ApartmentType::kMultiThreaded);
  static_cast<void>(process->com().CoInitializeSecurity({}));
  const auto manager = process->com().CoCreateInstance(ManagerClass::k1_0);
  const auto created = (*manager)->CreateJob("passing", JobType::kDownload);
  const std::shared_ptr<Event> released = *process->com().MakeEvent();
  created->job->SetNotifyInterface(std::make_shared<Passing>(released));
  created->job->AddFile("http://server/file", "C:\\Shared\\file");
  created->job->Resume();
  EXPECT_EQ(process->com().WaitForEvent(*released, std::chrono::minutes(1)).value(), WaitOutcome::kSignalled);
}

}  // namespace
}  // namespace bits::fakes
