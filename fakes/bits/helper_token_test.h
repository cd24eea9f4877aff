// What the tests of helper tokens stand on besides simulation_test.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fakes/bits/simulation_test.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"

namespace bits::fakes {

inline WorldOptions OnWindows(std::string_view profile) {
  WorldOptions options;
  options.profile = profile;
  return options;
}

// The credentials of the logon answer the challenges of a server or proxy, by NTLM.
inline AuthCredentials Implicit(AuthTarget target = AuthTarget::kServer) {
  return {target, AuthScheme::kNtlm, std::nullopt, nullptr};
}

// Another Windows than the fixture's, with its own people.
struct Stage {
  explicit Stage(WorldOptions options) : world(std::move(options)) { AddStandardServers(world); }
  explicit Stage(std::string_view profile) : Stage(OnWindows(profile)) {}

  World world;
  Cast cast{world};
};

class HelperTokenTest : public SimulationTest {
 protected:
  static constexpr std::string_view kReportUrl = "http://files.contoso.test/private/report.docx";  // helen's
  static constexpr std::string_view kToolsPath = R"(\\fileserver\share\tools.zip)";                // hers as well
  static constexpr std::uint32_t kLocalFile = HelperTokenFlags::kLocalFile;
  static constexpr std::uint32_t kNetwork = HelperTokenFlags::kNetwork;

  using SimulationTest::SimulationTest;

  static std::unique_ptr<BitsTokenOptions> OptionsOf(BackgroundCopyJob& job) {
    return Must(Query<BitsTokenOptions>(job));
  }

  // What `call` results in while the calling thread of the client is the token's user.
  template <class Call>
  static auto As(const Client& client, TokenPtr token, Call call) {
    const Token handle = client.process->Open(std::move(token));
    const Impersonation user = Must(Impersonation::Of(client.process->logon(), handle));
    return call();
  }

  static HResult SetToken(const Client& client, BitsTokenOptions& options, TokenPtr helper) {
    return As(client, std::move(helper), [&] { return options.SetHelperToken(); });
  }

  static std::optional<std::string> SidOf(BitsTokenOptions& options) { return Must(options.GetHelperTokenSid()); }

  TokenPtr Helen() const { return cast_.Helper(rules::TokenKind::kUser); }

  // alice's job gets helen's token, with these flags.
  std::unique_ptr<BitsTokenOptions> Help(BackgroundCopyJob& job, std::uint32_t flags) const {
    std::unique_ptr<BitsTokenOptions> options = OptionsOf(job);
    Must(SetToken(alice_, *options, Helen()));
    Must(options->SetHelperTokenFlags(flags));
    return options;
  }

  // alice's job of a URL, with helen's help.
  std::unique_ptr<BackgroundCopyJob> Helped(std::string_view url, std::uint32_t flags) const {
    std::unique_ptr<BackgroundCopyJob> job = Download(url);
    Help(*job, flags);
    return job;
  }

  // Runs the job to its end.
  JobState EndOf(BackgroundCopyJob& job) {
    Must(job.Resume());
    world_.RunUntilIdle();
    return StateOf(job);
  }
};

}  // namespace bits::fakes
