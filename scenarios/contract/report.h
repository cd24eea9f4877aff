// What became of each case on each backend.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/contract/cases.h"

namespace bits::contract {

// kQuirk: the contract was kept but for rows of the quirk table.
enum class Verdict { kPassed, kQuirk, kNotApplicable, kFailed };

struct Outcome {
  Verdict verdict = Verdict::kPassed;
  std::string reason = {};                 // why it is not applicable
  std::vector<std::string> failures = {};  // what was wrong
  std::size_t observations = 0;
  std::size_t quirks = 0;
};

// Plays the case on a stage that nothing was played on before.
Outcome Play(const Case& played, Stage& stage, std::span<const Quirk> quirks);

struct ReportRow {
  std::string_view backend;
  std::string_view case_name;
  Outcome outcome;
};

// The table that is printed at the end of a run: a line a case, a column a backend, the counts of each backend, and the
// reasons of what was not applicable.
std::string Describe(std::span<const ReportRow> rows);

}  // namespace bits::contract

namespace bits {

template <>
struct EnumNames<contract::Verdict> {
  static constexpr EnumName<contract::Verdict> kNames[] = {
      {contract::Verdict::kPassed, "passed"},
      {contract::Verdict::kQuirk, "quirk"},
      {contract::Verdict::kNotApplicable, "not applicable"},
      {contract::Verdict::kFailed, "FAILED"},
  };
};

}  // namespace bits
