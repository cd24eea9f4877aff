#include "harness/explain/explanation_json.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "harness/explain/code_names.h"
#include "harness/explain/documentation.h"
#include "harness/explain/facility_names.h"

namespace bits {
namespace {

using Json = nlohmann::ordered_json;

Json TextOrNull(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json Array(const auto& texts) {
  Json array = Json::array();
  for (const auto& text : texts) array.push_back(std::string_view(text));
  return array;
}

std::string_view KindName(ExplanationKind kind) {
  switch (kind) {
    case ExplanationKind::kCodes:
      return "codes";
    case ExplanationKind::kSearch:
      return "search";
    case ExplanationKind::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view BasisName(Basis basis) {
  switch (basis) {
    case Basis::kHeaderMessage:
      return "header-message";
    case Basis::kNameOnly:
      return "name-only";
    case Basis::kDocumented:
      break;
  }
  return "documented";
}

Json RenderMatch(const CodeReading& match) {
  const HResult code = match.code;
  const ErrorEntry* entry = FindEntry(code);
  const auto status = HttpStatusOf(code);
  const auto win32 = Win32ErrorOf(code);
  Json causes = Json::array();
  Json fixes = Json::array();
  Json sources = Json::array();
  Json related = Json::array();
  if (entry != nullptr) {
    for (const Remedy& remedy : entry->Remedies()) {
      causes.push_back(remedy.cause);
      fixes.push_back(remedy.fix);
    }
    for (const std::string_view source : entry->Sources()) {
      const DocumentationPage* page = FindDocumentation(source);
      sources.push_back(Json{{"page", source},
                             {"title", TextOrNull(page == nullptr ? "" : page->title)},
                             {"url", TextOrNull(page == nullptr ? "" : page->url)}});
    }
    related = Array(entry->Related());
  }
  return Json{
      {"code", ToHex(code)},
      {"signed", static_cast<std::int32_t>(code.value())},
      {"name", TextOrNull(NameOf(code))},
      {"aliases", Array(AliasesOf(code))},
      {"known", entry != nullptr},
      {"read_as", TextOrNull(match.how)},
      {"meaning", Meaning(code)},
      {"basis", entry == nullptr ? Json(nullptr) : Json(BasisName(entry->basis))},
      {"origin", Origin(code)},
      {"facility", Json{{"number", code.facility()}, {"name", TextOrNull(FacilityName(code.facility()))}}},
      {"win32", win32 ? Json(*win32) : Json(nullptr)},
      {"http_status", status ? Json(*status) : Json(nullptr)},
      {"first_steps", Array(FirstSteps(code))},
      {"causes", std::move(causes)},
      {"fixes", std::move(fixes)},
      {"sources", std::move(sources)},
      {"related", std::move(related)},
  };
}

}  // namespace

nlohmann::ordered_json RenderJson(const Explanation& explanation) {
  Json matches = Json::array();
  for (const CodeReading& match : explanation.matches) matches.push_back(RenderMatch(match));
  return Json{
      {"schema", "bitsdoctor/explain/1"},   {"query", explanation.query},
      {"kind", KindName(explanation.kind)}, {"unknown", explanation.Unknown()},
      {"matches", std::move(matches)},      {"suggestions", Array(explanation.suggestions)},
  };
}

}  // namespace bits
