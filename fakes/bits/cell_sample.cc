#include "fakes/bits/cell_sample.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <optional>
#include <random>
#include <set>
#include <tuple>

namespace bits::fakes {
namespace {

using rules::Cell;
using rules::Places;

constexpr std::size_t kColumns = std::tuple_size_v<Places>;
constexpr std::size_t kOpen = ~std::size_t{0};  // no value chosen yet

// Which combinations of three values have occurred.
class Triples {
 public:
  Triples() {
    for (std::size_t a = 0; a < kColumns; ++a) {
      for (std::size_t b = a + 1; b < kColumns; ++b) {
        for (std::size_t c = b + 1; c < kColumns; ++c) {
          for (const std::size_t column : {a, b, c}) sets_of_[column].push_back(sets_.size());
          sets_.push_back({{a, b, c}, seen_.size()});
          seen_.resize(seen_.size() + sizes_[a] * sizes_[b] * sizes_[c]);
        }
      }
    }
  }

  // The values of the first combination that has not, the other columns open; nothing when all have.
  std::optional<Places> FirstMissing() {
    while (first_ < seen_.size() && seen_[first_]) ++first_;
    if (first_ == seen_.size()) return std::nullopt;
    const auto after = std::ranges::find_if(sets_, [&](const Set& set) { return set.begin > first_; });
    const Set& set = *std::prev(after);
    Places places;
    places.fill(kOpen);
    std::size_t rest = first_ - set.begin;
    for (std::size_t i = set.columns.size(); i-- > 0; rest /= sizes_[set.columns[i]]) {
      places[set.columns[i]] = rest % sizes_[set.columns[i]];
    }
    return places;
  }

  // How many that have not occurred would with `places`, of those in which `column` is.
  std::size_t NewWith(const Places& places, std::size_t column) const {
    return static_cast<std::size_t>(std::ranges::count_if(sets_of_[column], [&](std::size_t set) {
      return IsChosen(sets_[set], places) && !seen_[PlaceOf(sets_[set], places)];
    }));
  }

  void Add(const Places& places) {
    for (const Set& set : sets_) seen_[PlaceOf(set, places)] = true;
  }

 private:
  struct Set {
    std::array<std::size_t, 3> columns;
    std::size_t begin;  // in seen_
  };

  static bool IsChosen(const Set& set, const Places& places) {
    return std::ranges::all_of(set.columns, [&](std::size_t column) { return places[column] != kOpen; });
  }
  std::size_t PlaceOf(const Set& set, const Places& places) const {
    std::size_t place = 0;
    for (const std::size_t column : set.columns) place = place * sizes_[column] + places[column];
    return set.begin + place;
  }

  const Places sizes_ = rules::AxisSizes();
  std::vector<Set> sets_;
  std::array<std::vector<std::size_t>, kColumns> sets_of_;  // of each column those that it is in
  std::vector<bool> seen_;
  std::size_t first_ = 0;
};

// Chooses the open columns, one after the other in a random order, so that as much as possible occurs that has not.
void Choose(Places& places, const Triples& triples, std::mt19937& random) {
  std::array<std::size_t, kColumns> order;
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = kColumns; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  const Places sizes = rules::AxisSizes();
  for (const std::size_t column : order) {
    if (places[column] != kOpen) continue;
    const std::size_t first = random() % sizes[column];
    std::size_t best = first;
    std::size_t most = 0;
    for (std::size_t i = 0; i < sizes[column]; ++i) {
      places[column] = (first + i) % sizes[column];
      if (const std::size_t added = triples.NewWith(places, column); added > most) {
        most = added;
        best = places[column];
      }
    }
    places[column] = best;
  }
}

using Decided = std::tuple<const rules::WindowsProfile*, const rules::HelperTokenRule*, rules::TokenMethod>;

Decided DecidedBy(const Cell& cell) { return {cell.profile, rules::Judge(cell).rule, cell.method}; }

}  // namespace

std::vector<Cell> SampleCells() {
  std::mt19937 random(1);
  std::set<Places> sample;
  Triples triples;
  while (std::optional<Places> places = triples.FirstMissing()) {
    Choose(*places, triples, random);
    triples.Add(*places);
    sample.insert(*places);
  }
  std::set<Decided> decided;
  for (const Places& places : sample) decided.insert(DecidedBy(rules::CellAt(places)));
  for (std::size_t i = 0; i < rules::DecisionSpaceSize(); ++i) {
    if (decided.insert(DecidedBy(rules::CellAt(i))).second) sample.insert(rules::PlacesAt(i));
  }
  std::vector<Cell> cells;
  for (const Places& places : sample) cells.push_back(rules::CellAt(places));
  return cells;
}

}  // namespace bits::fakes
