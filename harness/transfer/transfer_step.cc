#include "harness/transfer/transfer_step.h"

namespace bits::transfer {
namespace {

constexpr TransferStepFacts kSteps[] = {
    {TransferStep::kCheckDestination, "check-destination", 0, "check the destination", false},
    {TransferStep::kPreflight, "preflight", 0, "ask the server about the file", false},
    {TransferStep::kInitializeCom, "initialize-com", 1, "enter a COM apartment (CoInitializeEx)", false},
    {TransferStep::kHoldJob, "hold-job", 2, "hold the job so that any failure cancels it", false},
    {TransferStep::kInitializeSecurity, "initialize-security", 3, "set COM security (CoInitializeSecurity)", false},
    {TransferStep::kCreateManager, "create-manager", 4, "connect to BITS (CoCreateInstance)", false},
    {TransferStep::kCreateJob, "create-job", 5, "create the job (CreateJob)", false},
    {TransferStep::kSetNotifyInterface, "set-notify-interface", 6, "register the callback (SetNotifyInterface)", false},
    {TransferStep::kSetNotifyFlags, "set-notify-flags", 7, "choose the events (SetNotifyFlags)", false},
    {TransferStep::kQueryTokenOptions, "query-token-options", 8, "get IBitsTokenOptions (QueryInterface)", true},
    {TransferStep::kLogOnHelper, "log-on-helper", 9, "log the helper on and impersonate it (LogonUser)", true},
    {TransferStep::kSetHelperToken, "set-helper-token", 10, "set the helper token (SetHelperToken)", true},
    {TransferStep::kVerifyHelperToken, "verify-helper-token", 0, "read the captured SID back (GetHelperTokenSid)",
     true},
    {TransferStep::kSetHelperTokenFlags, "set-helper-token-flags", 11, "say what it is for (SetHelperTokenFlags)",
     true},
    {TransferStep::kRevertToSelf, "revert-to-self", 12, "end the impersonation (RevertToSelf)", true},
    {TransferStep::kSetCredentials, "set-credentials", 0, "let the helper answer challenges (SetCredentials)", true},
    {TransferStep::kAddFile, "add-file", 13, "add the file (AddFile)", false},
    {TransferStep::kResume, "resume", 14, "start the job (Resume)", false},
    {TransferStep::kWait, "wait", 15, "wait for the end", false},
    {TransferStep::kComplete, "complete", 16, "make the file visible (Complete)", false},
    {TransferStep::kVerifyFile, "verify-file", 0, "verify the file and move it into place", false},
};

}  // namespace

std::span<const TransferStepFacts> TransferSteps() { return kSteps; }

const TransferStepFacts& FactsOf(TransferStep step) { return kSteps[static_cast<std::size_t>(step)]; }

}  // namespace bits::transfer
