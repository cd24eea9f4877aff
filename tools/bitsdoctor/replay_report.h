// What came out of a recording, for people and for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/fidelity/comparison.h"
#include "harness/intercept/recording.h"
#include "tools/bitsdoctor/check_report.h"

namespace bits::doctor {

struct ReplayReport {
  std::string file;
  const intercept::Recording* recording = nullptr;
  std::string text;         // the report of the command that was replayed, as it writes it itself
  intercept::Json json;     // the same
  intercept::Json verdict;  // what it concludes now; the recording has what it concluded then
  std::vector<std::string> not_recorded;
  std::optional<fidelity::FidelityReport> fidelity;

  // False where the recording has no verdict, or another one.
  bool HasSameVerdict() const { return recording->verdict == verdict; }
};

std::string ReplayText(const ReplayReport& report, const TextStyle& style);

// Schema bitsdoctor/replay/1.
intercept::Json ReplayJson(const ReplayReport& report);

// One page that needs nothing else.
std::string ReplayHtml(const ReplayReport& report);

}  // namespace bits::doctor
