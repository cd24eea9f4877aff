#include "harness/rules/job_call_rules.h"

#include <algorithm>

namespace bits::rules {
namespace {

using Situation = JobCallSituation;

// Since Windows 7 access is checked when a pointer is got, before at each call [helper-tokens-for-bits-transfer-jobs].
// GetJob and QueryInterface are how pointers are got.
bool CheckedNow(const Situation& s) {
  return s.build < kWindows7 || s.call == JobCall::kGetJob || s.call == JobCall::kQueryInterface;
}
const TokenTraits& Checked(const Situation& s) { return CheckedNow(s) ? s.caller : s.holder; }
bool CheckedIsOwner(const Situation& s) { return CheckedNow(s) ? s.caller_is_owner : s.holder_is_owner; }

bool ClassIsNotRegistered(const Situation& s) { return !s.class_registered; }
bool CallerIsNotIdentified(const Situation& s) {
  return s.authentication_level == AuthenticationLevel::kNone ||
         s.impersonation_level < s.decisions.ordinary_call_level;
}
bool CallerHasLowIntegrity(const Situation& s) { return s.caller.integrity_rid < kMediumIntegrity; }
bool CallerIsRestricted(const Situation& s) { return s.caller.restricted; }
bool CallerIsNotLoggedOn(const Situation& s) { return !s.caller_logged_on && !s.caller.service_account; }
bool CallerIsNotAdministrator(const Situation& s) { return !IsAdministrator(s.caller); }
bool NeitherOwnerNorAdministrator(const Situation& s) { return !CheckedIsOwner(s) && !IsAdministrator(Checked(s)); }
bool OwnerIsNotElevatedAnyMore(const Situation& s) {
  return CheckedIsOwner(s) && s.owner.elevated && !Checked(s).elevated;
}
bool ElevatedJobIsNotReadable(const Situation& s) {
  return OwnerIsNotElevatedAnyMore(s) && !s.decisions.elevated_job_readable;
}
bool IntegrityIsLower(const Situation& s) { return Checked(s).integrity_rid < s.owner.integrity_rid; }
bool CheckedIsRestricted(const Situation& s) { return Checked(s).restricted; }
bool JobIsFinal(const Situation& s) { return IsFinal(s.state); }
bool CallerIsNoElevatedAdministrator(const Situation& s) { return !IsAdministrator(s.caller) || !s.caller.elevated; }

constexpr std::uint32_t kChanges =
    CallBit(JobCall::kAddFile) | CallBit(JobCall::kModify) | CallBit(JobCall::kTakeOwnership);
constexpr std::uint32_t kOfAJob = CallBit(JobCall::kGetJob) | CallBit(JobCall::kQueryInterface) | kChanges;
constexpr std::uint32_t kAll = CallBit(JobCall::kCoCreateInstance) | CallBit(JobCall::kCreateJob) |
                               CallBit(JobCall::kEnumJobs) | CallBit(JobCall::kEnumJobsAllUsers) | kOfAJob;

constexpr JobCallRule kRules[] = {
    {"JC-01", CallBit(JobCall::kCoCreateInstance), ClassIsNotRegistered, "REGDB_E_CLASSNOTREG"_hr,
     "A class newer than the machine's BITS is not registered.", "determining-the-version-of-bits-on-a-computer"},
    {"JC-02", kAll, CallerIsNotIdentified, "E_ACCESSDENIED"_hr,
     "A caller whom COM does not identify (authentication level none, impersonation level anonymous) is refused every "
     "call.",
     "connecting-to-the-bits-service; decisions D1, D20"},
    {"JC-03", CallBit(JobCall::kCoCreateInstance), CallerHasLowIntegrity, "E_ACCESSDENIED"_hr,
     "A low-integrity client, such as a browser's protected mode, cannot connect.", "nn-bits-ibackgroundcopymanager"},
    {"JC-04", CallBit(JobCall::kCreateJob), CallerIsRestricted, "E_ACCESSDENIED"_hr,
     "A token with restricting SIDs can make no jobs.", "users-and-network-connections"},
    {"JC-05", CallBit(JobCall::kCreateJob), CallerIsNotLoggedOn, "ERROR_NOT_LOGGED_ON"_hr,
     "A user has jobs only while logged on; RunAs and a remote logon are none.", "users-and-network-connections"},
    {"JC-06", CallBit(JobCall::kEnumJobsAllUsers), CallerIsNotAdministrator, "E_ACCESSDENIED"_hr,
     "The jobs of all users are shown to administrators only.", "ibackgroundcopymanager-enumjobs"},
    {"JC-07", kOfAJob, NeitherOwnerNorAdministrator, "E_ACCESSDENIED"_hr,
     "Only its owner and administrators may use a job.", "user-account-control-and-bits"},
    {"JC-08", kOfAJob, ElevatedJobIsNotReadable, "E_ACCESSDENIED"_hr,
     "A job that was made or taken elevated is for elevated calls of its owner only.",
     "user-account-control-and-bits; decision D9"},
    {"JC-09", kChanges | CallBit(JobCall::kGetJob), OwnerIsNotElevatedAnyMore, "E_ACCESSDENIED"_hr,
     "Without elevation an elevated job may at most be read.", "the other value of decision D9"},
    {"JC-10", kChanges | CallBit(JobCall::kGetJob), IntegrityIsLower, "E_ACCESSDENIED"_hr,
     "A job whose owner has a higher integrity level cannot be changed; an administrator may list it.",
     "user-account-control-and-bits"},
    {"JC-11", kChanges | CallBit(JobCall::kGetJob), CheckedIsRestricted, "E_ACCESSDENIED"_hr,
     "A token with restricting SIDs can change no jobs.", "users-and-network-connections"},
    {"JC-12", kChanges, JobIsFinal, "BG_E_INVALID_STATE"_hr, "An acknowledged or cancelled job does not change.",
     "life-cycle-of-a-bits-job"},
    {"JC-13", CallBit(JobCall::kTakeOwnership), CallerIsNoElevatedAdministrator, "E_ACCESSDENIED"_hr,
     "Ownership is for administrators, who must be elevated since Vista.", "ibackgroundcopyjob-takeownership"},
    {"JC-14", kAll, nullptr, "S_OK"_hr, "Whoever is not refused may.", "ibackgroundcopymanager-createjob"},
};

}  // namespace

std::span<const JobCallRule> JobCallRules() { return kRules; }

bool Applies(const JobCallRule& rule, const JobCallSituation& situation) {
  return (rule.calls & CallBit(situation.call)) != 0 && (rule.when == nullptr || rule.when(situation));
}

const JobCallRule& Decide(const JobCallSituation& situation) {
  return *std::ranges::find_if(kRules, [&](const JobCallRule& rule) { return Applies(rule, situation); });
}

}  // namespace bits::rules
