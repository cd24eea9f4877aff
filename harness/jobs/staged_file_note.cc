#include "harness/jobs/staged_file_note.h"

#include <utility>

namespace bits::jobs {

HResult StagedFileNote::Write(Environment& environment, BackgroundCopyManager& manager, std::string_view staged_file) {
  Result<MarkedJob> marked = CreateMarkedJob(environment, manager, JobPurpose::kStagedFile);
  if (!marked) return marked.error();
  ScopedJob job(std::move(marked->created.job));
  const HResult described = job->SetDescription(DescriptionOf(marked->mark, staged_file));
  if (described.Succeeded()) job_ = std::move(job);
  return described;
}

}  // namespace bits::jobs
