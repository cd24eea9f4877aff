// How a text report is laid out where it goes.
#pragma once

#include "tools/bitsdoctor/check_report.h"
#include "tools/bitsdoctor/output.h"

namespace bits::doctor {

// The terminal's width, and colour unless NO_COLOR is set; for a file or a pipe neither.
TextStyle StyleFor(const Output& output);

}  // namespace bits::doctor
