#include "harness/jobs/queue.h"

#include <iterator>
#include <utility>

namespace bits::jobs {
namespace {

tl::unexpected<FailedCall> Failed(std::string call, HResult result) {
  return tl::unexpected<FailedCall>(FailedCall{std::move(call), result});
}

}  // namespace

Attempt<Queue> Queue::Open(Environment& environment, const QueueOptions& options) {
  Result<Apartment> apartment = Apartment::Enter(environment.com(), options.apartment);
  if (!apartment) return Failed("CoInitializeEx", apartment.error());
  Queue queue(std::move(*apartment));
  queue.all_users_ = options.all_users;
  const HResult secured = environment.com().CoInitializeSecurity(options.security);
  if (secured.Failed() && secured != "RPC_E_TOO_LATE"_hr) return Failed("CoInitializeSecurity", secured);
  auto manager = environment.com().CoCreateInstance(ManagerClass::k1_0);
  if (!manager) return Failed("CoCreateInstance(BackgroundCopyManager)", manager.error());
  queue.manager_ = std::move(*manager);
  return queue;
}

Attempt<std::vector<std::unique_ptr<BackgroundCopyJob>>> Queue::Jobs() {
  constexpr std::uint32_t kPortion = 64;
  const auto entries = manager_->EnumJobs(all_users_ ? EnumJobsFlags::kAllUsers : EnumJobsFlags::kCurrentUser);
  if (!entries) return Failed("EnumJobs", entries.error());
  std::vector<std::unique_ptr<BackgroundCopyJob>> jobs;
  for (;;) {
    auto portion = (*entries)->Next(kPortion);
    if (!portion) return Failed("IEnumBackgroundCopyJobs::Next", portion.error());
    std::move(portion->begin(), portion->end(), std::back_inserter(jobs));
    if (portion->size() < kPortion) return jobs;
  }
}

Attempt<std::unique_ptr<BackgroundCopyJob>> Queue::Job(const Guid& id) {
  auto job = manager_->GetJob(id);
  if (!job) return Failed("GetJob", job.error());
  return std::move(*job);
}

}  // namespace bits::jobs
