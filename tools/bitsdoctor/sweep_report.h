// What `sweep` reports: text for a terminal, JSON for programs.
#pragma once

#include <string>

#include "harness/intercept/json_values.h"
#include "harness/jobs/sweep.h"
#include "tools/bitsdoctor/check_report.h"

namespace bits::doctor {

std::string SweepText(const jobs::SweepReport& report, const TextStyle& style);

// {"schema": "bitsdoctor/sweep/1", ...}
intercept::Json SweepJson(const jobs::SweepReport& report);

}  // namespace bits::doctor
