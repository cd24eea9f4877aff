// The columns of the decision space, as the matrix shows and filters them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/rules/decision_space.h"

namespace bits::doctor {

struct MatrixRow {
  rules::Cell cell;
  rules::Verdict verdict;
};

struct MatrixColumn {
  std::string_view name;         // in JSON and CSV
  std::string_view option;       // its filter: "--profile"
  std::string_view description;  // what it says
  // Appends the value of the row.
  void (*append)(const MatrixRow& row, std::string& text);
  // The values that it can have; empty where the rules decide, not the situation.
  std::vector<std::string> (*values)();
};

// In the order in which they are shown.
std::span<const MatrixColumn> MatrixColumns();

}  // namespace bits::doctor
