// Where the documentation is silent or contradicts itself: what this project takes to be true, and what else it could
// be.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "harness/api/com_security.h"
#include "harness/api/hresult.h"

namespace bits::rules {

// The decisions that can be chosen otherwise. The defaults are those of the table.
struct Decisions {
  // D1: the impersonation level that every call needs.
  ImpersonationLevel ordinary_call_level = ImpersonationLevel::kIdentify;
  // D2: how SetHelperToken ends at level Identify.
  HResult identify_result = "CO_E_FAILEDTOIMPERSONATE"_hr;
  // D3: whether GetError tells of a transient error too.
  bool error_in_transient_state = true;
  // D9: whether a non-elevated owner may still read an elevated job.
  bool elevated_job_readable = false;
  // D13a: whether SetHelperTokenFlags ignores bits it does not know.
  bool ignore_unknown_flags = false;
  // D13c: whether the helper token survives TakeOwnership.
  bool token_survives_take_ownership = false;
  // D13e: whether Resume itself fails when the flags ask for a token that is not there.
  bool resume_needs_token = false;

  friend bool operator==(const Decisions&, const Decisions&) = default;
};

struct Decision {
  std::string_view id;        // "D13a"
  std::string_view question;  //
  std::string_view taken;     // the default
  std::string_view others;    // what else it could be; empty where nothing else is offered
  std::string_view option;    // the field of Decisions; empty where it cannot be chosen
};

std::span<const Decision> DecisionTable();

// The ids of the decisions that a source names: D15 and D16 for "cloaking; decisions D15, D16".
std::vector<std::string_view> DecisionsIn(std::string_view source);

}  // namespace bits::rules
