#include "harness/explain/explain.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "harness/explain/code_names.h"
#include "harness/explain/facility_names.h"
#include "harness/explain/word_search.h"

namespace bits {
namespace {

constexpr std::uint32_t kFacilityBits = 32;
constexpr std::size_t kMostMatches = 8;
constexpr std::size_t kMostSuggestions = 5;

std::string_view HttpClass(std::uint16_t status) {
  constexpr std::string_view kClasses[] = {"an interim answer", "a success", "a redirect", "an error of the client",
                                           "an error of the server"};
  const std::size_t index = status / 100U - 1U;
  return index < std::size(kClasses) ? kClasses[index] : "a status outside HTTP's classes";
}

// An NTSTATUS of severity error or warning has bits that an HRESULT does not use.
bool LooksLikeNtStatus(HResult code) { return (code.value() & 0xC0000000U) == 0xC0000000U; }

std::string FacilityText(HResult code) {
  const std::string_view name = FacilityName(code.facility());
  return name.empty() ? fmt::format("facility {}", code.facility())
                      : fmt::format("facility {} ({})", code.facility(), name);
}

std::string Retry(std::uint16_t status) {
  return fmt::format(" By the documented rule for upload servers, BITS takes {} for a {} error.", status,
                     IsTransientHttpStatus(status) ? "transient" : "fatal");
}

}  // namespace

bool Explanation::Unknown() const {
  return std::ranges::none_of(matches, [](const CodeReading& match) { return FindEntry(match.code) != nullptr; });
}

std::string Meaning(HResult code) {
  if (const ErrorEntry* entry = FindEntry(code)) return std::string(entry->meaning);
  if (const auto status = HttpStatusOf(code)) {
    return fmt::format("HTTP status {}, {}, to which HTTP's registry gives no meaning.", *status, HttpClass(*status));
  }
  if (LooksLikeNtStatus(code)) {
    return fmt::format("{} is not an HRESULT but looks like an NTSTATUS, which this catalogue does not have.",
                       ToHex(code));
  }
  if (const auto error = Win32ErrorOf(code)) {
    return fmt::format("Win32 error {}, which this catalogue does not have.", *error);
  }
  if (code.facility() == kFacilityBits) {
    return fmt::format("A {} of BITS with the number 0x{:X}, which this catalogue does not have.",
                       code.Failed() ? "failure" : "success", code.code());
  }
  return fmt::format("A {} of {} with the number {}, which this catalogue does not have.",
                     code.Failed() ? "failure" : "success", FacilityText(code), code.code());
}

std::string Origin(HResult code) {
  const auto status = HttpStatusOf(code);
  if (const ErrorEntry* entry = FindEntry(code)) return std::string(entry->origin) + (status ? Retry(*status) : "");
  if (status) return "The answer of the web server, or of a proxy before it." + Retry(*status);
  return fmt::format("Severity {}, {}, code {}.", code.Failed() ? "failure" : "success", FacilityText(code),
                     code.code());
}

std::vector<std::string> FirstSteps(HResult code) {
  if (const ErrorEntry* entry = FindEntry(code)) return {entry->FirstSteps().begin(), entry->FirstSteps().end()};
  if (HttpStatusOf(code)) return {"Ask the server yourself, from this machine: `curl -sIL URL`."};
  std::vector<std::string> steps;
  if (const auto error = Win32ErrorOf(code)) {
    steps.push_back(fmt::format("Show Windows' text for it: `net helpmsg {}`.", *error));
  }
  steps.push_back(fmt::format("Look it up on a Windows machine: `certutil -error {}`.", ToHex(code)));
  return steps;
}

std::vector<std::string> Fixes(HResult code) {
  const ErrorEntry* entry = FindEntry(code);
  if (entry == nullptr) return FirstSteps(code);
  std::vector<std::string> fixes;
  for (const Remedy& remedy : entry->Remedies()) fixes.emplace_back(remedy.fix);
  return fixes;
}

tl::expected<Explanation, std::string> Explain(std::string_view query) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = query.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    return tl::unexpected<std::string>(
        "The text to explain is empty; give a code (0x80070005), a name (E_ACCESSDENIED) or words (\"token "
        "required\").");
  }
  query = query.substr(first, query.find_last_not_of(kBlanks) - first + 1);

  Explanation explanation;
  explanation.query = std::string(query);
  auto readings = ParseCode(query);
  if (!readings) return tl::unexpected<std::string>(readings.error());
  if (readings->empty()) *readings = FindCodes(query);
  if (!readings->empty()) {
    explanation.kind = ExplanationKind::kCodes;
    explanation.matches = *std::move(readings);
    return explanation;
  }
  if (query.find(' ') == std::string_view::npos) {
    for (const std::string_view name : SimilarNames(query, kMostSuggestions))
      explanation.suggestions.emplace_back(name);
    // A single word with '_' is a name; its parts as search words would only hide that it is mistyped.
    if (query.find('_') != std::string_view::npos && !explanation.suggestions.empty()) return explanation;
  }
  for (const ErrorEntry* entry : SearchEntries(query, kMostMatches)) {
    explanation.kind = ExplanationKind::kSearch;
    explanation.matches.push_back({entry->code, ""});
  }
  return explanation;
}

}  // namespace bits
