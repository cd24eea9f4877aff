// Token life: what ends a helper token, what does not, and how a job is mended afterwards.
#include <chrono>

#include <fmt/format.h>

#include "fakes/world/process.h"
#include "fakes/world/world.h"
#include "harness/api/apartment.h"
#include "harness/rules/resource_rules.h"
#include "scenarios/contract/case_tools.h"
#include "scenarios/suites/scenario.h"

namespace bits::scenarios {
namespace {

using contract::Must;
using contract::NewJob;
using contract::Person;
using rules::TokenKind;
using namespace std::chrono_literals;

constexpr std::uint32_t kNetwork = HelperTokenFlags::kNetwork;
const HResult kTokenRequired = "BG_E_TOKEN_REQUIRED"_hr;

// A download that takes its time, with the helper's token for the network.
class HelpedDownload {
 public:
  explicit HelpedDownload(Run& run, std::uint32_t flags = kNetwork)
      : client_(run.stage.Start()),
        helper_(run.stage.OpenHelper(*client_, TokenKind::kUser)),
        job_(contract::Download(*client_, run.stage.sources().slow, run.stage.Path("file"))),
        options_(Must(Query<BitsTokenOptions>(*job_))) {
    SetToken();
    Must(options_->SetHelperTokenFlags(flags));
  }

  void SetToken() {
    Must(As(*client_, helper_, [&] { return options_->SetHelperToken(); }));
  }
  // Resumed, and in the middle of it.
  void Begin(Stage& stage) {
    Must(job_->Resume());
    stage.Pass(5s);
  }
  // The job's error; S_OK when it has none.
  HResult Error() {
    const auto error = job_->GetError();
    if (!error) return HResult();
    return Must((*error)->GetError()).code;
  }
  JobState State() { return Must(job_->GetState()); }
  bool HasToken() { return Must(options_->GetHelperTokenSid()).has_value(); }

  Client& client() { return *client_; }
  BackgroundCopyJob& job() { return *job_; }
  BitsTokenOptions& options() { return *options_; }
  const Token& helper() const { return helper_; }

