// What the tests of the documented facts stand on: a Windows with its people, servers, and a client of BITS.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "fakes/bits/start_client.h"
#include "fakes/world/cast.h"
#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/api/apartment.h"
#include "harness/api/background_copy_callback.h"
#include "harness/api/background_copy_manager.h"

namespace bits::fakes {

// Set-up that must work; what it yields. Throws, so that a test ends where its set-up does.
template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error("the set-up of a test failed: " + ToString(result.error()));
  return std::move(*result);
}
inline void Must(HResult result) {
  if (result.Failed()) throw std::runtime_error("the set-up of a test failed: " + ToString(result));
}

// A process in a multi-threaded apartment, with COM security as helper tokens need it, and its manager.
struct Client {
  Client(World& world, TokenPtr token, const ProcessSecurity& security = {})
      : process(StartClient(world, std::move(token))),
        apartment(Must(Apartment::Enter(process->com(), ApartmentType::kMultiThreaded))) {
    Must(process->com().CoInitializeSecurity(security));
    manager = Must(process->com().CoCreateInstance(ManagerClass::k1_0));
  }

  std::unique_ptr<BackgroundCopyJob> MakeJob(JobType type = JobType::kDownload) const {
    return std::move(Must(manager->CreateJob("a job", type)).job);
  }

  std::unique_ptr<Process> process;
  Apartment apartment;
  std::unique_ptr<BackgroundCopyManager> manager;
};

// Counts what it is told, and answers `answer`. In virtual time calls come on the test's own thread.
class CountingCallback : public BackgroundCopyCallback2 {
 public:
  HResult JobTransferred(BackgroundCopyJob&) override { return Count(transferred); }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return Count(errors); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return Count(modifications); }
  HResult FileTransferred(BackgroundCopyJob&, BackgroundCopyFile&) override { return Count(files); }

  int transferred = 0;
  int errors = 0;
  int modifications = 0;
  int files = 0;
  HResult answer;

 private:
  HResult Count(int& calls) const {
    ++calls;
    return answer;
  }
};

// The cast and the standard servers, a slow server besides, and alice at her desktop, who is no administrator.
class SimulationTest : public ::testing::Test {
 protected:
  static constexpr std::string_view kUrl = "http://files.contoso.test/setup.msi";  // 1 MB, here in 12 ms
  static constexpr std::string_view kSlowUrl = "http://slow.contoso.test/file";    // 1 s to connect, 100 s to come
  static constexpr std::string_view kSlowServer = "http://slow.contoso.test";
  static constexpr std::string_view kMissingUrl = "http://files.contoso.test/missing";     // 404: a fatal error
  static constexpr std::string_view kUnreachableUrl = "http://nowhere.contoso.test/file";  // a transient error
  static constexpr std::string_view kLocal = R"(C:\Users\alice\file)";
  static constexpr Time kToConnect = std::chrono::seconds(1);
  static constexpr Time kWhileConnecting = std::chrono::milliseconds(500);
  static constexpr Time kWhileTransferring = std::chrono::seconds(10);

  explicit SimulationTest(WorldOptions options = {}) : world_(std::move(options)) {
    AddStandardServers(world_);
    world_.Change([this] {
      HttpServer& slow = world_.network().AddHttpServer(kSlowServer);
      slow.latency = kToConnect;
      slow.bytes_per_second = 1000;
      world_.network().AddHttpResource(kSlowUrl, FileContent::Synthetic(100'000, 7));
    });
  }

  // A job of alice's.
  std::unique_ptr<BackgroundCopyJob> MakeJob(JobType type = JobType::kDownload) const { return alice_.MakeJob(type); }

  // The same with a file, not resumed.
  std::unique_ptr<BackgroundCopyJob> Download(std::string_view url, std::string_view local = kLocal) const {
    std::unique_ptr<BackgroundCopyJob> job = MakeJob();
    Must(job->AddFile(url, local));
    return job;
  }

  // The same, resumed; it has been under way for `time`.
  std::unique_ptr<BackgroundCopyJob> Resumed(std::string_view url, Time time = kWhileTransferring,
                                             std::string_view local = kLocal) {
    std::unique_ptr<BackgroundCopyJob> job = Download(url, local);
    Must(job->Resume());
    world_.Advance(time);
    return job;
  }

  static JobState StateOf(BackgroundCopyJob& job) { return Must(job.GetState()); }

  // The job's error; what GetError says when it tells of none.
  static HResult CodeOf(BackgroundCopyJob& job) {
    const Result<std::unique_ptr<BackgroundCopyError>> error = job.GetError();
    return error ? Must((*error)->GetError()).code : error.error();
  }
  static ErrorContext ContextOf(BackgroundCopyJob& job) { return Must(Must(job.GetError())->GetError()).context; }

  World world_;
  Cast cast_{world_};
  Client alice_{world_, cast_.Owner(rules::TokenKind::kUser)};
};

}  // namespace bits::fakes
