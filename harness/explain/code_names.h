// Finding codes by name, as people type names: any case, with or without the family's prefix, with blanks or '-' for
// '_'.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/api/hresult.h"

namespace bits {

// The codes that `text` names, each once, the one with most known causes first; empty when it is no name. An exact name
// or alias wins over names without prefix, so "TIMEOUT" yields several codes and "BG_E_TIMEOUT" one. Any thread.
std::vector<HResult> CodesNamed(std::string_view text);

// Names and aliases closest to a mistyped name, best first, at most `count`; empty when nothing is near.
std::vector<std::string_view> SimilarNames(std::string_view text, std::size_t count);

// The aliases of `code` in the table's order.
std::vector<std::string_view> AliasesOf(HResult code);

// Upper-case ASCII letters and digits of `text` only: what names are compared by.
std::string ComparableName(std::string_view text);

// `name` without its family's prefix: "TOKEN_REQUIRED" for "BG_E_TOKEN_REQUIRED".
std::string_view WithoutPrefix(std::string_view name);

}  // namespace bits
