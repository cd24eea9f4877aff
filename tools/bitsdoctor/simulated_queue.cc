#include "tools/bitsdoctor/simulated_queue.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/api/apartment.h"
#include "harness/api/bits_token_options.h"
#include "harness/jobs/job_mark.h"

namespace bits::doctor {
namespace {

using jobs::JobPurpose;

constexpr std::string_view kDirectory = "C:\\Users\\Public\\";
constexpr std::string_view kFile = "C:\\Users\\Public\\setup.msi";

// A client of the simulated BITS. Nothing fails in a world that was made a moment ago; what the profile does not have
// is left out.
class Client {
 public:
  Client(fakes::World& world, fakes::TokenPtr token)
      : process_(world.Start(std::move(token))),
        apartment_(Apartment::Enter(process_->com(), ApartmentType::kMultiThreaded).value()) {
    static_cast<void>(process_->com().CoInitializeSecurity({}));
    manager_ = process_->com().CoCreateInstance(ManagerClass::k1_0).value();
  }

  // As a transfer makes it, up to Resume for a kTransfer.
  void MakeMarked(JobPurpose purpose, std::string_view url) {
    const jobs::MarkedJob marked = jobs::CreateMarkedJob(*process_, *manager_, purpose).value();
    const std::string staged = jobs::StagedFileOf(kFile, marked.created.id);
    marked.created.job->SetDescription(jobs::DescriptionOf(marked.mark, staged));
    if (purpose == JobPurpose::kTransfer) {
      marked.created.job->SetPriority(JobPriority::kForeground);
      marked.created.job->AddFile(url, staged);
      marked.created.job->Resume();
    } else {
      fakes::World& world = process_->world();
      world.Change([&] { world.disk().Write(process_->token()->facts, staged, fakes::FileContent::Synthetic(1, 1)); });
    }
  }

  void Make(std::string_view name, std::string_view url, std::uint32_t helper_flags = 0) {
    const auto job = manager_->CreateJob(name, JobType::kDownload).value().job;
    job->SetPriority(JobPriority::kForeground);  // none waits for another
    job->AddFile(url, std::string(kDirectory) + std::string(name) + ".bin");
    if (helper_flags != 0) {
      if (const auto options = Query<BitsTokenOptions>(*job)) {
        static_cast<void>((*options)->SetHelperTokenFlags(helper_flags));
      }
    }
    job->Resume();
  }

  // The process goes on without this client.
  std::unique_ptr<fakes::Process> Leave() && {
    manager_.reset();
    apartment_.reset();
    return std::move(process_);
  }

 private:
  std::unique_ptr<fakes::Process> process_;
  std::optional<Apartment> apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
};

}  // namespace

std::unique_ptr<fakes::Process> FillQueue(fakes::World& world, const fakes::Cast& cast, rules::TokenKind owner) {
  constexpr std::string_view kLarge = "http://files.contoso.test/large.iso";
  Client(world, cast.OtherUser()).Make("photos", kLarge);
  Client(world, cast.Owner(owner)).MakeMarked(JobPurpose::kTransfer, kLarge);
  Client(world, cast.Owner(owner)).MakeMarked(JobPurpose::kStagedFile, "");
  Client other(world, cast.Owner(owner));
  other.Make("nightly backup", kLarge, HelperTokenFlags::kNetwork);
  other.Make("driver update", "http://files.contoso.test/missing");
  other.MakeMarked(JobPurpose::kTransfer, kLarge);
  world.Advance(std::chrono::seconds(30));
  return std::move(other).Leave();
}

}  // namespace bits::doctor
