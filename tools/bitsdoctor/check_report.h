// A diagnosis, for people and for programs.
#pragma once

#include <string>

#include "harness/diagnose/diagnosis.h"
#include "harness/intercept/json_values.h"

namespace bits::doctor {

struct TextStyle {
  int width = 100;
  bool colour = false;
};

// The line that says whose diagnosis this is.
std::string CheckHeading(const diagnose::Diagnosis& diagnosis, const TextStyle& style);

// One check, as soon as it is known.
std::string CheckText(const diagnose::CheckResult& check, const TextStyle& style);

// Capabilities and the count.
std::string CheckSummary(const diagnose::Diagnosis& diagnosis, const TextStyle& style);

// All of it: heading, checks, summary.
std::string DiagnosisText(const diagnose::Diagnosis& diagnosis, const TextStyle& style);

// Schema bitsdoctor/check/1.
intercept::Json CheckJson(const diagnose::Diagnosis& diagnosis);

}  // namespace bits::doctor
