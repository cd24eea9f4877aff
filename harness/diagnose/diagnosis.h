// A whole diagnosis: the checks, and what follows from them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/diagnose/check.h"

namespace bits::diagnose {

enum class Capable { kYes, kNo, kUnknown };

// Something an administrator wants of the machine, and the checks it follows from.
struct Capability {
  std::string_view name;  // stable
  std::string_view title;
  Capable capable = Capable::kUnknown;
  std::vector<std::string_view> checks;
};

struct Diagnosis {
  std::string computer;            // empty when not told
  std::optional<OsVersion> os;     // absent when not told
  std::optional<TokenFacts> user;  // the process's token; absent when not told
  std::vector<CheckResult> checks;
  std::vector<Capability> capabilities;
  std::chrono::nanoseconds elapsed{};

  // Whether any check failed.
  bool HasFailure() const;
};

// "Windows 10 Pro 22H2 (build 10.0.19045.3803, x86-64)"; says so where it is Wine.
std::string Describe(const OsVersion& os);

// Runs the checks whose ids are in `only`, or all when it is empty, and tells `observer` of each result. A check that
// throws yields kUnknown and the others still run. Ids must be ones of Checks(). When this returns no probe job is
// left, whether or not the check leftovers was among them.
Diagnosis Diagnose(Environment& environment, const CheckOptions& options, std::span<const std::string> only,
                   const std::function<void(const CheckResult&)>& observer);

// The check called `id`, or null.
const Check* FindCheck(std::string_view id);

}  // namespace bits::diagnose

template <>
struct bits::EnumNames<bits::diagnose::Capable> {
  using Capable = bits::diagnose::Capable;
  static constexpr EnumName<Capable> kNames[] = {
      {Capable::kYes, "yes"}, {Capable::kNo, "no"}, {Capable::kUnknown, "unknown"}};
};
