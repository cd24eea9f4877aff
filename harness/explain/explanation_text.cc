#include "harness/explain/explanation_text.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "harness/explain/code_names.h"
#include "harness/explain/documentation.h"

namespace bits {
namespace {

// Columns of UTF-8 text, for texts whose characters are one column wide.
std::size_t ColumnsOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

// The end of the word at `start`: the next blank, but behind the command that begins in the word, if that leaves it
// within `width` columns.
std::size_t EndOfWord(std::string_view text, std::size_t start, std::size_t width) {
  const std::size_t blank = std::min(text.find(' ', start), text.size());
  const std::size_t open = text.find('`', start);
  if (open >= blank) return blank;
  const std::size_t close = text.find('`', open + 1);
  if (close == std::string_view::npos || close < blank) return blank;
  const std::size_t end = std::min(text.find(' ', close), text.size());
  return ColumnsOf(text.substr(start, end - start)) <= width ? end : blank;
}

class Page {
 public:
  explicit Page(std::size_t width) : width_(std::max<std::size_t>(width, 40)) {}

  void Blank() { text_ += '\n'; }

  // Words of `text` in lines that begin with `first`, then with as many blanks. What stands between backquotes is a
  // command to copy, so it is kept in one line where it fits into one.
  void Paragraph(std::string_view first, std::string_view text) {
    std::string line(first);
    const std::string indent(ColumnsOf(first), ' ');
    bool empty = true;
    for (std::size_t start = text.find_first_not_of(' '); start != std::string_view::npos;
         start = text.find_first_not_of(' ', start)) {
      const std::size_t end = EndOfWord(text, start, width_ - indent.size());
      const std::string_view word = text.substr(start, end - start);
      if (!empty && ColumnsOf(line) + 1 + ColumnsOf(word) > width_) {
        text_ += line + '\n';
        line = indent;
        empty = true;
      }
      if (!empty) line += ' ';
      line += word;
      empty = false;
      start = end;
    }
    text_ += line + '\n';
  }

  std::string Take() { return std::move(text_); }

 private:
  std::size_t width_;
  std::string text_;
};

std::string Join(const auto& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

std::string_view BasisText(Basis basis) {
  switch (basis) {
    case Basis::kHeaderMessage:
      return "No reference page describes this code; the meaning follows the message beside it in bitsmsg.h.";
    case Basis::kNameOnly:
      return "Only the name of this code is documented; the meaning is what the name implies.";
    case Basis::kDocumented:
      break;
  }
  return {};
}

// "E_ACCESSDENIED: 0x80070005, -2147024891, Win32 error 5".
std::string Heading(HResult code) {
  const std::string_view name = NameOf(code);
  std::string heading =
      fmt::format("{}{}{}, {}", name, name.empty() ? "" : ": ", ToHex(code), static_cast<std::int32_t>(code.value()));
  if (const auto error = Win32ErrorOf(code)) heading += fmt::format(", Win32 error {}", *error);
  if (const auto status = HttpStatusOf(code)) {
    const ErrorEntry* entry = FindEntry(code);
    heading +=
        entry == nullptr ? fmt::format(", HTTP {}", *status) : fmt::format(", HTTP {} {}", *status, entry->phrase);
  }
  return heading;
}

void RenderCode(Page& page, const CodeReading& match) {
  const ErrorEntry* entry = FindEntry(match.code);
  page.Paragraph("", Heading(match.code));
  if (const auto aliases = AliasesOf(match.code); !aliases.empty()) page.Paragraph("  also ", Join(aliases));
  if (!match.how.empty()) page.Paragraph("  ", match.how);
  page.Blank();
  page.Paragraph("  ", Meaning(match.code));
  if (entry != nullptr && !BasisText(entry->basis).empty()) page.Paragraph("  ", BasisText(entry->basis));
  page.Blank();
  page.Paragraph("  ", "Where it comes from: " + Origin(match.code));
  if (const auto steps = FirstSteps(match.code); !steps.empty()) {
    page.Blank();
    page.Paragraph("  ", "First:");
    for (const std::string& step : steps) page.Paragraph("  - ", step);
  }
  if (entry == nullptr) return;

  page.Blank();
  page.Paragraph("  ", "Causes, most likely first, and what to do:");
  int number = 0;
  for (const Remedy& remedy : entry->Remedies()) {
    page.Paragraph(fmt::format("  {:2}. ", ++number), remedy.cause);
    page.Paragraph("      -> ", remedy.fix);
  }
  page.Blank();
  page.Paragraph("  ", "Documentation:");
  for (const std::string_view source : entry->Sources()) {
    const DocumentationPage* documentation = FindDocumentation(source);
    page.Paragraph("  - ", documentation == nullptr ? source : documentation->title);
    if (documentation != nullptr && !documentation->url.empty()) page.Paragraph("    ", documentation->url);
  }
  if (!entry->Related().empty()) {
    page.Blank();
    page.Paragraph("  Related: ", Join(entry->Related()));
  }
}

void RenderList(Page& page, const Explanation& explanation) {
  page.Paragraph("", fmt::format("\"{}\" is no code; these fit its words best:", explanation.query));
  page.Blank();
  for (const CodeReading& match : explanation.matches) {
    page.Paragraph("  ", Heading(match.code));
    page.Paragraph("      ", Meaning(match.code));
  }
  page.Blank();
  const std::string_view name = NameOf(explanation.matches.front().code);
  page.Paragraph("", fmt::format("For one in full: bitsdoctor explain {}",
                                 name.empty() ? ToHex(explanation.matches.front().code) : std::string(name)));
}

}  // namespace

std::string RenderText(const Explanation& explanation, std::size_t width) {
  Page page(width);
  if (explanation.kind == ExplanationKind::kSearch && explanation.matches.size() > 1) {
    RenderList(page, explanation);
  } else if (!explanation.matches.empty()) {
    if (explanation.matches.size() > 1) {
      page.Paragraph("", fmt::format("{} codes stand in the text, or for it:", explanation.matches.size()));
      page.Blank();
    }
    for (std::size_t index = 0; index < explanation.matches.size(); ++index) {
      if (index > 0) page.Blank();
      RenderCode(page, explanation.matches[index]);
    }
  } else {
    page.Paragraph("", fmt::format("\"{}\" is neither a code nor a name, and no entry has its words. Give a code "
                                   "(0x80070005), a name (E_ACCESSDENIED) or other words (\"token required\").",
                                   explanation.query));
  }
  if (!explanation.suggestions.empty()) {
    page.Blank();
    page.Paragraph("Did you mean: ", Join(explanation.suggestions));
  }
  return page.Take();
}

}  // namespace bits
