#include "scenarios/contract/contract.h"

#include <algorithm>

namespace bits::contract {

Contract::Contract(std::string_view implementation, std::string_view case_name, std::span<const Quirk> quirks) {
  for (const Quirk& quirk : quirks) {
    if (quirk.implementation == implementation && quirk.case_name == case_name) quirks_.push_back(&quirk);
  }
}

bool Contract::Compare(std::string_view observation, const std::string& actual, const std::string& expected,
                       bool required) {
  if (std::ranges::find(seen_, observation) != seen_.end()) {
    Fail(fmt::format("the case has two observations of one name: \"{}\"", observation));
  }
  seen_.emplace_back(observation);
  const bool kept = actual == expected;
  const auto found = std::ranges::find(quirks_, observation, &Quirk::observation);
  if (found == quirks_.end()) {
    if (!kept) Fail(fmt::format("{}: {}, and the contract says {}", observation, actual, expected));
    if (required && !kept) throw CaseEnds{};
    return kept;
  }
  const Quirk& quirk = **found;
  quirks_.erase(found);
  ++quirks_seen_;
  if (kept) {
    Fail(fmt::format("{}: {}, as the contract says. This quirk no longer shows: remove the row", observation, actual));
    return true;
  }
  if (actual != quirk.instead) {
    Fail(fmt::format("{}: {}; the contract says {}, and the quirk {}", observation, actual, expected, quirk.instead));
  }
  if (required && quirk.then != Then::kEnds) {
    Fail(fmt::format("{}: the case cannot go on after it: say so in the quirk's row", observation));
  }
  if (required || quirk.then == Then::kEnds) throw CaseEnds{};
  return false;
}

void Contract::Finish() {
  for (const Quirk* quirk : quirks_) {
    Fail(fmt::format("\"{}\" was not observed: remove the quirk's row, or mend the case", quirk->observation));
  }
  quirks_.clear();
}

}  // namespace bits::contract
