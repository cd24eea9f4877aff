#include "harness/diagnose/check.h"

#include "harness/diagnose/checks.h"

namespace bits::diagnose {
namespace {

constexpr Check kChecks[] = {
    {"os-version", "Which Windows is this, and which helper-token rules hold on it?", CheckOsVersion},
    {"bits-service", "Is the BITS service there, and can it start?", CheckBitsService},
    {"bits-version", "Which BITS is registered?", CheckBitsVersion},
    {"policies", "Do policies limit BITS?", CheckPolicies},
    {"event-log", "What did BITS last complain about?", CheckEventLog},
    {"process-token", "Who is asking, with which rights?", CheckProcessToken},
    {"com-security", "Which COM security does this process really have?", CheckComSecurity},
    {"manager", "Does BITS answer?", CheckManager},
    {"create-job", "Can a job be created?", CheckCreateJob},
    {"token-options", "Does a job offer IBitsTokenOptions?", CheckTokenOptions},
    {"set-helper-token", "Can the helper's token, or the own, be set?", CheckSetHelperToken},
    {"helper-token-sid", "Is the captured SID the right one?", CheckHelperTokenSid},
    {"helper-token-flags", "Do the flags come back as they were set?", CheckHelperTokenFlags},
    {"clear-helper-token", "Can the helper token be cleared?", CheckClearHelperToken},
    {"helper-logon-interactive", "Helper, logged on interactively", CheckHelperLogon<LogonType::kInteractive>},
    {"helper-logon-network", "Helper, logged on over the network", CheckHelperLogon<LogonType::kNetwork>},
    {"helper-logon-batch", "Helper, logged on as a batch job", CheckHelperLogon<LogonType::kBatch>},
    {"helper-logon-service", "Helper, logged on as a service", CheckHelperLogon<LogonType::kService>},
    {"helper-logon-network-cleartext", "Helper, logged on over the network in clear text",
     CheckHelperLogon<LogonType::kNetworkCleartext>},
    {"helper-logon-new-credentials", "Helper, as new credentials for the network",
     CheckHelperLogon<LogonType::kNewCredentials>},
    {"leftovers", "Is every probe job gone?", CheckLeftovers},
};

}  // namespace

std::span<const Check> Checks() { return kChecks; }

}  // namespace bits::diagnose
