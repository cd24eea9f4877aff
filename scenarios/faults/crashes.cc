#include "scenarios/faults/crashes.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "harness/api/apartment.h"
#include "harness/api/background_copy_manager.h"
#include "harness/intercept/intercepted_environment.h"
#include "harness/jobs/job_mark.h"
#include "harness/jobs/sweep.h"

namespace bits::faults {
namespace {

// The run of a process that dies.
class DyingRun : public Run, public intercept::Interceptor {
 public:
  DyingRun(Stage& stage, std::uint64_t call)
      : stage_(stage), client_(intercept::Intercept(stage.process(), {this})), left_(call) {}

  bool died() const { return left_ == 0; }

  Environment& environment() override { return *client_; }
  Stage& stage() override { return stage_; }
  void Enter(std::string_view) override {}
  void Callback(std::string_view, std::string_view) override {}

  std::optional<HResult> Before(const intercept::Call& call) override {
    if (left_ > 0) --left_;
    // The identity of a thread goes with it. (A client that cannot take it back ends its process, this one.)
    if (!died() || call.method == "RevertToSelf") return std::nullopt;
    return "E_UNEXPECTED"_hr;
  }

 private:
  Stage& stage_;
  std::unique_ptr<Environment> client_;
  std::uint64_t left_;
};

// Somebody else's process, which lives on, with one job that has no mark and one that has.
class Bystander {
 public:
  Bystander(fakes::World& world, fakes::TokenPtr token)
      : process_(world.Start(std::move(token))),
        apartment_(Must(Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded))),
        manager_(Must(process_->com().CoCreateInstance(ManagerClass::k1_0))) {
    jobs_ = {Must(manager_->CreateJob("somebody's", JobType::kDownload)).id,
             Must(jobs::CreateMarkedJob(*process_, *manager_, jobs::JobPurpose::kTransfer)).created.id};
    std::ranges::sort(jobs_);
  }

  const std::vector<Guid>& jobs() const { return jobs_; }

 private:
  template <class T>
  static T Must(Result<T> result) {
    if (!result) throw std::runtime_error("the set-up of a crash failed: " + bits::ToString(HResultOf(result)));
    return *std::move(result);
  }

  std::unique_ptr<fakes::Process> process_;
  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  std::vector<Guid> jobs_;
};

// Sweeps as the stage's process, and says what of it is not as it must be.
class Sweeper {
 public:
  Sweeper(Stage& stage, std::vector<std::string>& violations) : stage_(stage), violations_(violations) {}

  // `left`: the jobs that are to be found, and ended.
  void SweepAll(std::size_t left) {
    Expect(Sweep(/*dry_run=*/true), jobs::SweepOutcome::kFound, left);
    const jobs::SweepReport report = Sweep(/*dry_run=*/false);
    const std::size_t refused = DeleteByHand(report);
    Expect(report, jobs::SweepOutcome::kSwept, left - refused);
    if (refused > 0) Expect(SweepAsAdministrator(), jobs::SweepOutcome::kSwept, refused);
  }

 private:
  jobs::SweepReport Sweep(bool dry_run) {
    jobs::SweepOptions options;
    options.dry_run = dry_run;
    return Sweep(stage_.process(), options);
  }

  jobs::SweepReport SweepAsAdministrator() {
    const auto process = stage_.world().Start(stage_.cast().Owner(rules::TokenKind::kAdminElevated));
    jobs::SweepOptions options;
    options.queue.all_users = true;
    return Sweep(*process, options);
  }

  jobs::SweepReport Sweep(Environment& environment, const jobs::SweepOptions& options) {
    jobs::Attempt<jobs::SweepReport> report = jobs::Sweep(environment, options);
    if (report) return *std::move(report);
    violations_.push_back(
        fmt::format("sweep failed: {} {}", report.error().call, bits::ToString(report.error().result)));
    return {};
  }

  // Where the owner may not even look for a file, since it is in a place of the helper's, the job stays and tells of
  // it, until somebody who may has deleted it. Of how many jobs that was so.
  std::size_t DeleteByHand(const jobs::SweepReport& report) {
    std::size_t refused = 0;
    for (const jobs::SweptJob& swept : report.jobs) {
      if (swept.outcome != jobs::SweepOutcome::kFailed || swept.result != "E_ACCESSDENIED"_hr ||
          swept.job.mark->purpose != jobs::JobPurpose::kStagedFile) {
        continue;
      }
      ++refused;
      fakes::World& world = stage_.world();
      world.Change([&] {
        const fakes::TokenPtr system = world.accounts().ServiceToken(kLocalSystemSid);
        static_cast<void>(world.disk().Remove(system->facts, *swept.job.staged_file));
      });
    }
    return refused;
  }

  void Expect(const jobs::SweepReport& report, jobs::SweepOutcome outcome, std::size_t count) {
    if (report.Count(outcome) == count) return;
    violations_.push_back(fmt::format("{} jobs are to be {}, and {} of {} are", count, bits::ToString(outcome),
                                      report.Count(outcome), report.jobs.size()));
    for (const jobs::SweptJob& job : report.jobs) {
      violations_.push_back(fmt::format("  {}: {}: {}", job.job.display_name, bits::ToString(job.outcome), job.detail));
    }
  }

  Stage& stage_;
  std::vector<std::string>& violations_;
};

}  // namespace

Crash CrashAndSweep(const Subject& subject, Stage& stage, const CrashPoint& point) {
  Crash crash;
  stage.Begin();
  {
    const Bystander bystander(stage.world(), stage.cast().Owner(subject.client));
    {
      DyingRun run(stage, point.call);
      try {
        subject.run(run);
      } catch (const std::exception&) {
        // Whatever a dead client does.
      }
      crash.happened = run.died();
      // A callback that it did not take back goes with its process.
      stage.Restart();
    }
    if (crash.happened) {
      if (point.at_rest) stage.world().RunUntilIdle(std::chrono::hours(1));
      Sweeper(stage, crash.violations).SweepAll(stage.Look().jobs.size() - bystander.jobs().size());
      Remains remains = stage.Look();
      std::ranges::sort(remains.jobs);
      if (remains.jobs != bystander.jobs()) {
        crash.violations.push_back(fmt::format("{} jobs are there after the sweep, and not just the {} of others",
                                               remains.jobs.size(), bystander.jobs().size()));
      }
      for (const std::string& path : remains.temporary) crash.violations.push_back(path + " is left of a job");
      for (const auto* const changed : {&remains.made, &remains.gone}) {
        for (const std::string& path : *changed) {
          const bool complete = path == subject.destination && stage.ContentOf(path) == subject.content;
          if (!complete) crash.violations.push_back(path + (changed == &remains.made ? " is left" : " was touched"));
        }
      }
      for (const std::string& leak : remains.leaks) crash.violations.push_back("sweep leaves " + leak);
    }
  }
  stage.End();
  return crash;
}

}  // namespace bits::faults
