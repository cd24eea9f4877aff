// The steps of the documented helper-token transfer, and what this project adds to them.
#pragma once

#include <span>
#include <string_view>

namespace bits::transfer {

enum class TransferStep {
  kCheckDestination,
  kPreflight,
  kInitializeCom,
  kHoldJob,
  kInitializeSecurity,
  kCreateManager,
  kCreateJob,
  kSetNotifyInterface,
  kSetNotifyFlags,
  kQueryTokenOptions,
  kLogOnHelper,
  kSetHelperToken,
  kVerifyHelperToken,
  kSetHelperTokenFlags,
  kRevertToSelf,
  kSetCredentials,
  kAddFile,
  kResume,
  kWait,
  kComplete,
  kVerifyFile,
};

struct TransferStepFacts {
  TransferStep step;
  std::string_view id;  // stable: what reports and scripts go by
  int documented;       // its number in the documented example; 0 for a step of this project's own
  std::string_view title;
  bool helper_only;  // left out when no helper token is asked for
};

// In the order they are taken
// [example-adding-a-helper-token-to-a-bits-transfer-job].
std::span<const TransferStepFacts> TransferSteps();

const TransferStepFacts& FactsOf(TransferStep step);

}  // namespace bits::transfer
