// Checks of the way into the service, and of what they leave there.
#include <fmt/format.h>

#include "harness/diagnose/checks.h"

namespace bits::diagnose {

CheckResult CheckManager(Probe& probe) {
  const Result<BackgroundCopyManager*> manager = probe.Manager();
  if (!manager) {
    CheckResult result = FailedCall("CoCreateInstance(BackgroundCopyManager)", manager.error());
    result.source = "connecting-to-the-bits-service";
    return result;
  }
  // A proxy alone proves little: the service has to answer a call.
  const auto jobs = (*manager)->EnumJobs(EnumJobsFlags::kCurrentUser);
  if (!jobs) return FailedCall("EnumJobs", jobs.error());
  const Result<std::uint32_t> count = (*jobs)->GetCount();
  if (!count) return FailedCall("IEnumBackgroundCopyJobs::GetCount", count.error());
  return Pass(fmt::format("BITS answers; this user has {} job{}", *count, *count == 1 ? "" : "s"));
}

CheckResult CheckCreateJob(Probe& probe) {
  if (const auto manager = probe.Manager(); !manager) {
    return UnknownBecause(manager.error(), "no job could be tried", "BITS does not answer; see the check manager.");
  }
  const Result<BackgroundCopyJob*> job = probe.Job();
  if (!job) return FailedCall("CreateJob", job.error());
  const Result<JobState> state = (*job)->GetState();
  if (!state) return FailedCall("GetState", state.error());
  std::string evidence = fmt::format("job {} is {}", ToString(*probe.job_id()), ToString(*state));
  if (*state != JobState::kSuspended) {
    return Fail("BG_E_INVALID_STATE"_hr, evidence, "A new job is documented to be SUSPENDED.",
                "See who else uses the job: bitsadmin /list /allusers /verbose");
  }
  const Result<std::string> owner = (*job)->GetOwner();
  if (!owner) {
    return Pass(evidence + "; its owner is not told (" + ToString(owner.error()) + ")");
  }
  evidence += ", owner " + *owner;
  const Result<TokenFacts>& token = probe.ProcessToken();
  if (token && token->user.sid != *owner) {
    return Warn(evidence, fmt::format("The job belongs to somebody else than this process's user {}.", token->user.sid),
                "Somebody impersonates, or COM shows another identity: look at the check com-security.");
  }
  return Pass(evidence);
}

CheckResult CheckLeftovers(Probe& probe) {
  if (!probe.job_id()) return NotApplicable("no probe job was made");
  if (const HResult cancelled = probe.EndJob(); cancelled.Failed()) {
    CheckResult result = FailedCall("Cancel of the probe job", cancelled);
    result.fix = fmt::format("Cancel it by hand: bitsadmin /cancel {}", ToString(*probe.job_id()));
    return result;
  }
  const Result<BackgroundCopyManager*> manager = probe.Manager();
  if (!manager) return UnknownBecause(manager.error(), "the queue cannot be read", "BITS does not answer any more.");
  const auto job = (*manager)->GetJob(*probe.job_id());
  if (!job) {
    if (job.error() == "BG_E_NOT_FOUND"_hr) return Pass("the probe job is gone");
    return UnknownBecause(job.error(), "the queue cannot be read", "GetJob does not answer as documented.");
  }
  // Some services list an ended job for a while; what counts is that it has ended.
  const Result<JobState> state = (*job)->GetState();
  if (!state) return UnknownBecause(state.error(), "the probe job's state cannot be read", "GetState failed.");
  if (IsFinal(*state)) return Pass(fmt::format("the probe job is {}", ToString(*state)));
  return Fail("BG_E_INVALID_STATE"_hr, fmt::format("the probe job is still {}", ToString(*state)),
              "Cancel succeeded and the job is still in the queue.",
              fmt::format("Cancel it by hand: bitsadmin /cancel {}", ToString(*probe.job_id())));
}

}  // namespace bits::diagnose
