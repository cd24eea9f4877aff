// `bitsdoctor explain`: what a code, a name or a piece of text means, offline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "harness/api/hresult.h"
#include "harness/explain/code_reader.h"
#include "harness/explain/error_catalogue.h"

namespace bits {

enum class ExplanationKind {
  kCodes,    // the query is a code or has codes in it: each is explained
  kSearch,   // the query is words: the entries that fit best, to choose from
  kUnknown,  // nothing fits
};

// `matches` in order; the entry of a match is FindEntry(match.code), null for a code that is not in the catalogue.
struct Explanation {
  std::string query;
  ExplanationKind kind = ExplanationKind::kUnknown;
  std::vector<CodeReading> matches;
  std::vector<std::string> suggestions;  // names close to a mistyped one, best first

  // Whether no match is in the catalogue.
  bool Unknown() const;
};

// Explains a code in any form ParseCode reads, a text with codes in it, or words to search for. The error is a sentence
// that names the input: an empty query, a number of more than 32 bits. Reads nothing but constant data; any thread.
tl::expected<Explanation, std::string> Explain(std::string_view query);

// One sentence on what `code` means; for a code that the catalogue lacks, what its parts tell.
std::string Meaning(HResult code);

// Where `code` comes from, with what its parts tell where the catalogue lacks it.
std::string Origin(HResult code);

// What to find out first; for a code that the catalogue lacks, where to look it up.
std::vector<std::string> FirstSteps(HResult code);

// What to do, the remedy of the likeliest cause first; FirstSteps for a code that the catalogue lacks.
std::vector<std::string> Fixes(HResult code);

}  // namespace bits
