// What the tests of a job's states share: a job in each of them.
#pragma once

#include <string>
#include <vector>

#include "fakes/bits/simulation_test.h"

namespace bits::fakes {

inline constexpr std::string_view kOther = R"(C:\Users\alice\other)";

class JobStatesTest : public SimulationTest {
 protected:
  // A file on the slow server.
  HttpResource& Serve(std::string_view url, std::uint64_t size) {
    return world_.network().AddHttpResource(url, FileContent::Synthetic(size, 11));
  }
  HttpServer& SlowServer() { return world_.network().GetHttpServer(kSlowServer); }

  // The files in alice's directory that nobody sees.
  std::vector<std::string> Temporaries() {
    std::vector<std::string> paths;
    for (const std::string& path : world_.disk().Files(R"(C:\Users\alice)")) {
      if (world_.disk().Find(path)->hidden) paths.push_back(path);
    }
    return paths;
  }

  FileProgress ProgressOf(BackgroundCopyJob& job, std::size_t index) {
    const auto files = Must(Must(job.EnumFiles())->Next(10));
    return Must(files.at(index)->GetProgress());
  }

  // A job that did not reach its server, which is there again.
  std::unique_ptr<BackgroundCopyJob> Unreached(std::string_view local = kLocal) {
    SlowServer().failure = "BG_E_CONNECT_FAILURE"_hr;
    auto job = Resumed(kSlowUrl, kWhileTransferring, local);
    SlowServer().failure = HResult();
    return job;
  }

  // A job that has come to that state, which is none of the final ones.
  std::unique_ptr<BackgroundCopyJob> JobIn(JobState state) {
    switch (state) {
      case JobState::kSuspended:
        return Download(kSlowUrl);
      case JobState::kQueued:
        blocker_ = Resumed(kSlowUrl, Time{}, kOther);
        return Resumed(kSlowUrl, Time{});
      case JobState::kConnecting:
        return Resumed(kSlowUrl, kWhileConnecting);
      case JobState::kTransferring:
        return Resumed(kSlowUrl);
      case JobState::kError:
        return Resumed(kMissingUrl);
      case JobState::kTransientError:
        return Unreached();
      default:
        return Resumed(kUrl);
    }
  }
  void CancelAll() {
    for (const auto& job : Must(Must(alice_.manager->EnumJobs(0))->Next(100))) Must(job->Cancel());
    blocker_.reset();
  }

  static constexpr JobState kNotFinal[] = {JobState::kQueued,     JobState::kConnecting, JobState::kTransferring,
                                           JobState::kSuspended,  JobState::kError,      JobState::kTransientError,
                                           JobState::kTransferred};

 private:
  std::unique_ptr<BackgroundCopyJob> blocker_;
};

inline bool IsUnderWay(JobState state) {
  return state == JobState::kQueued || state == JobState::kConnecting || state == JobState::kTransferring;
}

}  // namespace bits::fakes
