#include "harness/jobs/staged_file_note.h"

#include <utility>

namespace bits::jobs {

HResult StagedFileNote::Write(Environment& environment, BackgroundCopyManager& manager, std::string_view staged_file) {
  Result<MarkedJob> marked = CreateMarkedJob(environment, manager, JobPurpose::kStagedFile);
  if (!marked) return marked.error();
  job_ = ScopedJob(std::move(marked->created.job));
  return job_->SetDescription(DescriptionOf(marked->mark, staged_file));
}

}  // namespace bits::jobs
