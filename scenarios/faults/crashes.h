// What a client leaves that dies in the middle, and what sweep makes of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/faults/stage.h"
#include "scenarios/faults/subject.h"

namespace bits::faults {

struct CrashPoint {
  std::uint64_t call = 1;  // the first that never happens
  bool at_rest = false;    // sweep comes when no job moves any more, not at once
};

struct Crash {
  bool happened = false;  // false: the subject makes fewer calls
  std::vector<std::string> violations;
};

// Runs the subject as if its process were killed before that call: nothing that it does from then on reaches anybody.
// Then another process of the same user sweeps. It must end each job that was left, and no other: neither one without
// the mark, nor one whose process lives. No file may be left of it; the destination is as it was, or complete.
Crash CrashAndSweep(const Subject& subject, Stage& stage, const CrashPoint& point);

}  // namespace bits::faults
