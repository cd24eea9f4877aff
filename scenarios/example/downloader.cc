#include "downloader.h"

#include <chrono>

#include "harness/api/apartment.h"
#include "harness/api/background_copy_job2.h"
#include "harness/api/bits_token_options.h"
#include "harness/api/impersonation.h"
#include "harness/api/scoped_job.h"

namespace example {
namespace {

bits::HResult SetHelper(bits::Environment& windows, bits::BackgroundCopyJob& job, const Helper& helper) {
  const auto options = bits::Query<bits::BitsTokenOptions>(job);
  if (!options) return options.error();
  const auto token = windows.logon().LogonUser(helper.user_name, ".", helper.password, bits::LogonType::kInteractive,
                                               bits::LogonProvider::kDefault);
  if (!token) return token.error();
  const auto impersonation = bits::Impersonation::Of(windows.logon(), *token);  // ends before the token is closed
  if (!impersonation) return impersonation.error();
  if (const bits::HResult result = (*options)->SetHelperToken(); result.Failed()) return result;
  return (*options)->SetHelperTokenFlags(bits::HelperTokenFlags::kNetwork);
}

// To a server that asks, BITS shows the helper's identity only where the job's owner says that it may.
bits::HResult ShowIdentityToServers(bits::BackgroundCopyJob& job) {
  const auto job2 = bits::Query<bits::BackgroundCopyJob2>(job);
  return job2 ? (*job2)->SetCredentials({}) : job2.error();
}

bits::HResult WaitForEnd(bits::Environment& windows, bits::BackgroundCopyJob& job) {
  const auto never_set = windows.com().MakeEvent();
  if (!never_set) return never_set.error();
  for (;;) {
    const auto state = job.GetState();
    if (!state) return state.error();
    if (*state == bits::JobState::kTransferred) return bits::HResult();
    if (*state == bits::JobState::kError) {
      const auto error = job.GetError();
      if (!error) return error.error();
      const auto details = (*error)->GetError();
      return details ? details->code : details.error();
    }
    const auto waited = windows.com().WaitForEvent(**never_set, std::chrono::seconds(1));
    if (!waited) return waited.error();
  }
}

}  // namespace

bits::HResult Download(bits::Environment& windows, std::string_view url, std::string_view file, const Helper& helper) {
  const auto apartment = bits::Apartment::Enter(windows.com(), bits::ApartmentType::kMultiThreaded);
  if (!apartment) return apartment.error();
  // Level Impersonate and dynamic cloaking: without them BITS cannot see the helper.
  if (const bits::HResult result = windows.com().CoInitializeSecurity({}); result.Failed()) return result;
  const auto manager = windows.com().CoCreateInstance(bits::ManagerClass::k4_0);
  if (!manager) return manager.error();
  auto created = (*manager)->CreateJob("example", bits::JobType::kDownload);
  if (!created) return created.error();
  bits::ScopedJob job(std::move(created->job));  // cancelled on every way out but Complete
  if (const bits::HResult result = job->AddFile(url, file); result.Failed()) return result;
  if (const bits::HResult result = SetHelper(windows, *job, helper); result.Failed()) return result;
  if (const bits::HResult result = ShowIdentityToServers(*job); result.Failed()) return result;
  if (const bits::HResult result = job->Resume(); result.Failed()) return result;
  if (const bits::HResult result = WaitForEnd(windows, *job); result.Failed()) return result;
  return job.Complete();
}

}  // namespace example
