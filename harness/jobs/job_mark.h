// What tells a job of this project from everybody else's, also once the process that made it is gone.
//
// The display name carries the mark, since CreateJob takes it: there is no moment in which a job exists without one.
// The description names the file that the job's process would have removed or moved.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/api/background_copy_manager.h"
#include "harness/api/environment.h"

namespace bits::jobs {

// What a job of this project is for.
enum class JobPurpose {
  kTransfer,    // a download
  kStagedFile,  // carries nothing: as long as it is in the queue, the file that it names is not yet in its place
  kProbe,       // what the checks ask questions of
};

struct JobMark {
  JobPurpose purpose = JobPurpose::kTransfer;
  ProcessInstance process;  // that made the job
  FileTime created;
  friend bool operator==(const JobMark&, const JobMark&) = default;
};

// "bitsdoctor: transfer [1 4d2 1dc5d2f7a3b4c5d 1dc5d2f7a3b4c5d 8f3a21c4]": version, process id and start, creation, in
// hexadecimal, and a check sum over what stands before it.
std::string DisplayNameOf(const JobMark& mark);

// The mark of a name that DisplayNameOf made, to the last character; absent for every other name.
std::optional<JobMark> ReadDisplayName(std::string_view display_name);

// The file's full path, and a check sum over it and the mark.
std::string DescriptionOf(const JobMark& mark, std::string_view staged_file);

// The file of a description that DescriptionOf made for this mark; absent for every other description.
std::optional<std::string> ReadDescription(const JobMark& mark, std::string_view description);

// Where a job's file is put until it is verified: "C:\dir\file.0123abcd.partial", beside its destination.
std::string StagedFileOf(std::string_view destination, const Guid& job_id);

// Whether StagedFileOf could have made this path.
bool IsStagedFile(std::string_view path);

// A job whose mark is of this process and this moment.
struct MarkedJob {
  JobMark mark;
  CreatedJob created;
};

// Results as Machine::CurrentProcess and BackgroundCopyManager::CreateJob.
Result<MarkedJob> CreateMarkedJob(Environment& environment, BackgroundCopyManager& manager, JobPurpose purpose);

}  // namespace bits::jobs

template <>
struct bits::EnumNames<bits::jobs::JobPurpose> {
  using Purpose = bits::jobs::JobPurpose;
  static constexpr EnumName<Purpose> kNames[] = {
      {Purpose::kTransfer, "transfer"}, {Purpose::kStagedFile, "staged file"}, {Purpose::kProbe, "probe"}};
};
