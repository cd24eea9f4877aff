// The documented rules of the job calls that identity affects, as data: who may connect, make, find, read and change
// jobs.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/api/com_security.h"
#include "harness/api/hresult.h"
#include "harness/api/job_types.h"
#include "harness/api/machine.h"
#include "harness/rules/decisions.h"
#include "harness/rules/token_traits.h"

namespace bits::rules {

enum class JobCall {
  kCoCreateInstance,
  kCreateJob,
  kGetJob,
  kEnumJobs,
  kEnumJobsAllUsers,
  kQueryInterface,  // of a pointer to the job, for another interface of jobs
  kAddFile,
  kModify,  // any setter, and Suspend, Resume, Cancel, Complete
  kTakeOwnership,
};

constexpr std::uint32_t CallBit(JobCall call) { return 1U << static_cast<unsigned>(call); }

// Everything that decides how such a call ends.
struct JobCallSituation {
  OsBuild build;
  JobCall call = JobCall::kCreateJob;
  bool class_registered = true;  // of CoCreateInstance
  TokenTraits caller;            // the identity that COM shows BITS at the call
  bool caller_is_owner = true;   // its SID is the owner's
  bool caller_logged_on = true;
  TokenTraits owner;   // of the job
  TokenTraits holder;  // the identity that got the pointer which the call is made on
  bool holder_is_owner = true;
  AuthenticationLevel authentication_level = AuthenticationLevel::kConnect;
  ImpersonationLevel impersonation_level = ImpersonationLevel::kImpersonate;
  JobState state = JobState::kSuspended;
  Decisions decisions;
};

struct JobCallRule {
  std::string_view id;
  std::uint32_t calls;                    // CallBit of each that it is about
  bool (*when)(const JobCallSituation&);  // nullptr: in every situation
  HResult then;                           // how getting at the call or making it ends
  std::string_view statement;
  std::string_view source;
};

// In the order in which they are tried: the first that applies decides. The last applies always.
std::span<const JobCallRule> JobCallRules();

// Whether the rule applies to `situation`.
bool Applies(const JobCallRule& rule, const JobCallSituation& situation);

// The rule that decides `situation`.
const JobCallRule& Decide(const JobCallSituation& situation);

}  // namespace bits::rules

template <>
struct bits::EnumNames<bits::rules::JobCall> {
  using Call = bits::rules::JobCall;
  static constexpr EnumName<Call> kNames[] = {
      {Call::kCoCreateInstance, "CoCreateInstance"},
      {Call::kCreateJob, "CreateJob"},
      {Call::kGetJob, "GetJob"},
      {Call::kEnumJobs, "EnumJobs"},
      {Call::kEnumJobsAllUsers, "EnumJobs(BG_JOB_ENUM_ALL_USERS)"},
      {Call::kQueryInterface, "QueryInterface"},
      {Call::kAddFile, "AddFile"},
      {Call::kModify, "modify"},
      {Call::kTakeOwnership, "TakeOwnership"},
  };
};
