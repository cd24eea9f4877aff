// A check: one question about this machine, answered by itself.
#pragma once

#include <span>
#include <string_view>

#include "harness/diagnose/check_result.h"
#include "harness/diagnose/probe.h"

namespace bits::diagnose {

struct Check {
  std::string_view id;     // stable; what --only and reports go by
  std::string_view title;  // the question
  CheckResult (*run)(Probe& probe);
};

// Every check, in the order in which they run and are reported.
std::span<const Check> Checks();

}  // namespace bits::diagnose
