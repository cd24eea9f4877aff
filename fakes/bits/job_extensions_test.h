// What the tests of a job's later interfaces stand on besides simulation_test.h.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "fakes/bits/helper_token_test.h"
#include "harness/api/background_copy_job3.h"

namespace bits::fakes {

inline constexpr std::string_view kProgram = R"(C:\tools\done.exe)";
inline constexpr std::string_view kUploadUrl = "http://files.contoso.test/in";

class JobExtensionsTest : public HelperTokenTest {
 protected:
  // A later interface of the job.
  template <class Interface>
  static std::unique_ptr<Interface> Of(BackgroundCopyJob& job) {
    return Must(Query<Interface>(job));
  }

  std::size_t Runs() const { return world_.command_lines().size(); }

  // alice's upload of a small file, to a server that answers with `reply`.
  std::unique_ptr<BackgroundCopyJob> UploadReply(FileContent reply) {
    world_.Change([&] {
      world_.disk().AddFile(kLocal, FileContent("question"));
      HttpResource& resource = world_.network().AddHttpResource(kUploadUrl, {});
      resource.accepts_upload = true;
      resource.reply = std::move(reply);
    });
    auto job = MakeJob(JobType::kUploadReply);
    Must(job->AddFile(kUploadUrl, kLocal));
    return job;
  }

  static HResult SetCredentials(BackgroundCopyJob& job, AuthScheme scheme, std::string_view name,
                                std::string_view password, AuthTarget target = AuthTarget::kServer) {
    const Secret secret(password);
    return Of<BackgroundCopyJob2>(job)->SetCredentials({target, scheme, name, &secret});
  }

  static HResult AddRanges(BackgroundCopyJob& job, std::vector<FileRange> ranges, std::string_view url = kUrl) {
    return Of<BackgroundCopyJob3>(job)->AddFileWithRanges(url, kLocal, ranges);
  }
};

}  // namespace bits::fakes