 private:
  std::unique_ptr<Client> client_;
  Token helper_;
  ScopedJob job_;
  std::unique_ptr<BitsTokenOptions> options_;
};

void ExpectTokenRequired(Run& run, HelpedDownload& download, std::string_view after, std::string_view rule) {
  run.judge.Expect(fmt::format("the state after {}", after), rule, download.State(), JobState::kError);
  run.judge.Expect(fmt::format("the error after {}", after), rule, download.Error(), kTokenRequired);
  run.contract.Expect(fmt::format("the token is there after {}", after), download.HasToken(), false);
  run.contract.Expect(fmt::format("the flags after {}", after), download.options().GetHelperTokenFlags(), kNetwork);
}

void ExpectTheEnd(Run& run, BackgroundCopyJob& job) {
  run.stage.WaitUntil([&] { return contract::IsAtRest(Must(job.GetState())); }, 1h);
  run.contract.Expect("the state at the end", job.GetState(), Result<JobState>(JobState::kTransferred));
}

void ExpectItGoesOn(Run& run, HelpedDownload& download) {
  run.contract.Expect("Resume afterwards", download.job().Resume(), HResult());
  ExpectTheEnd(run, download.job());
}

void PlayLogOff(Run& run) {
  HelpedDownload download(run);
  download.Begin(run.stage);
  run.stage.simulation()->LogOff("alice");
  ExpectTokenRequired(run, download, "the log-off", "D10");
  run.stage.simulation()->LogOn("alice");
  download.SetToken();
  ExpectItGoesOn(run, download);
}

// The repair that needs no helper.
void PlayFlagsCleared(Run& run) {
  HelpedDownload download(run);
  download.Begin(run.stage);
  run.stage.simulation()->LogOff("alice");
  run.stage.simulation()->LogOn("alice");
  ExpectTokenRequired(run, download, "the log-off", "D10");
  Must(download.options().SetHelperTokenFlags(0));
  ExpectItGoesOn(run, download);
}

void PlayResumeWithoutToken(Run& run) {
  HelpedDownload download(run);
  Must(download.options().ClearHelperToken());
  run.judge.Expect("Resume with flags and no token", "D13e", download.job().Resume(), HResult());
  run.judge.Expect("the state then", "RU-01", contract::Settle(run.stage, download.job()), JobState::kError);
  run.judge.Expect("the error", "RU-01", download.Error(), kTokenRequired);
}

void PlayResumeFails(Run& run) {
  HelpedDownload download(run);
  Must(download.options().ClearHelperToken());
  run.judge.Expect("Resume with flags and no token", "D13e", download.job().Resume(), kTokenRequired);
}

// The helper's own session ends; the owner stays.
void PlayHelperSessionEnds(Run& run) {
  HelpedDownload download(run);
  download.Begin(run.stage);
  run.stage.simulation()->LogOff("helen");
  ExpectTokenRequired(run, download, "the helper's log-off", "D21");
  run.judge.Expect("SetHelperToken with the dead session's token", "D21",
                   As(download.client(), download.helper(), [&] { return download.options().SetHelperToken(); }),
                   "ERROR_NO_SUCH_LOGON_SESSION"_hr);
}

void PlayTerminalSession(Run& run) {
  fakes::World& world = *run.stage.simulation();
  HelpedDownload download(run);
  download.Begin(run.stage);
  const fakes::TokenPtr terminal = world.LogOnThrough("alice", fakes::LogonRoute::kTerminalServices);
  world.EndSession(terminal);
  run.contract.Expect("the state after another session of the owner's has ended", download.State(),
                      JobState::kTransferring);
  run.contract.Expect("the token is there", download.HasToken(), true);
  run.judge.Note("D10");
}

void PlayRestart(Run& run) {
  HelpedDownload download(run);
  download.Begin(run.stage);
  fakes::World& world = *run.stage.simulation();
  const Guid id = Must(download.job().GetId());
  world.StopBits();
  run.contract.Expect("GetState while the service is stopped", HResultOf(download.job().GetState()),
                      "RPC_S_SERVER_UNAVAILABLE"_hr);
  Must(world.StartBits());
  run.stage.Pass(1s);
  const auto manager = Must(download.client().environment().com().CoCreateInstance(ManagerClass::k1_0));
  const auto job = Must(manager->GetJob(id));
  const auto options = Must(Query<BitsTokenOptions>(*job));
  run.judge.Expect("the token survives the restart", "D13f", Must(options->GetHelperTokenSid()).has_value(), false);
  run.judge.Expect("the flags survive the restart", "D13f", options->GetHelperTokenFlags(), kNetwork);
  run.judge.Expect("the state after the restart", "D13f", job->GetState(), Result<JobState>(JobState::kError));
  Must(As(download.client(), download.helper(), [&] { return options->SetHelperToken(); }));
  Must(job->Resume());
  ExpectTheEnd(run, *job);
  Must(job->Cancel());
}

void PlayRefresh(Run& run) {
  HelpedDownload download(run);
  const Token other = run.stage.OpenHelper(download.client(), TokenKind::kAdminFiltered);
  Must(As(download.client(), other, [&] { return download.options().SetHelperToken(); }));
  run.judge.Expect("GetHelperTokenSid after a second SetHelperToken", "HT-18", download.options().GetHelperTokenSid(),
                   std::optional(SidOf(download.client(), other)));
  run.judge.Note("HT-08");
}

void PlayClear(Run& run) {
  HelpedDownload download(run);
  run.judge.Expect("ClearHelperToken", "HT-17", download.options().ClearHelperToken(), HResult());
  run.judge.Expect("GetHelperTokenSid afterwards", "HT-18", download.options().GetHelperTokenSid(),
                   std::optional<std::string>());
  run.judge.Expect("GetHelperTokenFlags afterwards", "HT-16", download.options().GetHelperTokenFlags(), kNetwork);
}

void PlaySuspend(Run& run) {
  HelpedDownload download(run);
  download.Begin(run.stage);
  Must(download.job().Suspend());
  run.judge.Expect("the token is there after Suspend", "D13d", download.HasToken(), true);
  Must(download.job().Resume());
  run.judge.Expect("the token is there after Resume", "D13d", download.HasToken(), true);
  ExpectItGoesOn(run, download);
}

void PlayTakeOwnership(Run& run, bool survives) {
  HelpedDownload download(run);
  const auto administrator = run.stage.Start({.person = Person::kAdministrator});
  const auto same = Must(administrator->manager().GetJob(Must(download.job().GetId())));
  Must(same->TakeOwnership());
  const auto options = Must(Query<BitsTokenOptions>(*same));
  run.judge.Expect("the token survives TakeOwnership", "D13c", Must(options->GetHelperTokenSid()).has_value(),
                   survives);
  run.judge.Expect("GetHelperTokenFlags afterwards", "D13c", options->GetHelperTokenFlags(), kNetwork);
  Must(same->Cancel());
}

}  // namespace

std::vector<Scenario> TokenLife() {
  Suite suite("TokenLife", {Need::kHelperTokens, Need::kHelperAccounts}, TokenKind::kUser);
  suite.Add("the_owner_logs_off", {"D10"}, {Need::kSimulation}, PlayLogOff);
  suite.Add("the_flags_are_cleared_instead", {"D10"}, {Need::kSimulation}, PlayFlagsCleared);
  suite.Add("resume_without_the_token", {"D13e", "RU-01"}, {}, PlayResumeWithoutToken);
  suite.Add("resume_fails_without_the_token", {"D13e"}, {Need::kDecisions}, PlayResumeFails)
      .decisions.resume_needs_token = true;
  suite.Add("the_helper_logs_off", {"D21"}, {Need::kSimulation}, PlayHelperSessionEnds);
  suite.Add("another_session_of_the_owner_ends", {"D10"}, {Need::kSimulation}, PlayTerminalSession);
  suite.Add("the_service_restarts", {"D13f"}, {Need::kSimulation}, PlayRestart);
  suite.Add("another_token_replaces_it", {"HT-08", "HT-18"}, {Need::kStandardUser}, PlayRefresh);
  suite.Add("it_is_cleared", {"HT-16", "HT-17", "HT-18"}, {}, PlayClear);
  suite.Add("suspend_and_resume_keep_it", {"D13d"}, {Need::kVirtualTime}, PlaySuspend);
  suite.Add("ownership_is_taken", {"D13c"}, {Need::kSecondUser}, [](Run& run) { PlayTakeOwnership(run, false); });
  suite
      .Add("ownership_is_taken_and_it_stays", {"D13c"}, {Need::kSecondUser, Need::kDecisions},
           [](Run& run) { PlayTakeOwnership(run, true); })
      .decisions.token_survives_take_ownership = true;
  return std::move(suite).Take();
}

}  // namespace bits::scenarios
