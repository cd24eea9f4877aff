// Interface pointers of a simulated client to jobs and what belongs to them. Made with the world's lock held.
#pragma once

#include <memory>

#include "fakes/bits/client_proxy.h"
#include "fakes/bits/job.h"
#include "harness/api/background_copy_error.h"
#include "harness/api/background_copy_file.h"
#include "harness/api/background_copy_job.h"

namespace bits::fakes {

// IBackgroundCopyJob, as CreateJob, GetJob and enumerators give it out to somebody who has `access`.
std::unique_ptr<BackgroundCopyJob> MakeJob(Process& process, JobPtr job, Access access);

// Whether jobs have the interface on this machine: the BITS version decides.
bool HasJobInterface(const World& world, InterfaceId id);

// An interface that jobs have.
std::unique_ptr<Unknown> MakeJobInterface(Process& process, const JobPtr& job, Access access, bool administrator,
                                          InterfaceId id);

// A snapshot of why the job is in ERROR.
std::unique_ptr<BackgroundCopyError> MakeError(Process& process, const JobPtr& job);

std::unique_ptr<BackgroundCopyFile> MakeFile(Process& process, JobPtr job, std::size_t file);
std::unique_ptr<EnumBackgroundCopyFiles> MakeFileEnumerator(Process& process, const JobPtr& job);

// The manager itself.
std::unique_ptr<BackgroundCopyManager> MakeManager(Process& process);

}  // namespace bits::fakes
