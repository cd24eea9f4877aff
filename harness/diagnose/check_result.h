// What a check found out.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "harness/api/enum_names.h"
#include "harness/api/hresult.h"

namespace bits::diagnose {

// Enums of this namespace print by their names too.
using bits::operator<<;

// kUnknown: could not be determined, which is never shown as bad.
enum class CheckStatus { kPass, kWarn, kFail, kUnknown, kNotApplicable };

struct CheckResult {
  CheckStatus status = CheckStatus::kPass;
  HResult hresult;       // of the call that decided, S_OK when none failed
  std::string evidence;  // what was seen
  std::string cause;     // why it is not as it should be; empty for a pass
  std::string fix;       // what to do about it, ending with a command where there is one; empty for a pass
  std::string rule;      // id of the rule or decision it was measured by; may be empty
  std::string source;    // the documentation page; may be empty

  // Stated by the runner.
  std::string id;
  std::string title;
  std::chrono::nanoseconds elapsed{};
};

// Makers of results: they keep checks to what they have to say.
CheckResult Pass(std::string evidence);
CheckResult Warn(std::string evidence, std::string cause, std::string fix);
CheckResult Fail(HResult result, std::string evidence, std::string cause, std::string fix);
CheckResult UnknownBecause(HResult result, std::string evidence, std::string cause);
CheckResult NotApplicable(std::string why);

// A failed call, with cause and fix from the error catalogue.
CheckResult FailedCall(std::string_view call, HResult result);

}  // namespace bits::diagnose

template <>
struct bits::EnumNames<bits::diagnose::CheckStatus> {
  using Status = bits::diagnose::CheckStatus;
  static constexpr EnumName<Status> kNames[] = {
      {Status::kPass, "pass"},
      {Status::kWarn, "warn"},
      {Status::kFail, "fail"},
      {Status::kUnknown, "unknown"},
      {Status::kNotApplicable, "not-applicable"},
  };
};
