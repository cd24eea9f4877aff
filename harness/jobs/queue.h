// The queue of the BITS service, as a program that lists or ends jobs sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "harness/api/apartment.h"
#include "harness/api/environment.h"

namespace bits::jobs {

// A call that failed, by its name in the SDK.
struct FailedCall {
  std::string call;
  HResult result;
};

template <class T>
using Attempt = tl::expected<T, FailedCall>;

struct QueueOptions {
  bool all_users = false;  // else the jobs of the caller alone
  ApartmentType apartment = ApartmentType::kMultiThreaded;
  ProcessSecurity security;
};

// In an apartment as long as it lives. One thread; jobs got from it must not outlive it.
class Queue {
 public:
  static Attempt<Queue> Open(Environment& environment, const QueueOptions& options);

  // All jobs, in the service's order. Those of all users only for an administrator: E_ACCESSDENIED.
  Attempt<std::vector<std::unique_ptr<BackgroundCopyJob>>> Jobs();

  // BG_E_NOT_FOUND, E_ACCESSDENIED [ibackgroundcopymanager-getjob].
  Attempt<std::unique_ptr<BackgroundCopyJob>> Job(const Guid& id);

 private:
  explicit Queue(Apartment apartment) : apartment_(std::move(apartment)) {}

  Apartment apartment_;
  std::unique_ptr<BackgroundCopyManager> manager_;
  bool all_users_ = false;
};

}  // namespace bits::jobs
