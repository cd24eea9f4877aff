// What a case holds its backend to.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "scenarios/contract/quirks.h"
#include "scenarios/contract/show.h"

namespace bits::contract {

// Thrown to end a case before its end; says nothing about success.
struct CaseEnds {};

// The observations of one run of one case. Each has a name that the case uses once; the quirk table is searched for it.
// A difference is kept among failures(), and the case goes on, unless it asked with Require or a quirk says that it
// ends: then CaseEnds is thrown.
class Contract {
 public:
  Contract(std::string_view implementation, std::string_view case_name, std::span<const Quirk> quirks);

  // `actual` and `expected` are compared as Show writes them: a Result with its value or with a failing code. Returns
  // whether the contract was kept.
  template <class Actual, class Expected>
  bool Expect(std::string_view observation, const Actual& actual, const Expected& expected) {
    return Compare(observation, Show(actual), Show(expected), false);
  }

  // The same; the case ends unless the contract was kept. A quirk of it has to say so.
  template <class Actual, class Expected>
  void Require(std::string_view observation, const Actual& actual, const Expected& expected) {
    Compare(observation, Show(actual), Show(expected), true);
  }

  // The value of a call that is required to succeed.
  template <class T>
  T Get(std::string_view observation, Result<T> result) {
    Require(observation, HResultOf(result), HResult());
    return *std::move(result);
  }

  // What the run found wrong, in words; complete after Finish.
  const std::vector<std::string>& failures() const { return failures_; }
  std::size_t observations() const { return seen_.size(); }
  std::size_t quirks_seen() const { return quirks_seen_; }

  // Finds the quirk rows of this case that nothing was compared with.
  void Finish();
  void Fail(std::string what) { failures_.push_back(std::move(what)); }

 private:
  bool Compare(std::string_view observation, const std::string& actual, const std::string& expected, bool required);

  std::vector<const Quirk*> quirks_;  // those of this case here, not seen yet
  std::vector<std::string> seen_;
  std::vector<std::string> failures_;
  std::size_t quirks_seen_ = 0;
};

}  // namespace bits::contract
