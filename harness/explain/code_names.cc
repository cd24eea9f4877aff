#include "harness/explain/code_names.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "harness/explain/error_aliases.h"
#include "harness/explain/error_catalogue.h"

namespace bits {
namespace {

// Longer prefixes before those that they begin with.
constexpr std::string_view kPrefixes[] = {
    "BITS_MC_", "BG_E_",  "BG_S_",  "ERROR_WINHTTP_", "ERROR_INTERNET_", "ERROR_", "STATUS_", "REGDB_E_", "CLASS_E_",
    "CRYPT_E_", "RPC_E_", "RPC_S_", "RPC_X_",         "CO_E_",           "E_",     "S_",      "WSAE"};

template <class Visitor>
void ForEachName(Visitor visit) {
  for (const ErrorCode& code : kErrorCodes) visit(code.name, HResult(code.value));
  for (const ErrorAlias& alias : ErrorAliases()) visit(alias.name, alias.code);
}

std::size_t KnownCauses(HResult code) {
  const ErrorEntry* entry = FindEntry(code);
  return entry == nullptr ? 0 : entry->Remedies().size();
}

// Levenshtein's distance, given up (as `limit` + 1) once it must exceed `limit`.
std::size_t Distance(std::string_view left, std::string_view right, std::size_t limit) {
  const std::size_t difference = left.size() > right.size() ? left.size() - right.size() : right.size() - left.size();
  if (difference > limit) return limit + 1;
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    std::size_t best = row[0];
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
      best = std::min(best, row[j]);
    }
    if (best > limit) return limit + 1;
  }
  return row.back();
}

}  // namespace

std::string ComparableName(std::string_view text) {
  std::string comparable;
  for (const char character : text) {
    if (character >= 'a' && character <= 'z') {
      comparable += static_cast<char>(character - 'a' + 'A');
    } else if ((character >= 'A' && character <= 'Z') || (character >= '0' && character <= '9')) {
      comparable += character;
    }
  }
  return comparable;
}

std::string_view WithoutPrefix(std::string_view name) {
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

std::vector<HResult> CodesNamed(std::string_view text) {
  const std::string wanted = ComparableName(text);
  std::vector<HResult> exact;
  std::vector<HResult> without_prefix;
  if (wanted.empty()) return exact;
  const auto add = [](std::vector<HResult>& codes, HResult code) {
    if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
  };
  ForEachName([&](std::string_view name, HResult code) {
    if (ComparableName(name) == wanted) add(exact, code);
    if (ComparableName(WithoutPrefix(name)) == wanted) add(without_prefix, code);
  });
  std::vector<HResult>& found = exact.empty() ? without_prefix : exact;
  std::ranges::stable_sort(found, std::ranges::greater(), KnownCauses);
  return found;
}

std::vector<std::string_view> SimilarNames(std::string_view text, std::size_t count) {
  const std::string wanted = ComparableName(text);
  // A third of the letters may be wrong; more is another word.
  const std::size_t limit = wanted.size() / 3;
  std::vector<std::pair<std::size_t, std::string_view>> candidates;
  if (limit == 0) return {};
  ForEachName([&](std::string_view name, HResult) {
    const std::size_t distance = std::min(Distance(wanted, ComparableName(name), limit),
                                          Distance(wanted, ComparableName(WithoutPrefix(name)), limit));
    if (distance <= limit) candidates.emplace_back(distance, name);
  });
  std::ranges::stable_sort(candidates, {}, [](const auto& candidate) {
    // Of two names equally near without their prefixes, the shorter prefix is the likelier.
    return std::pair(candidate.first, candidate.second.size());
  });
  std::vector<std::string_view> names;
  for (const auto& [distance, name] : candidates) {
    if (names.size() < count) names.push_back(name);
  }
  return names;
}

std::vector<std::string_view> AliasesOf(HResult code) {
  std::vector<std::string_view> names;
  for (const ErrorAlias& alias : ErrorAliases()) {
    if (alias.code == code) names.push_back(alias.name);
  }
  return names;
}

}  // namespace bits
