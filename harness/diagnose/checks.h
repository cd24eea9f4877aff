// The checks, by subject; each in the file named after it.
#pragma once

#include "harness/diagnose/check_result.h"
#include "harness/diagnose/probe.h"

namespace bits::diagnose {

// check_machine.cc
CheckResult CheckOsVersion(Probe& probe);
CheckResult CheckBitsService(Probe& probe);
CheckResult CheckBitsVersion(Probe& probe);
CheckResult CheckPolicies(Probe& probe);
CheckResult CheckEventLog(Probe& probe);

// check_identity.cc
CheckResult CheckProcessToken(Probe& probe);
CheckResult CheckComSecurity(Probe& probe);

// check_job.cc
CheckResult CheckManager(Probe& probe);
CheckResult CheckCreateJob(Probe& probe);
CheckResult CheckLeftovers(Probe& probe);

// check_helper_token.cc
CheckResult CheckTokenOptions(Probe& probe);
CheckResult CheckSetHelperToken(Probe& probe);
CheckResult CheckHelperTokenFlags(Probe& probe);
CheckResult CheckHelperTokenSid(Probe& probe);
CheckResult CheckClearHelperToken(Probe& probe);

// check_helper_logon.cc
template <LogonType kType>
CheckResult CheckHelperLogon(Probe& probe);

extern template CheckResult CheckHelperLogon<LogonType::kInteractive>(Probe&);
extern template CheckResult CheckHelperLogon<LogonType::kNetwork>(Probe&);
extern template CheckResult CheckHelperLogon<LogonType::kBatch>(Probe&);
extern template CheckResult CheckHelperLogon<LogonType::kService>(Probe&);
extern template CheckResult CheckHelperLogon<LogonType::kNetworkCleartext>(Probe&);
extern template CheckResult CheckHelperLogon<LogonType::kNewCredentials>(Probe&);

}  // namespace bits::diagnose
