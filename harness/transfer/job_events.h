// A callback that only wakes whoever waits for the job.
#pragma once

#include <memory>
#include <utility>

#include "harness/api/background_copy_callback.h"
#include "harness/api/com_api.h"

namespace bits::transfer {

// Holds nothing but the event, so it may outlive its client: a call that comes late sets an event nobody waits for.
class JobEvents : public BackgroundCopyCallback {
 public:
  explicit JobEvents(std::shared_ptr<Event> event) : event_(std::move(event)) {}

  HResult JobTransferred(BackgroundCopyJob&) override { return Wake(); }
  HResult JobError(BackgroundCopyJob&, BackgroundCopyError&) override { return Wake(); }
  HResult JobModification(BackgroundCopyJob&, std::uint32_t) override { return Wake(); }

 private:
  HResult Wake() {
    event_->Set();
    return HResult();
  }

  std::shared_ptr<Event> event_;
};

}  // namespace bits::transfer
